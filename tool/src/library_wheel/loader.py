"""How dynamic loaders search for a library that a file needs: the rules of glibc, musl, dyld and Windows.

docs/loading explains the rules. A loader compares names with loaded files before any search, so callers must do so
first.
"""

import os
import platform
import re
import struct
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from .native_file import NativeFile


class Binary(NamedTuple):
    """A native file where the loader sees it."""

    # The loader's path, in which symbolic links are not resolved: `$ORIGIN` is the folder of this path.
    path: str
    facts: NativeFile


class Found(NamedTuple):
    """A library that a search has found."""

    path: str
    # The part of the search that found it, such as RUNPATH or ld.so.cache, and the file that contains the RUNPATH.
    by: str
    of: str | None = None


class Loader(ABC):
    """A dynamic loader on this machine."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def find(self, name: str, chain: Sequence[Binary]) -> Found | None:
        """Return the library that a file gets for a name that it needs, or None if the search finds nothing.

        `chain` begins with the file, followed by the file that caused it to be loaded, and ends with the program.
        """
        return next(self.candidates(name, chain), None)

    @abstractmethod
    def candidates(self, name: str, chain: Sequence[Binary]) -> Iterator[Found]:
        """Yield all files that the search would find, in its order."""

    @abstractmethod
    def identities(self, binary: Binary, *, searched: bool) -> frozenset[str]:
        """Return the names in other files' needs that a loaded file satisfies without a search.

        `searched` is whether a search found the file. Extension modules, in contrast, are opened by their paths.
        """


class Glibc(Loader):
    """GNU libc, which skips files for other machines. ld.so(8) has its rules.

    Before 2.37 it also searches folders such as tls/x86_64, which are left out here.
    """

    cache_file = "/etc/ld.so.cache"

    def __init__(self, environment: Mapping[str, str], interpreter: str) -> None:
        super().__init__(environment)
        # A path such as /lib64/ld-linux-x86-64.so.2. The file contains the default folders.
        self.interpreter = interpreter
        self._headers: dict[str, bytes] = {}

    def identities(self, binary: Binary, *, searched: bool) -> frozenset[str]:
        """Return the SONAME, however the file was opened, and the name that a search looked for."""
        names = [binary.facts.identity, os.path.basename(binary.path) if searched else None]
        return frozenset(name for name in names if name)

    def candidates(self, name: str, chain: Sequence[Binary]) -> Iterator[Found]:
        """See Loader."""
        if "/" in name:
            yield from existing(self._expanded(name, chain[0]), "its path")
            return
        machines = chain[0].facts.machines
        if not has_runpath(chain[0]):
            for binary in chain:
                if "rpath" in binary.facts.properties:
                    yield from self._in_folders(name, self._search_paths(binary), "RPATH", machines, binary.path)
        yield from self._in_folders(name, self._library_path(chain[-1]), "LD_LIBRARY_PATH", machines)
        if has_runpath(chain[0]):
            yield from self._in_folders(name, self._search_paths(chain[0]), "RUNPATH", machines, chain[0].path)
        for path in self._in_cache(name):
            if self._fits(path, machines):
                yield Found(path, "ld.so.cache")
        yield from self._in_folders(name, self._default_folders, "the default folders", machines)

    def _in_folders(
        self, name: str, folders: Iterable[str], by: str, machines: tuple[str, ...], of: str | None = None
    ) -> Iterator[Found]:
        """Yield the files of a name that are for one of these machines, in folders and their subfolders."""
        for folder in folders:
            for path in (*(f"{folder}/glibc-hwcaps/{level}/{name}" for level in self._levels), f"{folder}/{name}"):
                if self._fits(path, machines):
                    yield Found(path, by, of)

    def _in_cache(self, name: str) -> list[str]:
        """Return the paths of a name in ld.so.cache, those for the processor's highest level first."""
        paths = self._cache.get(name, ())
        found = [(path.split("/")[-2] if "/glibc-hwcaps/" in path else "", path) for path in paths]
        return [path for wanted in [*self._levels, ""] for level, path in found if level == wanted]

    def _fits(self, path: str, machines: tuple[str, ...]) -> bool:
        """Return whether there is an ELF file for one of these machines at the path. Each file is read only once."""
        if path not in self._headers:
            self._headers[path] = header(path)
        return is_for(self._headers[path], machines)

    def _search_paths(self, binary: Binary) -> list[str]:
        return [self._expanded(path, binary) or "." for path in binary.facts.search_paths]

    def _library_path(self, program: Binary) -> list[str]:
        # Both separators count. An empty part is the current folder.
        value = self.environment.get("LD_LIBRARY_PATH")
        return [self._expanded(part, program) or "." for part in re.split("[:;]", value)] if value else []

    def _expanded(self, path: str, binary: Binary) -> str:
        """Return a path in a file with its tokens replaced, such as `$ORIGIN`."""
        values = {**self._tokens, "ORIGIN": folder_of(binary)}
        return TOKEN.sub(lambda match: values[match[1] or match[2]], path)

    @cached_property
    def _tokens(self) -> dict[str, str]:
        folder = re.sub(r"^/(usr/)?", "", next(iter(self._default_folders), "/lib"))
        return {
            "LIB": self._diagnostics.get("dl_dst_lib", folder),
            "PLATFORM": self._diagnostics.get("dl_platform", platform.machine()),
        }

    @cached_property
    def _levels(self) -> list[str]:
        """The processor's levels, such as x86-64-v3, that name the subfolders of glibc-hwcaps, the highest first."""
        active = int(self._diagnostics.get("dl_hwcaps_subdirs_active", "0"), 0)
        names = self._diagnostics.get("dl_hwcaps_subdirs", "").split(":")
        return [name for number, name in enumerate(names) if active >> number & 1]

    @cached_property
    def _diagnostics(self) -> dict[str, str]:
        """What the loader says about itself. Before 2.33 it says nothing, and there is no glibc-hwcaps either."""
        command = [self.interpreter, "--list-diagnostics"]
        try:
            result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=True)
        except (OSError, subprocess.SubprocessError):
            return {}
        return dict(re.findall(r'^(\w+)="?(.*?)"?$', os.fsdecode(result.stdout), re.MULTILINE))

    @cached_property
    def _default_folders(self) -> list[str]:
        try:
            return default_folders(Path(self.interpreter).read_bytes())
        except OSError:
            return []

    @cached_property
    def _cache(self) -> dict[str, list[str]]:
        try:
            return dict(read_cache(Path(self.cache_file).read_bytes()))
        except (OSError, struct.error):
            return {}


