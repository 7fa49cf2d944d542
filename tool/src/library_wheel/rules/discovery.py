"""Checks that the files through which builds find an exporter's libraries name only files in the wheel."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..exports import ABSOLUTE, ENTRY_POINTS, LOCATION
from ..policy import policies
from ..wheel import Wheel
from .finding import Finding, listing

VARIABLE = re.compile(r"\$\{(\w+)\}")
DEFINITION = re.compile(r"^(\w+)\s*=\s*(.*)$")
FIELD = re.compile(r"^(Libs|Cflags|Cflags\.private)\s*:\s*(.*)$", re.IGNORECASE)
WORD = re.compile(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*')+")
# In lower case, because Windows and macOS ignore the case of paths.
OF_SYSTEM = ("/usr/", "/system/", "/lib", "c:/windows/")
LIBRARY_PATH = re.compile(r"[^-/].*\.(so[\d.]*|dylib|dll|lib|a)")
# File names that -lNAME finds: libNAME.so and so on, or MSVC's NAME.lib.
LINKED = re.compile(r"lib(.+?)(?:\.so|\.dylib|\.a|\.tbd|\.dll\.a|\.dll)|(.+)\.lib")

# The definition of a target unless it exists.
GUARDED = re.compile(r"^if\(NOT TARGET (?P<target>[\w:]+)\)$.*?^endif\(\)$", re.MULTILINE | re.DOTALL)
# A variable of a CMake file with one value.
SET = re.compile(r"\bset\s*\(\s*(\w+)\s+\"?([^\s\")]+)\"?\s*\)", re.IGNORECASE)
IN_BUILD = re.compile(r"\$\{(CMAKE|CMAKE_CURRENT|PROJECT)_BINARY_DIR\}")


def complaints(wheel: Wheel) -> Iterator[Finding]:
    """Yield findings about files that a wheel's discovery files name but that it lacks."""
    files = {str(member.installed) for member in wheel.members.values()}
    folders = folders_of(files)
    bases = {posixpath.basename(path) for path in files}
    by_message: dict[str, list[str]] = {}
    for group in ENTRY_POINTS:
        for key, value in wheel.entry_points.get(group, {}).items():
            package = str(wheel.site_packages / value.partition(":")[0].strip().replace(".", "/"))
            says = f"the entry point {key} of the group {group} names {value},"
            where = (f"{wheel.dist_info}/entry_points.txt",)
            if package not in folders and not any(f"{package}{end}" in files for end in (".py", ".so", ".pyd")):
                yield Finding("", where, f"{says} which is not in the wheel.")
            elif group == "pkg_config" and not any(
                path.startswith(f"{package}/") and path.endswith(".pc") for path in files
            ):
                yield Finding("", where, f"{says} which contains no .pc file.")
    for name, text in wheel.discovery_files.items():
        path = str(wheel.members[name].installed)
        if name.endswith(".pc"):
            found = of_pkg_config(text, path, files, folders)
        # CMake looks nowhere else. Some wheels have such files among a library's data.
        elif "cmake" in path.lower().split("/"):
            found = of_cmake(wheel, name, bases)
        else:
            continue
        for message in found:
            by_message.setdefault(message, []).append(name)
    for message, names in by_message.items():
        about = f" This is about {listing(names)}." if len(names) > 1 else ""
        yield Finding("", tuple(names), message + about)


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return the folders that files are in, with "" or "/" as the topmost one."""
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found


def of_pkg_config(text: str, path: str, files: Collection[str], folders: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a pkg-config file, given the installed paths of it and of the other files."""
    variables = {"pcfiledir": posixpath.dirname(path)}
    fields: dict[str, str] = {}
    for line in text.splitlines():
        if match := DEFINITION.match(line.strip()):
            variables[match[1]] = replaced(match[2].strip(), {match[1]: "", **variables})
        elif match := FIELD.match(line.strip()):
            fields[match[1].lower()] = replaced(match[2], variables)
    if ABSOLUTE.match(variables.get("prefix", "")):
        yield f"its prefix is {variables['prefix']}, a folder of the build machine. Begin it with ${{pcfiledir}}."
        return
    libs, cflags = flags(fields.get("libs", "")), flags(fields.get("cflags", ""))
    searched = [posixpath.normpath(flag[2:]) for flag in libs if flag.startswith("-L") and not flag.startswith("-L/")]
    for folder in [f for f in searched if f not in folders]:
        yield f"it names a folder for libraries that is not in the wheel: {folder}."
    for flag in cflags:
        if flag.startswith("-I") and not flag.startswith("-I/") and posixpath.normpath(flag[2:]) not in folders:
            yield f"it names a folder for headers that is not in the wheel: {posixpath.normpath(flag[2:])}."
    there = {posixpath.basename(file) for file in files if posixpath.dirname(file) in searched}
    exact = [flag[3:] for flag in libs if flag.startswith("-l:")]
    for library in [library for library in exact if searched and library not in there]:
        yield f"it names the library {library}, which is not in {' or '.join(searched)}."
    for flag in libs:
        if LIBRARY_PATH.fullmatch(flag) and posixpath.normpath(flag) not in files:
            yield f"it names a library that is not in the wheel: {posixpath.normpath(flag)}."
    short = [flag[2:] for flag in libs if flag.startswith("-l") and not flag.startswith("-l:")]
    # A system's libraries, such as -lm, are found elsewhere, so it is enough if the wheel has one of them.
    linkable = {
        name for file in there for match in [LINKED.fullmatch(file)] if match for name in match.groups() if name
    }
    if short and searched and not exact and not linkable & set(short):
        yield (
            f"it has -l{short[0]}, but a linker finds no such library in {' or '.join(searched)}. Write -l:FILE with "
            "the name of the library's file."
        )


