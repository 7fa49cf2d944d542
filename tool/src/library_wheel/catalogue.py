"""The known wheels: those to check, and those that may meet their requirements."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .errors import CannotRunError
from .markers import pythons
from .native_file import Format, NativeFile
from .policy import policies
from .wheel import Wheel


@dataclass(frozen=True)
class Provider:
    """A native file in a wheel that may meet a need."""

    wheel: Wheel
    name: str

    @property
    def file(self) -> NativeFile:
        """The facts in the file."""
        return self.wheel.native_files[self.name]


class Catalogue:
    """Wheels by distribution. Each is read only once."""

    def __init__(self, wheels: Iterable[Wheel]) -> None:
        self.wheels = {wheel.path.resolve(): wheel for wheel in wheels}
        self.releases: dict[str, list[Wheel]] = {}
        for wheel in self.wheels.values():
            self.releases.setdefault(wheel.distribution, []).append(wheel)
        self._together: dict[tuple[Wheel, Wheel], bool] = {}
        self._indexes: dict[Wheel, dict[str, list[str]]] = {}

    def known(self, distribution: str, beside: Wheel) -> list[Wheel]:
        """Return the wheels of a distribution that can be installed in an environment beside another one."""
        found = self.releases.get(canonicalize_name(distribution), [])
        return sorted(
            (wheel for wheel in found if self.together(wheel, beside)),
            key=lambda wheel: (wheel.version, wheel.path.name),
        )

    def together(self, one: Wheel, other: Wheel) -> bool:
        """Return whether there is an environment in which both wheels can be installed."""
        key = (one, other)
        if key not in self._together:
            self._together[key] = (
                one.distribution != other.distribution
                and bool(pythons(one) & pythons(other))
                and any(platforms_meet(a, b) for a in platform_keys(one) for b in platform_keys(other))
            )
        return self._together[key]

    def allowed(self, requirement: Requirement, beside: Wheel) -> list[Wheel]:
        """Return the known wheels that a requirement allows."""
        return [
            wheel
            for wheel in self.known(requirement.name, beside)
            if requirement.specifier.contains(wheel.version, prereleases=True)
        ]

    def providers(self, wheel: Wheel, library: str, kind: Format, machines: tuple[str, ...]) -> list[Provider]:
        """Return the files in a wheel that have a library's name, either inside or as their file name."""
        if wheel not in self._indexes:
            self._indexes[wheel] = index(wheel)
        found = self._indexes[wheel].get(key_of(library, kind), [])
        files = wheel.native_files
        return [
            Provider(wheel, name)
            for name in found
            if files[name].format == kind
            and set(files[name].machines) & set(machines)
            and files[name].kind == "library"
        ]


def index(wheel: Wheel) -> dict[str, list[str]]:
    """Return the native files of a wheel by file name and by identity."""
    found: dict[str, list[str]] = {}
    for name, file in wheel.native_files.items():
        # No loader reads the name in a DLL's export table.
        names = [name] if file.format == "PE" or file.identity is None else [name, file.identity]
        for key in dict.fromkeys(key_of(text, file.format) for text in names):
            found.setdefault(key, []).append(name)
    return found


def key_of(library: str, kind: Format) -> str:
    """Return a library's name as its format compares it: the last part of the path, in lower case on Windows."""
    base = library.rpartition("/")[2]
    return base.lower() if kind == "PE" else base


@cache
def platform_keys(wheel: Wheel) -> frozenset[tuple[str, str]]:
    """Return the platforms that a wheel is for, as pairs of a family and a machine; "*" for any."""
    found = set()
    for policy in policies(wheel):
        family = "*" if policy.family == "any" else policy.family
        # A plain linux tag leaves open which libc it is for.
        found |= {(family, machine) for machine in policy.machines or ("*",)}
    return frozenset(found)


def platforms_meet(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two wheels' platforms have something in common."""
    families = {one[0], other[0]}
    linux = "linux" in families and families <= {"linux", "manylinux", "musllinux"}
    same_family = len(families) == 1 or "*" in families or linux
    return same_family and (one[1] == other[1] or "*" in (one[1], other[1]))


def load(paths: Iterable[Path]) -> list[Wheel]:
    """Return the wheels that paths name: files, and folders with wheels in them."""
    found: dict[Path, Wheel] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.glob("*.whl"))
            if not inside:
                raise CannotRunError(f"the folder {path} contains no wheels")
            for file in inside:
                found[file.resolve()] = Wheel(file)
        else:
            found[path.resolve()] = Wheel(path)
    return list(found.values())


def top_level(wheel: Wheel) -> frozenset[str]:
    """Return the names under which a wheel's packages and modules are imported."""
    found = set()
    for member in wheel.members.values():
        if not member.installed.is_relative_to(wheel.site_packages):
            continue
        parts = member.installed.relative_to(wheel.site_packages).parts
        if len(parts) > 1:
            if parts[0].isidentifier():
                found.add(parts[0])
        elif PurePosixPath(parts[0]).suffix in (".py", ".so", ".pyd"):
            found.add(parts[0].partition(".")[0])
    return frozenset(found)