class Musl(Loader):
    """musl. It takes the first file that it can open, because it doesn't check which processor a library is for.

    ldso/dynlink.c in its sources has its rules.
    """

    # Names with these prefixes are parts of libc itself.
    own = ("libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.")
    defaults = "/lib:/usr/local/lib:/usr/lib"

    def __init__(self, environment: Mapping[str, str], interpreter: str) -> None:
        super().__init__(environment)
        # A path such as /lib/ld-musl-x86_64.so.1. The machine in it also names /etc/ld-musl-x86_64.path.
        self.interpreter = interpreter

    def identities(self, binary: Binary, *, searched: bool) -> frozenset[str]:
        """Return the name that a search looked for: musl ignores SONAMEs."""
        return frozenset([os.path.basename(binary.path)] if searched else [])

    def candidates(self, name: str, chain: Sequence[Binary]) -> Iterator[Found]:
        """See Loader."""
        if "/" in name:
            yield from existing(name, "its path")
            return
        if name.startswith(self.own) or name == os.path.basename(self.interpreter):
            yield Found(self.interpreter, "musl itself")
            return
        yield from in_path(name, self.environment.get("LD_LIBRARY_PATH", ""), "LD_LIBRARY_PATH")
        for binary in chain:
            kind = "RUNPATH" if has_runpath(binary) else "RPATH"
            yield from in_path(name, path_for_musl(binary), kind, binary.path)
        yield from in_path(name, self._system_path, "the default folders")

    @cached_property
    def _system_path(self) -> str:
        machine = os.path.basename(self.interpreter).removeprefix("ld-musl-").removesuffix(".so.1")
        prefix = os.path.dirname(os.path.dirname(self.interpreter))
        try:
            return Path(f"{prefix}/etc/ld-musl-{machine}.path").read_text()
        except OSError:
            return self.defaults


