"""The distributions that an interpreter sees, and the native files in them."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.utils import canonicalize_name

from .errors import CannotRunError
from .formats.reader import HEAD_SIZE, is_native, read_links
from .introspection import Interpreter
from .mangling import own_name, split
from .native_file import Format, NativeFile, NotReadableError, is_extension_module

# Files with these suffixes are not opened to see whether they are native. Most files have one of them.
PYTHON_FILES = (".py", ".pyc", ".pyi", ".pxd", ".pyx", ".typed", ".ipynb", ".pkl", ".npy", ".npz")
SOURCES = (".c", ".cc", ".cpp", ".cu", ".cuh", ".f90", ".h", ".hh", ".hpp", ".hxx", ".inc", ".proto", ".sh", ".tcl")
BUILD_FILES = (".cmake", ".pc", ".la", ".cfg", ".ini", ".toml", ".json", ".yaml", ".yml", ".xml", ".csv", ".map")
DOCUMENTS = (".txt", ".md", ".rst", ".html", ".css", ".js", ".svg", ".png", ".gif", ".jpg", ".ttf", ".mo", ".po")
ARCHIVES = (".gz", ".xz", ".zip")
OTHER_FILES = frozenset((*PYTHON_FILES, *SOURCES, *BUILD_FILES, *DOCUMENTS, *ARCHIVES))
FORMATS: dict[str, Format] = {"linux": "ELF", "darwin": "Mach-O", "win32": "PE"}


Advance = Callable[[int, int], None]


def quietly(done: int, of: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Installed:
    """An installed distribution."""

    name: str
    version: str
    # Its site-packages.
    folder: str

    def __str__(self) -> str:
        """Return name and version."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class InstalledFile:
    """A native file of an installed distribution."""

    path: str
    distribution: Installed
    facts: NativeFile
    size: int

    @property
    def name(self) -> str:
        """The file's name, without folders."""
        return os.path.basename(self.path)

    @property
    def relative(self) -> str:
        """The path in the distribution's site-packages."""
        return os.path.relpath(self.path, self.distribution.folder)

    @property
    def is_extension_module(self) -> bool:
        """Whether Python imports the file, as opposed to a library that such a file needs."""
        return is_extension_module(self.name, self.facts)


@dataclass(frozen=True)
class Environment:
    """The distributions and native files that an interpreter sees. `notes` say what was left out, and why."""

    interpreter: Interpreter
    distributions: tuple[Installed, ...]
    files: tuple[InstalledFile, ...]
    notes: tuple[str, ...] = ()
    # The number of native files for other platforms or machines, which this interpreter can't load.
    others: int = 0

    @cached_property
    def by_path(self) -> dict[str, InstalledFile]:
        """The native files by their real paths."""
        return {os.path.realpath(file.path): file for file in self.files}


def version_of(name: str, facts: NativeFile) -> str:
    """Return the version of a library, or "" if its file has none.

    For ELF this is the version in the file name, if that says more than the SONAME.
    """
    if facts.format != "ELF":
        return facts.version or ""
    version = split(own_name(name)).version
    identity = facts.former_identity or facts.identity or ""
    return version if version != split(own_name(identity)).version or "." in version else ""


def read(interpreter: Interpreter, advance: Advance = quietly) -> Environment:
    """Return an interpreter's environment. `advance` is called with the number of distributions read and their total.

    Raises CannotRunError for a platform whose native files can't be read.
    """
    if interpreter.platform not in FORMATS:
        raise CannotRunError(
            f"{interpreter.executable} runs on {interpreter.platform}, a platform whose loader library-wheel doesn't "
            "know"
        )
    notes: list[str] = []
    seen = installed(interpreter, notes)
    files: dict[tuple[int, int], InstalledFile] = {}
    others = 0
    machines = machines_of(interpreter)
    for number, (distribution, metadata) in enumerate(seen):
        advance(number, len(seen))
        for path in native_paths(distribution, metadata, notes):
            status = os.stat(path)
            # Links to the same file are one copy.
            if (status.st_dev, status.st_ino) in files:
                continue
            try:
                facts = read_links(Path(path))
            except NotReadableError as error:
                notes.append(f"{path} can't be read, so it is left out: {error}.")
                continue
            if facts is None or facts.kind in ("object", "debug"):
                continue
            if facts.format != FORMATS[interpreter.platform] or not machines & {*facts.machines}:
                others += 1
                continue
            files[status.st_dev, status.st_ino] = InstalledFile(path, distribution, facts, status.st_size)
    advance(len(seen), len(seen))
    names = tuple(distribution for distribution, _ in seen)
    return Environment(interpreter, names, (*files.values(),), (*notes,), others)


