"""The libraries of a wheel that other wheels are meant to use, as its headers and discovery files show."""

import re
from collections.abc import Iterator

from .mangling import split
from .native_file import NativeFile
from .wheel import Wheel

ENTRY_POINTS = ("pkg_config", "cmake.prefix", "cmake.root", "cmake.module")
# Headers for builds are in such folders. Others are sources, or for cffi to read while a program runs.
HEADER = re.compile(r"(.*/)?(include\w*|headers)/.*\.(h|hpp)")
CMAKE_FILES = ("Config.cmake", "-config.cmake")
# The properties of an imported target in a CMake file: the library, and the import library on Windows.
LOCATION = re.compile(r"IMPORTED_(?:LOCATION|IMPLIB)(?:_\w+)?\s+\"?((?<=\")[^\"]+|[^\s\")]+)")
LINKED = re.compile(r"^Libs\s*:(.*)$", re.MULTILINE | re.IGNORECASE)
# Paths of Linux or macOS, and of Windows.
ABSOLUTE = re.compile(r"/|\w:")
OF_BUILD_MACHINE = re.compile(rf"^prefix\s*=\s*({ABSOLUTE.pattern})", re.MULTILINE)
IMPORT = (".lib", ".dll.a", ".a")
# The parts of a C++ name, each after its length.
LENGTH = re.compile(r"\d+")
# Headers declare at least a quarter of a library's functions, unless they are about something else. Then the few names
# that both contain are common words, at most 3 % of the library's.
DECLARED = 0.05


def is_evident(wheel: Wheel) -> bool:
    """Return whether a wheel has files for the builds of others: headers, discovery files or entry points."""
    return has_discovery(wheel) or any(map(HEADER.fullmatch, wheel.members))


def has_discovery(wheel: Wheel) -> bool:
    """Return whether a wheel has discovery files or entry points with which build systems find its libraries."""
    return any(group in wheel.entry_points for group in ENTRY_POINTS) or any(
        name.endswith((".pc", *CMAKE_FILES)) for name in wheel.members
    )


def exported(wheel: Wheel, names: list[str]) -> list[str]:
    """Return those of a wheel's libraries that are for other wheels.

    If discovery files name some of them, only these are. Without discovery files, all are, or none if the headers don't
    declare the functions of any.
    """
    known = set(named(wheel))
    if offered := [name for name in names if known & names_of(name, wheel.native_files[name])]:
        return offered
    if has_discovery(wheel):
        return names
    words = declared(wheel) if names else set()
    return names if any(share(wheel.native_files[name], words) >= DECLARED for name in names) else []


def named(wheel: Wheel) -> Iterator[str]:
    """Yield the libraries that a wheel's discovery files name, as file names or as in -lNAME."""
    for name, text in wheel.discovery_files.items():
        if name.endswith(".cmake"):
            yield from (location.rpartition("/")[2] for location in LOCATION.findall(text))
        elif not OF_BUILD_MACHINE.search(text):
            for word in " ".join(LINKED.findall(text)).replace('"', "").split():
                yield word.removeprefix("-l").removeprefix(":").rpartition("/")[2]


def names_of(name: str, file: NativeFile) -> set[str]:
    """Return the names under which builds may refer to a library: libfoo.so.1, libfoo.so and foo."""
    bases = {text.rpartition("/")[2] for text in (name, file.identity) if text}
    stems = {split(base).stem if file.format != "PE" else base.rpartition(".")[0] for base in bases}
    short = {stem.removeprefix("lib") for stem in stems}
    if file.format == "PE":
        # A DLL's import library often has a shorter name.
        short |= {re.sub(r"[-_.]?\d[\d._]*$", "", stem) for stem in short}
        return bases | short | {f"{prefix}{stem}{end}" for stem in short for prefix in ("", "lib") for end in IMPORT}
    return bases | short | {f"{stem}{end}" for stem in stems for end in (".so", ".dylib", ".tbd")}


def declared(wheel: Wheel) -> set[str]:
    """Return the words in a wheel's headers."""
    headers = (name for name in wheel.members if HEADER.fullmatch(name))
    return {word for text in wheel.texts(headers) for word in re.findall(r"\w+", text)}


def share(file: NativeFile, words: set[str]) -> float:
    """Return the share of a library's functions and variables whose names are among words."""
    names = {identifier(name) for name in file.exported_names if not name.startswith("#")}
    return len(names & words) / max(1, len(names))


def identifier(symbol: str) -> str:
    """Return the name of a function or variable as a header has it: bar for _ZN3foo3barEv."""
    found, at = "", 0
    if symbol.startswith(("_Z", "__Z")):
        while match := LENGTH.search(symbol, at):
            at = match.end() + int(match[0])
            found = symbol[match.end() : at] or found
            if at >= len(symbol) or symbol[at] in "ECD":
                break
    return found or symbol.removeprefix("_")