class Dyld(Loader):
    """The loader of macOS. dyld(1) has its rules."""

    def identities(self, binary: Binary, *, searched: bool) -> frozenset[str]:  # noqa: ARG002
        """Return the install name and the path."""
        return frozenset(filter(None, [binary.facts.identity, binary.path]))

    def candidates(self, name: str, chain: Sequence[Binary]) -> Iterator[Found]:
        """See Loader."""
        leaf = name.rpartition("/")[2]
        program = chain[-1].path
        for folder in filter(None, self.environment.get("DYLD_LIBRARY_PATH", "").split(":")):
            yield from existing(f"{folder}/{leaf}", "DYLD_LIBRARY_PATH")
        if name.startswith("@rpath/"):
            for binary in chain:
                for path in binary.facts.search_paths:
                    folder = expand_for_dyld(path, binary.path, program)
                    yield from existing(f"{folder}/{name.removeprefix('@rpath/')}", "LC_RPATH", binary.path)
        elif name.startswith("@"):
            yield from existing(expand_for_dyld(name, chain[0].path, program), "its path", chain[0].path)
        elif is_of_macos(name):
            # Parts of macOS have no files. They are in a cache that all programs share.
            yield Found(name, "macOS itself")
        else:
            yield from existing(name, "its path", chain[0].path)
        fallback = self.environment.get("DYLD_FALLBACK_LIBRARY_PATH", "/usr/local/lib:/usr/lib")
        for folder in filter(None, fallback.split(":")):
            yield from existing(f"{folder}/{leaf}", "DYLD_FALLBACK_LIBRARY_PATH")


class Windows(Loader):
    """Windows' loader with the flags that Python's import and ctypes pass: it ignores PATH and the current folder."""

    def __init__(self, environment: Mapping[str, str], folders: Mapping[str, str]) -> None:
        super().__init__(environment)
        # More folders to search, each with its origin: Python's own, and those of os.add_dll_directory().
        self.folders = folders
        self._listings: dict[str, dict[str, str]] = {}

    def candidates(self, name: str, chain: Sequence[Binary]) -> Iterator[Found]:
        """See Loader."""
        if name.lower().startswith(("api-ms-", "ext-ms-")):
            yield Found(name, "Windows itself")
            return
        system = os.path.join(self.environment.get("SYSTEMROOT", r"C:\Windows"), "System32")
        # The file that Python opened. Its folder is searched for everything that it loads.
        opened = chain[-2] if len(chain) > 1 else chain[0]
        if path := self._file(os.path.dirname(opened.path), name):
            yield Found(path, "folder", opened.path)
        for folder, by in {**self.folders, system: "Windows itself"}.items():
            if path := self._file(folder, name):
                yield Found(path, by)

    def _file(self, folder: str, name: str) -> str | None:
        if folder not in self._listings:
            self._listings[folder] = listing(folder)
        return self._listings[folder].get(name.lower())

    def identities(self, binary: Binary, *, searched: bool) -> frozenset[str]:  # noqa: ARG002
        """Return the DLL's file name in lower case, without its folder."""
        return frozenset([os.path.basename(binary.path.replace("\\", "/")).lower()])


def has_runpath(binary: Binary) -> bool:
    """Return whether a file has a RUNPATH, which disables its RPATH."""
    return bool(binary.facts.search_paths) and "rpath" not in binary.facts.properties


# What glibc replaces in a path, with or without braces.
TOKEN = re.compile(r"\$(?:(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_])|\{(ORIGIN|LIB|PLATFORM)\})")
ORIGIN_FOR_MUSL = re.compile(r"\$(?:ORIGIN|\{ORIGIN\})")


def folder_of(binary: Binary) -> str:
    """Return a file's folder, which replaces `$ORIGIN`."""
    return os.path.dirname(os.path.abspath(binary.path))


