"""Lets CMake find libfoo: scikit-build-core imports this module and asks `importlib.resources` where its files are."""

from importlib.machinery import ModuleSpec, SourceFileLoader

from . import get_link_file

# Name the library's folder. In an editable install this file is elsewhere, and meson-python's loader names no folder.
__spec__ = ModuleSpec(__name__, SourceFileLoader(__name__, get_link_file()), is_package=True)
