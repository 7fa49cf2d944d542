"""What `[tool.library-wheel]` in a project's pyproject.toml says about its packages and its library.

The project is that of the current folder: the nearest folder, upwards from there, whose pyproject.toml lists packages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from .. import toml
from ..errors import CannotRunError


@dataclass(frozen=True)
class Library:
    """A library of an exporter: its name and SOVERSION, and where they differ from that, the names of its files."""

    name: str
    soversion: str
    # The name without "lib" in the names of its files, of its DLL, and of its pkg-config file without ".pc".
    stem: str = ""
    dll: str = ""
    pkgconfig: str = ""

    @property
    def file_names(self) -> tuple[str, str, str]:
        """What names its files: the stem, the SOVERSION, and the DLL's name if it has one of its own."""
        return self.stem or self.name, self.soversion, self.dll

    @property
    def pkgconfig_file(self) -> str:
        """The name of its pkg-config file."""
        return f"{self.pkgconfig or self.name}.pc"


@dataclass(frozen=True)
class Package:
    """The folder, the module, the required exporters and the libraries of a distribution."""

    folder: str
    module: str
    # The exporters among the project's packages that it requires, for builds or at run time.
    requires: tuple[str, ...]
    details: tuple[Library, ...] = ()
    # The folder with the libraries' sources, if they are in the project.
    sources: str = ""
    # The exporter's CMake package, as in the names of its files.
    cmake: str = ""
    # Whether it has no extension module.
    pure: bool = False
    # Whether its extension modules are for the stable ABI of CPython 3.10.
    stable_abi: bool = True
    # The capabilities of a platform that the build needs.
    needs: tuple[str, ...] = ()

    @property
    def libraries(self) -> tuple[str, ...]:
        """The names of its libraries."""
        return tuple(library.name for library in self.details)


def find_root(folder: Path) -> Path | None:
    """Return the project that a folder belongs to."""
    return next((root for root in (folder, *folder.parents) if listed(root)), None)


def listed(root: Path) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a project's packages; none if the folder is no project."""
    packages: Sequence[Mapping[str, Any]] = settings(root).get("packages", ())
    return packages


def settings(root: Path) -> dict[str, Any]:
    """Return the table `[tool.library-wheel]` of a folder's pyproject.toml, if there is one.

    Raises CannotRunError if that is not TOML.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        found: dict[str, Any] = toml.read(file).get("tool", {}).get("library-wheel", {})
    except ValueError as error:
        raise CannotRunError(f"{file} can't be read: {error}") from None
    return found


def packages(root: Path) -> dict[str, Package]:
    """Return the packages of a project by the names of their distributions, in the order in which they are listed.

    Their pyproject.toml files say how they are named and what they require. Raises CannotRunError for an entry that has
    no such file, or an unknown key.
    """
    entries = {distribution(root, entry): entry for entry in listed(root)}
    exporters = {canonicalize_name(name): name for name, entry in entries.items() if "libraries" in entry}
    return {name: package(root, name, entry, exporters) for name, entry in entries.items()}


def distribution(root: Path, entry: Mapping[str, Any]) -> str:
    """Return the name of an entry's distribution."""
    file = root / str(entry.get("folder", "")) / "pyproject.toml"
    try:
        return str(toml.read(file)["project"]["name"])
    except (OSError, KeyError, ValueError) as error:
        where = f"[[tool.library-wheel.packages]] in {root / 'pyproject.toml'}"
        raise CannotRunError(f"{where} has the folder {entry.get('folder')!r}, but {file}: {error}") from None


def package(root: Path, name: str, entry: Mapping[str, Any], exporters: Mapping[NormalizedName, str]) -> Package:
    """Return the package of an entry."""
    pyproject = toml.read(root / entry["folder"] / "pyproject.toml")
    wanted = [*pyproject["build-system"]["requires"], *pyproject["project"].get("dependencies", ())]
    required = {canonicalize_name(Requirement(text).name) for text in wanted}
    options = {key.replace("-", "_"): value for key, value in entry.items() if key != "libraries"}
    options["needs"] = tuple(options.get("needs", ()))
    try:
        return Package(
            module=canonicalize_name(name).replace("-", "_"),
            requires=tuple(exporter for key, exporter in exporters.items() if key in required),
            details=tuple(Library(**library) for library in entry.get("libraries", ())),
            **options,
        )
    except TypeError as error:
        raise CannotRunError(
            f"[[tool.library-wheel.packages]] for {entry['folder']} in {root / 'pyproject.toml'}: {error}"
        ) from None
