"""Which libfoo this package requires, as in pyproject.toml."""

REQUIREMENT = "libfoo>=1.1,<2"
# The same, as foo_version_number() has it.
VERSIONS = range(0x010100, 0x020000)