def installed(interpreter: Interpreter, notes: list[str]) -> list[tuple[Installed, Distribution]]:
    """Return the distributions on an interpreter's path. If several have the same name, the first one counts."""
    found: dict[str, tuple[Installed, Distribution]] = {}
    folders = [folder for folder in interpreter.search_path if os.path.isdir(folder)]
    for folder in folders:
        for metadata in distributions(path=[folder]):
            name, version = name_and_version(metadata)
            where = getattr(metadata, "_path", folder)
            if not name or not version:
                notes.append(f"{where} has no readable name and version, so the distribution is left out.")
                continue
            distribution = Installed(name, version, folder)
            if (key := canonicalize_name(name)) in found:
                other = found[key][0]
                # Debian has two kinds of metadata for one distribution.
                if other.folder != folder:
                    notes.append(f"{distribution} in {folder} is hidden by {other.version} in {other.folder}.")
                continue
            found[key] = distribution, metadata
    return list(found.values())


def name_and_version(metadata: Distribution) -> tuple[str | None, str | None]:
    """Return the name and the version in a distribution's metadata, None if missing or broken."""
    try:
        return metadata.metadata["Name"], metadata.version
    except (KeyError, OSError, UnicodeDecodeError):
        return None, None


def native_paths(distribution: Installed, metadata: Distribution, notes: list[str]) -> Iterator[str]:
    """Yield the native files of a distribution that exist."""
    if editable := editable_source(metadata):
        notes.append(f"{distribution} is an editable install of {editable}, so its files are left out.")
    for path in recorded(distribution, metadata):
        if os.path.splitext(path)[1] in OTHER_FILES:
            continue
        try:
            with open(path, "rb") as file:
                if is_native(file.read(HEAD_SIZE)):
                    yield path
        except OSError:
            # The file is in RECORD but was deleted. Linux distributions do that when they repackage wheels.
            continue


def recorded(distribution: Installed, metadata: Distribution) -> Iterator[str]:
    """Yield the paths of a distribution's files: those in RECORD or, without one, those in its packages."""
    # importlib.metadata parses more of each line than is needed here, which takes seconds in a large environment.
    if record := metadata.read_text("RECORD"):
        for row in csv.reader(record.splitlines()):
            if row:
                yield os.path.normpath(os.path.join(distribution.folder, row[0]))
        return
    names = (metadata.read_text("top_level.txt") or distribution.name.replace("-", "_")).split()
    for name in names:
        for parent, _, files in os.walk(os.path.join(distribution.folder, name)):
            yield from (os.path.join(parent, file) for file in files)
        yield from map(str, Path(distribution.folder).glob(f"{name}.*so"))


def editable_source(metadata: Distribution) -> str | None:
    """Return the folder that an editable install leads to."""
    try:
        url = json.loads(metadata.read_text("direct_url.json") or "{}")
        return url2pathname(urlsplit(url["url"]).path) if url["dir_info"]["editable"] else None
    except (KeyError, TypeError, ValueError):
        return None


def machines_of(interpreter: Interpreter) -> set[str]:
    """Return the machines whose files an interpreter can load."""
    if interpreter.platform == "linux":
        return {*interpreter.facts.machines}
    machine = interpreter.machine.rpartition("-")[2]
    return {"x86_64", "arm64"} if machine == "universal2" else {machine}
