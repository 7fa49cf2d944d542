"""Which libfoo this package requires, as in pyproject.toml, and its library."""

import sys

REQUIREMENT = "libfoo>=1.1,<2"
# The same, as foo_version_number() has it.
VERSIONS = range(0x010100, 0x020000)
# The library by the beginning of its file's name, the package that loads it, and which of its versions are needed.
NEEDED = (
    "foo",
    "libfoo",
    REQUIREMENT,
)
# The name that the loader knows it by.
LIBRARY = {
    "darwin": "@rpath/libfoo.1.dylib",
    "win32": "foo-1.dll",
}.get(sys.platform, "libfoo.so.1")
