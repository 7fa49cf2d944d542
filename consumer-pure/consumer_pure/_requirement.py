"""The versions of libfoo that this package requires, as in pyproject.toml, and the library's name."""

import sys

REQUIREMENT = "libfoo>=1.1,<2"
# The same range, for comparing with foo_version_number().
VERSIONS = range(0x010100, 0x020000)
# For error messages: the name of the library's file without "lib" and suffix, the package that loads it, the versions.
NEEDED = (
    "foo",
    "libfoo",
    REQUIREMENT,
)
# The name under which the loader knows the library.
LIBRARY = {
    "darwin": "@rpath/libfoo.1.dylib",
    "win32": "foo-1.dll",
}.get(sys.platform, "libfoo.so.1")
