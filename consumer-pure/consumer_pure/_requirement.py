"""Which libfoo this package requires, as in pyproject.toml."""

REQUIREMENT = "libfoo>=1.1,<2"
# The same, as foo_version_number() has it.
VERSIONS = range(0x010100, 0x020000)
# What names the library's file: stem, SOVERSION, and the DLL's name if it does not follow from those.
NAMES = (
    "foo",
    "1",
)
