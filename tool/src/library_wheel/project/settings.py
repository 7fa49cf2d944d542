"""The settings in `[tool.library-wheel]` of a project's pyproject.toml: its packages and its library.

The project is the nearest folder, from the current one upwards, whose pyproject.toml lists packages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from .. import toml
from ..errors import CannotRunError
from ..platforms.capabilities import CAPABILITIES
from ..pyproject import PRIVATE

# The keys of the table, of an entry of its packages and of an entry's libraries, with the types of their values.
SETTINGS = {"packages": list, "expression": str, "answer": object, "function": str, "headers": list, "import": dict}
PACKAGE = {
    **dict.fromkeys(["folder", "sources", "cmake"], str),
    **dict.fromkeys(["libraries", "needs"], list),
    **dict.fromkeys(["pure", "stable-abi"], bool),
}
LIBRARY = dict.fromkeys(["name", "soversion", "stem", "dll", "pkgconfig"], str)
KINDS = {str: "a string", list: "a list", bool: "true or false", dict: "a table"}


@dataclass(frozen=True)
class Library:
    """A library of an exporter: its name, its SOVERSION, and names of its files that don't follow from these."""

    name: str
    soversion: str
    # The name in its files' names, without "lib"; the DLL's name; the pkg-config file's name without ".pc".
    stem: str = ""
    dll: str = ""
    pkgconfig: str = ""

    @property
    def file_names(self) -> tuple[str, str, str]:
        """The parts of its files' names: the stem, the SOVERSION, and the DLL's name if that differs."""
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
    # The project's exporters that it requires, for builds or at run time.
    requires: tuple[str, ...]
    details: tuple[Library, ...] = ()
    # The folder with the libraries' sources, if they are in the project.
    sources: str = ""
    # The name of the exporter's CMake package, which is part of its files' names.
    cmake: str = ""
    # Whether it has no extension module.
    pure: bool = False
    # Whether its extension modules are for the stable ABI of CPython 3.10.
    stable_abi: bool = True
    # The capabilities of a platform that the build needs.
    needs: tuple[str, ...] = ()
    # False if it has the classifier PRIVATE, with which PyPI refuses it.
    published: bool = True

    @property
    def libraries(self) -> tuple[str, ...]:
        """The names of its libraries."""
        return tuple(library.name for library in self.details)


def find_root(folder: Path) -> Path | None:
    """Return the folder of the project that contains a folder, if there is one."""
    return next((root for root in (folder, *folder.parents) if listed(root)), None)


def listed(root: Path) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a project's packages, or no entries if the folder is not a project."""
    packages: Sequence[Mapping[str, Any]] = settings(root).get("packages", ())
    return packages


def settings(root: Path) -> dict[str, Any]:
    """Return the table `[tool.library-wheel]` of a folder's pyproject.toml, if there is one.

    Raises CannotRunError if the file is not TOML, or the table has an unknown key or a value of another type.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return {}
    tool = read(file).get("tool", {})
    found: dict[str, Any] = tool.get("library-wheel", {}) if isinstance(tool, dict) else {}
    check(found, f"[tool.library-wheel] in {file}", SETTINGS)
    for entry in found.get("packages", ()):
        where = f"[[tool.library-wheel.packages]] in {file}"
        check(entry, where, PACKAGE, required=["folder"])
        where += f", folder {entry['folder']!r},"
        for library in entry.get("libraries", ()):
            check(library, f"{where} libraries:", LIBRARY, required=["name", "soversion"])
        if unknown := [name for name in entry.get("needs", ()) if name not in CAPABILITIES]:
            raise CannotRunError(
                f"{where} has the unknown capability {unknown[0]!r} in needs; the known ones are "
                f"{', '.join(CAPABILITIES)}"
            )
    return found


def check(table: object, where: str, known: Mapping[str, type], *, required: Sequence[str] = ()) -> None:
    """Raise CannotRunError if this is not a table, or one of its keys is unknown, missing or of another type."""
    if not isinstance(table, dict):
        raise CannotRunError(f"{where} must be a table, not {table!r}")
    for key, value in table.items():
        if key not in known:
            raise CannotRunError(f"{where} has the unknown key {key!r}; the known keys are {', '.join(known)}")
        if not isinstance(value, known[key]):
            raise CannotRunError(f"{where} has {key} = {value!r}, which must be {KINDS[known[key]]}")
    if missing := [key for key in required if key not in table]:
        raise CannotRunError(f"{where} has an entry without {missing[0]!r}")


def read(file: Path) -> dict[str, Any]:
    """Return a TOML file. Raises CannotRunError if it is not TOML."""
    try:
        return toml.read(file)
    except ValueError as error:
        raise CannotRunError(f"{file} can't be read: {error}") from None


def packages(root: Path) -> dict[str, Package]:
    """Return the packages of a project by the names of their distributions, in the order of the list.

    Their own pyproject.toml files contain their names and requirements. Raises CannotRunError if such a file, or
    something in it, is missing.
    """
    found = [(entry, described(root, entry)) for entry in listed(root)]
    exporters = {canonicalize_name(its["name"]): its["name"] for entry, its in found if entry.get("libraries")}
    made: dict[str, Package] = {}
    for entry, its in found:
        made[its["name"]] = package(entry, its, exporters)
        if later := [name for name in made[its["name"]].requires if name not in made]:
            raise CannotRunError(
                f"[[tool.library-wheel.packages]] in {root / 'pyproject.toml'} must list {later[0]} before "
                f"{its['name']}, which requires it: packages are built in this order"
            )
    return made


def described(root: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's distribution: its name, what it requires for builds or at run time, whether it is published."""
    file = root / entry["folder"] / "pyproject.toml"
    if not file.is_file():
        raise CannotRunError(
            f"[[tool.library-wheel.packages]] in {root / 'pyproject.toml'} names the folder {entry['folder']!r}, which "
            "has no pyproject.toml: correct the folder, or remove the entry"
        )
    pyproject = read(file)
    try:
        wanted = [*pyproject["build-system"]["requires"], *pyproject["project"].get("dependencies", ())]
        required = {canonicalize_name(Requirement(text).name) for text in wanted}
        published = PRIVATE not in pyproject["project"].get("classifiers", ())
        return {"name": pyproject["project"]["name"], "required": required, "published": published}
    except KeyError as error:
        raise CannotRunError(
            f"{file} lacks {error}: a package needs [build-system] with requires, and [project] with name"
        ) from None
    except InvalidRequirement as error:
        raise CannotRunError(f"{file} has an invalid requirement: {' '.join(str(error).split())}") from None


def package(entry: Mapping[str, Any], its: Mapping[str, Any], exporters: Mapping[NormalizedName, str]) -> Package:
    """Return the package of an entry."""
    options = {key.replace("-", "_"): value for key, value in entry.items() if key != "libraries"}
    options["needs"] = tuple(entry.get("needs", ()))
    return Package(
        module=canonicalize_name(its["name"]).replace("-", "_"),
        requires=tuple(name for key, name in exporters.items() if key in its["required"] and name != its["name"]),
        details=tuple(Library(**library) for library in entry.get("libraries", ())),
        published=its["published"],
        **options,
    )
