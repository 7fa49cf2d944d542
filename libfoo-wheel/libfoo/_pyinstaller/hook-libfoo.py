"""Let PyInstaller take the library along, beside the stub.

It also finds it by itself, if its analysis of the stub's dependencies does. What it collects as dynamic libraries by
default has no version behind `.so`.
"""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs("libfoo", search_patterns=["libfoo.so.*", "libfoo.*.dylib", "foo-*.dll"])
