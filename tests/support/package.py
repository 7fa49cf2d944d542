"""What a package is to the tests."""

from typing import NamedTuple


class Package(NamedTuple):
    """Where a distribution is built from, what it is imported as, which exporters it requires, the libraries it has."""

    folder: str
    module: str
    requires: tuple[str, ...] = ("libfoo",)
    libraries: tuple[str, ...] = ()
