"""Where CMake finds libbar: scikit-build-core imports this and asks `importlib.resources` where its files are."""

from importlib.machinery import ModuleSpec, SourceFileLoader

from . import get_link_file

# Beside the library. In an editable install this file is elsewhere, and meson-python's loader would name no folder.
__spec__ = ModuleSpec(__name__, SourceFileLoader(__name__, get_link_file()), is_package=True)
