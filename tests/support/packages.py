"""The packages under test: those that can be built for the platform."""

from pathlib import Path

from .library import ALL, LIBRARIES
from .loaders import LOADER
from .platform import PLATFORM

ROOT = Path(__file__).parents[2]

PACKAGES = {name: package for name, package in ALL.items() if PLATFORM.unmet(package.needs) is None}
EXPORTERS = tuple(name for name, package in PACKAGES.items() if package.libraries)
CONSUMERS = tuple(name for name in PACKAGES if name not in EXPORTERS)
# Those with libraries or extension modules.
BINARY = tuple(name for name in PACKAGES if name != "consumer-pure")

# The exporter that consumers require, its module, and its library: the file, and the file to link to.
EXPORTER = "libfoo"
MODULE = PACKAGES[EXPORTER].module
REQUIREMENT = "libfoo>=1.1,<2"
NAMES = (
    "foo",
    "1",
)
LIBRARY_FILE = LOADER.file(*NAMES)
LINK_FILE = LOADER.link_file(*NAMES)

# The packages' sources.
SOURCES = (*LIBRARIES.values(), *(package.folder for package in PACKAGES.values()))
