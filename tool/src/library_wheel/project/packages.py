"""The packages under test: those of the current folder's project that can be built for the platform."""

import re
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .. import toml
from ..errors import CannotRunError
from .loaders import LOADER
from .platform import PLATFORM
from .settings import find_root, packages, settings

ROOT = find_root(Path.cwd()) or Path.cwd()

# In build order, since a package may need those before it.
ALL = packages(ROOT)
if not ALL:
    raise CannotRunError(
        f"neither {ROOT} nor a folder above it has a pyproject.toml with [[tool.library-wheel.packages]]. Run this in "
        "a project's folder"
    )


def _first(names: Iterable[str], kind: str) -> str:
    # Tests need one package of each kind.
    if name := next(iter(names), None):
        return name
    raise CannotRunError(f"[[tool.library-wheel.packages]] in {ROOT / 'pyproject.toml'} must list {kind}")


PACKAGES = {name: package for name, package in ALL.items() if PLATFORM.unmet(package.needs) is None}
EXPORTERS = tuple(name for name, package in PACKAGES.items() if package.libraries)
CONSUMERS = tuple(name for name in PACKAGES if name not in EXPORTERS)
# Packages with libraries or extension modules.
BINARY = tuple(name for name, package in PACKAGES.items() if not package.pure)
# The consumer in tests that need only one, for example to damage it.
CONSUMER = _first(
    (name for name in CONSUMERS if name in BINARY),
    "a consumer with an extension module: a package without libraries and without pure = true",
)

# The exporter that consumers require, its module, its library's file, and the file to link to.
EXPORTER = _first(EXPORTERS, "an exporter: a package with libraries")
MODULE = PACKAGES[EXPORTER].module
LIBRARY_FILE, LINK_FILE = (name(*PACKAGES[EXPORTER].details[0].file_names) for name in (LOADER.file, LOADER.link_file))
# The variable that asks for the system's copy of that library.
PREFER = re.sub(r"\W", "_", f"PREFER_{PACKAGES[EXPORTER].libraries[0].upper()}_SYSTEM_LIBRARY")
_CONSUMERS_FILE = ROOT / PACKAGES[CONSUMER].folder / "pyproject.toml"
REQUIREMENT = next(
    (
        text
        for text in toml.read(_CONSUMERS_FILE)["project"].get("dependencies", ())
        if canonicalize_name(Requirement(text).name) == canonicalize_name(EXPORTER)
    ),
    "",
)
if not REQUIREMENT:
    raise CannotRunError(f"{_CONSUMERS_FILE} must have {EXPORTER} in its dependencies, as every consumer does")

# The folders with the sources of a wheel's libraries, if they are in this project.
LIBRARIES = {name: package.sources for name, package in ALL.items() if package.sources}
SOURCES = (*LIBRARIES.values(), *(package.folder for package in PACKAGES.values()))

_SETTINGS = settings(ROOT)
# An expression about `consumer`, a consumer's module, and its value. All consumers in a process give the same answer if
# they run the same copy of the library. To detect a second copy, it must depend on state, such as a counter.
EXPRESSION: str = _SETTINGS.get("expression", "True")
ANSWER: object = _SETTINGS.get("answer", True)
# One of the library's C functions.
FUNCTION: str | None = _SETTINGS.get("function")
# The headers that callers include.
HEADERS: frozenset[str] = frozenset(_SETTINGS.get("headers", ()))
