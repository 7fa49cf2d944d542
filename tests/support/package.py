"""What a package is to the tests."""

from typing import NamedTuple


class Package(NamedTuple):
    """Where a distribution is built from, what it is imported as, which exporters it requires, the libraries it has.

    And whether its extension modules are for the stable ABI of CPython 3.10, and which capabilities of a platform its
    build needs.
    """

    folder: str
    module: str
    requires: tuple[str, ...] = ("libfoo",)
    libraries: tuple[str, ...] = ()
    stable_abi: bool = True
    needs: tuple[str, ...] = ()
