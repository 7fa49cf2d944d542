"""Let PyInstaller take the library along, beside the stub.

From site-packages it does so by itself, since it sees that the stub needs the library. From other folders (PYTHONPATH,
its own option --paths) it puts the library where get_library() does not look, and a library that only ctypes loads it
does not see. What its hooks collect by default, lib*.so, has no version behind.
"""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs(
    "libfoo",
    search_patterns=[
        "libfoo.so.*",
        "libfoo.*.dylib",
        "foo-*.dll",
    ],
)
