"""Rules about paths of the build machine."""

import posixpath
import re
from collections.abc import Iterator

from ..catalogue import key_of
from ..resolution import How, Subject
from ..search import ORIGIN, PROGRAM
from .finding import Finding, listing

# Folders in which anybody may write.
WRITABLE = re.compile(r"/(private/)?(tmp|var/tmp)(/|$)|/dev/shm(/|$)")
# Folders that the loader searches last.
OF_SYSTEM = frozenset({"/lib", "/lib64", "/usr/lib", "/usr/lib64"})


def search_paths(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the search paths of a wheel's files that don't begin at the file or the program: file, path."""
    # For glibc, an empty path is the current folder. musl ignores it.
    ignores_empty = all(policy.family == "musllinux" for policy in subject.policies)
    for name, file in subject.wheel.native_files.items():
        for path in filter(None, file.search_paths) if ignores_empty else file.search_paths:
            if file.kind in ("library", "program") and not ORIGIN.match(path) and not path.startswith(PROGRAM):
                yield name, path


def is_writable(path: str) -> bool:
    """Return whether others can put files at a path, because it is in a temporary or the current folder."""
    return bool(WRITABLE.match(path)) or not path.startswith(("/", "@", "$"))


def by_path(subject: Subject, *, writable: bool) -> dict[str, list[str]]:
    """Return the files by search path."""
    found: dict[str, list[str]] = {}
    # A path may be in a file several times.
    for name, path in dict.fromkeys(search_paths(subject)):
        if is_writable(path) == writable:
            found.setdefault(path, []).append(name)
    return found


def by_files(paths: dict[str, list[str]]) -> dict[tuple[str, ...], list[str]]:
    """Return search paths by the files that have them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for path, files in paths.items():
        found.setdefault(tuple(files), []).append(path)
    return found


def shown(path: str) -> str:
    """Return a search path as a report shows it. Some end with spaces, which reserve room for another path."""
    return f'"{path.rstrip()}" with spaces at its end' if path != path.rstrip() else path


def writable_search_path(subject: Subject) -> Iterator[Finding]:
    """Find search paths in which others may put a library."""
    for path, files in by_path(subject, writable=True).items():
        where = f"the search path {path}" if path else "an empty search path"
        yield Finding(
            "",
            tuple(files),
            f"{where} leads to "
            f"{'a folder that anybody may write to' if path.startswith('/') else 'the current folder'}. Anyone who "
            "puts a library there decides which code the import runs. Remove the search path.",
        )


def absolute_search_path(subject: Subject) -> Iterator[Finding]:
    """Find search paths that exist only on the build machine, or that every machine has."""
    paths = by_path(subject, writable=False)
    origin = "@loader_path" if subject.policies[0].family == "macos" else "$ORIGIN"
    if subject.policies[0].family == "macos":
        # macOS lets nobody put a library there.
        paths = {path: files for path, files in paths.items() if posixpath.normpath(path) != "/usr/lib"}
    of_system = {path: files for path, files in paths.items() if posixpath.normpath(path) in OF_SYSTEM}
    for files, found in by_files(of_system).items():
        paths_are = "paths {} are folders" if len(found) > 1 else "path {} is a folder"
        yield Finding(
            "",
            files,
            f"the search {paths_are.format(listing(found))} of the system. The loader searches such folders anyway, "
            "but last. Naming them in a file only changes that order, so leave them out.",
        )
    of_build = {path: files for path, files in paths.items() if path not in of_system}
    for files, found in by_files(of_build).items():
        paths_are = "paths {} are folders" if len(found) > 1 else "path {} is a folder"
        they, lead, paths_, them = (
            ("they", "lead", "paths", "them") if len(found) > 1 else ("it", "leads", "path", "it")
        )
        yield Finding(
            "",
            files,
            f"the search {paths_are.format(listing(map(shown, found)))} of the build machine. On other machines {they} "
            f"{lead} nowhere, or to another library. Remove the search {paths_}, or begin {them} with {origin}.",
        )


def absolute_dependency(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries that are named by a path of the build machine."""
    found: dict[str, list[str]] = {}
    for resolution in subject.those(How.MISSING, How.LOADED, How.CODE, How.UNREACHED, How.REQUIRED, How.SYSTEM):
        file = subject.wheel.native_files[resolution.name]
        library = resolution.library
        if resolution.how is How.MISSING and resolution.name not in subject.essential:
            continue  # plugin-dependency reports these.
        if (
            "/" in library
            and not library.startswith("@")
            and not ORIGIN.match(library)
            and library not in file.optional
        ):
            found.setdefault(library, []).append(resolution.name)
    for library, files in found.items():
        base = key_of(library, "ELF")
        install = f"@rpath/{base}" if subject.policies[0].family == "macos" else base
        yield Finding(
            library,
            tuple(files),
            f"{listing(files)} {'needs' if len(files) == 1 else 'need'} {library}, a path that exists on the build "
            f"machine only. Bundle the library, or link to one whose name is {install}.",
        )
