"""Wheels and their contents, each read once."""

import email.parser
import email.policy
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import BuildTag, InvalidWheelFilename, NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .errors import CannotRunError
from .formats.reader import HEAD_SIZE, is_native, read
from .native_file import NativeFile, NotReadableError

# Where installers put the files of `NAME.data/SCHEME/`, seen from site-packages: on Linux and macOS this is
# `lib/pythonX.Y/site-packages`, on Windows `Lib/site-packages`.
SITE_PACKAGES = {"posix": PurePosixPath("lib/python3/site-packages"), "nt": PurePosixPath("Lib/site-packages")}
# The errors of zipfile if an entry is damaged, encrypted, or compressed in an unknown way.
UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
SCRIPTS = {"posix": PurePosixPath("bin"), "nt": PurePosixPath("Scripts")}


@dataclass(frozen=True)
class Member:
    """A file of a wheel."""

    name: str
    # The path of the installed file, relative to the environment's folder (sys.prefix).
    installed: PurePosixPath
    size: int
    checksum: int
    # Installers that unpack with Python's zipfile install a text file instead of the link.
    is_symlink: bool


class Wheel:
    """A wheel file. Its contents are read on first use, and only once.

    Raises CannotRunError if the file is no wheel.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.distribution: NormalizedName
        self.version: Version
        self.build: BuildTag
        self.tags: frozenset[Tag]
        if not path.exists():
            raise CannotRunError(f"there is no file {'' if path.suffix == '.whl' else 'or folder '}{path}")
        if path.name.endswith((".tar.gz", ".zip")):
            raise CannotRunError(f"{path} is a source distribution, not a wheel. Build a wheel from it")
        try:
            self.distribution, self.version, self.build, self.tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename as error:
            raise CannotRunError(
                f"{path} can't be a wheel, because the file name is not NAME-VERSION-PYTHON-ABI-PLATFORM.whl "
                f"({error}). If the file was renamed, download or build it again"
            ) from None
        # In the order of the file's name, which `tags` does not keep.
        self.tag = "-".join(path.name.removesuffix(".whl").split("-")[-3:])
        with self._open() as archive:
            self._entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for name in (entry.filename for entry in self._entries):
            if name.startswith("/") or ".." in PurePosixPath(name).parts:
                raise CannotRunError(f"{path} contains {name}, which is outside of any installation. Don't install it")

    def __repr__(self) -> str:
        """Return the expression that creates it."""
        return f"Wheel({str(self.path)!r})"

    def _open(self) -> zipfile.ZipFile:
        """Open the wheel. Callers close it soon, since a process may have more wheels than it may have open files."""
        try:
            return zipfile.ZipFile(self.path)
        except zipfile.BadZipFile as error:
            raise CannotRunError(f"{self.path} can't be unpacked: {error}. Download or build it again") from None
        except OSError as error:
            raise CannotRunError(f"{self.path} can't be read: {error.strerror}") from None

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags, in the order of the file's name: ("manylinux2014_x86_64", "manylinux_2_17_x86_64")."""
        return tuple(self.tag.rsplit("-", 1)[1].split("."))

    @cached_property
    def members(self) -> dict[str, Member]:
        """The files of the wheel, by their names in it."""
        return {
            entry.filename: Member(
                name=entry.filename,
                installed=self._installed(PurePosixPath(entry.filename)),
                size=entry.file_size,
                checksum=entry.CRC,
                is_symlink=stat.S_ISLNK(entry.external_attr >> 16),
            )
            for entry in self._entries
        }

    @property
    def site_packages(self) -> PurePosixPath:
        """The path of site-packages, relative to the environment's folder."""
        return SITE_PACKAGES[self._system]

    @property
    def _system(self) -> str:
        return "nt" if all(platform.startswith("win") for platform in self.platforms) else "posix"

    def _installed(self, name: PurePosixPath) -> PurePosixPath:
        """Return the path at which an installer puts a file."""
        if len(name.parts) < 3 or not name.parts[0].endswith(".data"):
            return self.site_packages / name
        match name.parts[1]:
            case "data":
                return PurePosixPath(*name.parts[2:])
            case "scripts":
                return SCRIPTS[self._system] / PurePosixPath(*name.parts[2:])
            case "headers":
                return PurePosixPath("include", self.distribution, *name.parts[2:])
            case _:
                return self.site_packages / PurePosixPath(*name.parts[2:])

    def read(self, name: str) -> bytes:
        """Return the content of a file in the wheel. Raises KeyError if there is none."""
        return next(self._read([name]))

    def text(self, name: str) -> str:
        """Return the content of a text file in the wheel. Raises KeyError if there is none."""
        return next(self.texts([name]))

    def texts(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the contents of text files in the wheel, which is opened only once for all of them.

        Raises KeyError if there is no such file.
        """
        return (content.decode("utf-8", errors="replace") for content in self._read(names))

    def _read(self, names: Iterable[str]) -> Iterator[bytes]:
        with self._open() as archive:
            for name in names:
                try:
                    content = archive.read(name)
                except UNPACKING_ERRORS as error:
                    raise CannotRunError(f"{name} in {self.path} can't be unpacked: {error}") from None
                yield content

    @cached_property
    def dist_info(self) -> str:
        """The name of the wheel's own folder of metadata."""
        # Only at the top level: a vendored package may have its own, deeper in the wheel.
        folders = {name.partition("/")[0] for name in self.members if "/" in name}
        own = [
            name
            for name in sorted(folders)
            if name.endswith(".dist-info") and canonicalize_name(name.partition("-")[0]) == self.distribution
        ]
        if not own:
            raise CannotRunError(
                f"{self.path} is not a wheel: it has no folder {self.distribution}-{self.version}.dist-info. Download "
                "or build it again"
            )
        return own[0]

    @cached_property
    def metadata(self) -> Message:
        """The fields of METADATA."""
        name = f"{self.dist_info}/METADATA"
        if name not in self.members:
            raise CannotRunError(f"{self.path} is not a wheel: it has no {name}. Download or build it again")
        return email.parser.Parser(policy=email.policy.compat32).parsestr(self.text(name))

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements in METADATA, with and without markers, except those that can't be parsed."""
        return tuple(
            requirement for requirement in map(parsed, self.metadata.get_all("Requires-Dist", [])) if requirement
        )

    @cached_property
    def requires_python(self) -> SpecifierSet:
        """The Pythons that METADATA allows."""
        try:
            return SpecifierSet(self.metadata.get("Requires-Python", ""))
        except InvalidSpecifier:
            return SpecifierSet()

    @cached_property
    def entry_points(self) -> dict[str, dict[str, str]]:
        """The entry points, by group and name."""
        name = f"{self.dist_info}/entry_points.txt"
        found: dict[str, dict[str, str]] = {}
        group = ""
        for line in self.text(name).splitlines() if name in self.members else ():
            if (stripped := line.strip()).startswith("["):
                group = stripped.strip("[]").strip()
            elif stripped and not stripped.startswith(("#", ";")) and "=" in stripped:
                key, _, value = stripped.partition("=")
                found.setdefault(group, {})[key.strip()] = value.strip()
        return found

    @cached_property
    def discovery_files(self) -> dict[str, str]:
        """The contents of the files for pkg-config and CMake, by their names in the wheel."""
        names = [name for name in self.members if name.endswith((".pc", ".cmake"))]
        return dict(zip(names, self.texts(names), strict=True))

    @cached_property
    def native_files(self) -> dict[str, NativeFile]:
        """The native files, by their names in the wheel. Damaged ones are in `damaged`."""
        return {name: file for name, file in self._native if isinstance(file, NativeFile)}

    @cached_property
    def damaged(self) -> dict[str, str]:
        """The native files that can't be read, and why."""
        return {name: error for name, error in self._native if isinstance(error, str)}

    @cached_property
    def _native(self) -> tuple[tuple[str, NativeFile | str], ...]:
        return tuple(self._read_native())

    def _read_native(self) -> Iterator[tuple[str, NativeFile | str]]:
        with self._open() as archive:
            for name, member in self.members.items():
                if not member.is_symlink and (found := native_file(archive, name)):
                    yield name, found


def native_file(archive: zipfile.ZipFile, name: str) -> NativeFile | str | None:
    """Return the facts about a native file in a wheel, or why it can't be read; None if it is another file."""
    try:
        with archive.open(name) as file:
            head = file.read(HEAD_SIZE)
            return read(head + file.read()) if is_native(head) else None
    except NotReadableError as error:
        return str(error)
    except UNPACKING_ERRORS as error:
        return f"the wheel can't be unpacked: {error}"


def parsed(requirement: str) -> Requirement | None:
    """Return a requirement of METADATA; None for one that installers can't parse."""
    try:
        return Requirement(requirement)
    except InvalidRequirement:
        return None
