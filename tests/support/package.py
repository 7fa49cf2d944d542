"""A package, as the tests know it."""

from typing import NamedTuple


class Package(NamedTuple):
    """The source, the module, the required exporters and the libraries of a distribution.

    It also has whether the extension modules are for the stable ABI of CPython 3.10, and the capabilities of a platform
    that the build needs.
    """

    folder: str
    module: str
    requires: tuple[str, ...] = ("libfoo",)
    libraries: tuple[str, ...] = ()
    stable_abi: bool = True
    needs: tuple[str, ...] = ()
