"""Toolchains and interpreters of the platforms that the tests run on, beside the machine's own."""
