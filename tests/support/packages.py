"""The packages under test. A consumer joins the tests of layouts, orders and places by its line here."""

from pathlib import Path
from typing import NamedTuple

from .target import TARGET

ROOT = Path(__file__).parents[2]


class Package(NamedTuple):
    """Where a distribution is built from, what it is imported as, which exporters it requires, the libraries it has."""

    folder: str
    module: str
    requires: tuple[str, ...] = ("libfoo",)
    libraries: tuple[str, ...] = ()


# In the order they are built, since one may need those before it.
PACKAGES = {
    "libfoo": Package("libfoo-wheel", "libfoo", (), ("foo",)),
    "libbar": Package("libbar-wheel", "libbar", ("libfoo",), ("bar", "barutil")),
    "consumer-ext": Package("consumer-ext", "consumer_ext"),
    "consumer-cmake": Package("consumer-cmake", "consumer_cmake", ("libfoo", "libbar")),
    "consumer-cython": Package("consumer-cython", "consumer_cython"),
    "consumer-setuptools": Package("consumer-setuptools", "consumer_setuptools"),
    "consumer-pure": Package("consumer-pure", "consumer_pure"),
}
PACKAGES = {name: package for name, package in PACKAGES.items() if name not in TARGET.without}
EXPORTERS = tuple(name for name, package in PACKAGES.items() if package.libraries)
CONSUMERS = tuple(name for name in PACKAGES if name not in EXPORTERS)

# What the packages are made from.
SOURCES = ("libfoo", "libbar", *(package.folder for package in PACKAGES.values()))
