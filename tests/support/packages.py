"""The packages under test. A consumer joins the tests of layouts, orders and places by its line here."""

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Package(NamedTuple):
    """Where a distribution is built from, and what it is imported as."""

    folder: str
    module: str


# In the order they are built, since one may need those before it.
PACKAGES = {
    "libfoo": Package("libfoo-wheel", "libfoo"),
    "consumer-ext": Package("consumer-ext", "consumer_ext"),
    "consumer-cython": Package("consumer-cython", "consumer_cython"),
    "consumer-setuptools": Package("consumer-setuptools", "consumer_setuptools"),
    "consumer-pure": Package("consumer-pure", "consumer_pure"),
}
CONSUMERS = tuple(name for name in PACKAGES if name != "libfoo")

# What the packages are made from.
SOURCES = ("libfoo", *(package.folder for package in PACKAGES.values()))