def path_for_musl(binary: Binary) -> str:
    """Return RUNPATH or RPATH with `$ORIGIN` replaced. If there is any other token in it, musl ignores the whole."""
    path = ":".join(binary.facts.search_paths)
    folder = folder_of(binary)
    return "" if "$" in ORIGIN_FOR_MUSL.sub("", path) else ORIGIN_FOR_MUSL.sub(lambda _: folder, path)


def in_path(name: str, path: str, by: str, of: str | None = None) -> Iterator[Found]:
    """Yield the files of a name in the folders of a search path as musl splits it, after it has expanded `$ORIGIN`."""
    for folder in filter(None, re.split("[:\n]", path)):
        yield from existing(f"{folder}/{name}", by, of)


def existing(path: str, by: str, of: str | None = None) -> Iterator[Found]:
    """Yield the path if there is such a file."""
    if os.path.exists(path):
        yield Found(path, by, of)


def listing(folder: str) -> dict[str, str]:
    """Return the paths of a folder's files by their names in lower case."""
    try:
        return {name.lower(): os.path.join(folder, name) for name in os.listdir(folder)}
    except OSError:
        return {}


def expand_for_dyld(path: str, file: str, program: str) -> str:
    """Return a path in a Mach-O file with `@loader_path` and `@executable_path` replaced."""
    for word, origin in {"@loader_path": file, "@executable_path": program}.items():
        if path == word or path.startswith(f"{word}/"):
            return os.path.normpath(os.path.dirname(origin) + path.removeprefix(word))
    return path


def is_of_macos(name: str) -> bool:
    """Return whether an install name is that of a part of macOS."""
    return name.startswith(("/usr/lib/", "/System/"))


# e_machine and the class (bits) in an ELF header, by the machine's name in wheel tags.
ELF_MACHINES = {
    "x86_64": (62, 2),
    "i686": (3, 1),
    "aarch64": (183, 2),
    "armv7l": (40, 1),
    "ppc64le": (21, 2),
    "s390x": (22, 2),
    "riscv64": (243, 2),
    "loongarch64": (258, 2),
}


def header(path: str) -> bytes:
    """Return the first bytes of a file; none if it can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read(20)
    except OSError:
        return b""


def is_for(head: bytes, machines: tuple[str, ...]) -> bool:
    """Return whether an ELF file begins with these bytes, and is for one of the machines, if these are known."""
    if not head.startswith(b"\x7fELF") or len(head) < 20:
        return False
    machine = struct.unpack_from("<H" if head[5] == 1 else ">H", head, 18)[0], head[4]
    return not {*machines} & {*ELF_MACHINES} or any(ELF_MACHINES.get(name) == machine for name in machines)


def default_folders(loader: bytes) -> list[str]:
    """Return the folders that glibc's loader searches last, from the content of its file: distributions differ.

    The file contains them one after the other, each with a slash and a null byte at its end.
    """
    found = re.search(rb"(?:/[\w./+-]*lib[\w./+-]*/\0){2,}", loader)
    return [os.fsdecode(folder).rstrip("/") for folder in found[0].split(b"\0") if folder] if found else []


MAGIC = b"glibc-ld.so.cache1.1"
HEADER = struct.Struct("=20sII20x")
ENTRY = struct.Struct("=iIIIQ")


def read_cache(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield the names in ld.so.cache, each with its paths in the file's order, whichever processor they are for."""
    # ldconfig may also have written the tables of before glibc 2.2, in front of this.
    start = content.index(MAGIC) if MAGIC in content else -1
    if start < 0:
        return
    _, count, _ = HEADER.unpack_from(content, start)
    found: dict[str, list[str]] = {}
    for number in range(count):
        _, key, value, _, _ = ENTRY.unpack_from(content, start + HEADER.size + number * ENTRY.size)
        name, path = (content[start + at : content.index(b"\0", start + at)] for at in (key, value))
        found.setdefault(os.fsdecode(name), []).append(os.fsdecode(path))
    yield from found.items()