def replaced(text: str, variables: Mapping[str, str]) -> str:
    """Return a text of a pkg-config or CMake file with its variables replaced by their values.

    Other variables in these values were replaced when they were set, so one pass is enough.
    """
    return VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)


def flags(text: str) -> list[str]:
    """Return the flags of a field. Spaces may be quoted, or may separate -I and -L from their folders."""
    words = [word.replace('"', "").replace("'", "") for word in WORD.findall(text)]
    joined = re.sub(r"(^|\0)(-[IL])\0", r"\1\2", "\0".join(words))
    return joined.split("\0") if joined else []


def of_cmake(wheel: Wheel, name: str, bases: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a CMake file, given the names of the wheel's files without folders."""
    missing = []
    for location in dict.fromkeys(locations(without_other_definitions(wheel, name))):
        base = posixpath.basename(location)
        if "$" in base or "@" in base or not base or not is_for_platform(wheel, base):
            continue
        if ABSOLUTE.match(location) and not location.lower().startswith(OF_SYSTEM):
            yield f"it names a file of the build machine: {location}."
        elif location.startswith("$") and base not in bases:
            missing.append(base)
    if missing:
        libraries, are = ("libraries", "are") if len(set(missing)) > 1 else ("library", "is")
        yield f"it names the {libraries} {listing(missing)}, which {are} not in the wheel."


def locations(text: str) -> Iterator[str]:
    """Yield the locations of a CMake file's libraries, except those that the consumer's build is to make itself."""
    variables: dict[str, str] = {}
    for name, value in SET.findall(text):
        # A variable that isn't set yet is empty in its own value.
        variables[name] = replaced(value, {name: "", **variables})
    for location in LOCATION.findall(text):
        if not IN_BUILD.match(replaced(location, variables)):
            yield location


def is_for_platform(wheel: Wheel, base: str) -> bool:
    """Return whether a library's name is one of the wheel's platform. A CMake file may be for several."""
    windows = any(policy.family == "windows" for policy in policies(wheel))
    macos = any(policy.family == "macos" for policy in policies(wheel))
    if base.endswith((".dll", ".lib", ".dll.a")):
        return windows
    if base.endswith((".dylib", ".tbd")):
        return macos
    # Static libraries end with .a on all platforms.
    return base.endswith(".a") or not windows


def without_other_definitions(wheel: Wheel, name: str) -> str:
    """Return a CMake file without the definitions of targets that a file beside it has already defined."""
    text = wheel.discovery_files[name].replace("\r\n", "\n")
    guarded = [match for match in GUARDED.finditer(text) if LOCATION.search(match[0])]
    if guarded:
        folder = posixpath.dirname(name)
        others = "".join(
            text
            for other, text in wheel.discovery_files.items()
            if other.endswith(".cmake") and posixpath.dirname(other) == folder and other != name
        )
        for match in guarded:
            if re.search(rf"add_library\(\s*{re.escape(match['target'])}\s", others):
                text = text.replace(match[0], "")
    return text
