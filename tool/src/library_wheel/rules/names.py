"""Rules about the names of libraries, and about duplicates."""

import re
from collections.abc import Iterable, Iterator

from ..catalogue import key_of
from ..console import megabytes
from ..mangling import split
from ..resolution import Subject
from .finding import Finding, listing


def unversioned_name(subject: Subject) -> Iterator[Finding]:
    """Find exported libraries whose name has no version."""
    found = [name for name in subject.exported if not has_version(own_name_of(subject, name))]
    found = [name for name in found if not subject.named_by_identity(name)]
    bases = dict.fromkeys(own_name_of(subject, name).rpartition("/")[2] for name in found)
    if found:
        one = len(bases) == 1
        yield Finding(
            next(iter(bases)) if one else "",
            tuple(found),
            f"{listing(bases)} {'has no version in its name' if one else 'have no version in their names'}. When the "
            "interface changes, old consumers will load the new library, and two versions can't be in one process. "
            "Build with a SOVERSION.",
        )


def own_name_of(subject: Subject, name: str) -> str:
    """Return the name with which other files need an exported library."""
    file = subject.wheel.native_files[name]
    return file.identity if file.format != "PE" and file.identity else name


def has_version(name: str) -> bool:
    """Return whether a library's name has a version in it: libfoo.so.1, foo-1.dll, libfoo.1.dylib."""
    base = name.rpartition("/")[2]
    # Frameworks have the version in their path.
    if ".framework/" in name or split(base).version:
        return True
    # Any number before the suffix counts, as in Qt6Core.dll, libQt6Core.so or libfoo-1.so.
    return bool(re.search(r"\d", re.sub(r"(x|win|lib|_|\b)(86|64|32)(?!\d)|\.\w+$", "", base)))


def soname_file(subject: Subject) -> Iterator[Finding]:
    """Find exported libraries whose file has another name than consumers need."""
    for name in subject.exported:
        file = subject.wheel.native_files[name]
        base = name.rpartition("/")[2]
        if file.format in ("PE", "WebAssembly"):
            continue
        if file.identity is None:
            yield Finding(
                base,
                (name,),
                f"{base} has no {word(file.format)}, so a loader doesn't recognise a loaded copy of it, and loads a "
                f"second one from another path. Link it with {option(file.format)}.",
            )
        elif key_of(file.identity, file.format) != base and not subject.named_by_identity(name):
            yield Finding(
                base,
                (name,),
                f"the file {base} has the {word(file.format)} {file.identity}. Consumers need a library of that name, "
                f"but no search finds a file named {base}. Rename the file to {key_of(file.identity, file.format)}.",
            )


def word(kind: str) -> str:
    """Return a format's word for a library's own name."""
    return "install name" if kind == "Mach-O" else "SONAME"


def option(kind: str) -> str:
    """Return the linker's option that sets a library's own name."""
    return "-Wl,-install_name" if kind == "Mach-O" else "-Wl,-soname"


def install_name(subject: Subject) -> Iterator[Finding]:
    """Find exported libraries for macOS whose install name no other wheel can use."""
    for name in subject.exported:
        file = subject.wheel.native_files[name]
        if file.format == "Mach-O" and file.identity and not file.identity.startswith("@rpath/"):
            base = name.rpartition("/")[2]
            yield Finding(
                base,
                (name,),
                f"the install name of {base} is {file.identity}. A consumer records this name when it is linked, and "
                f"finds no other copy. Use the install name @rpath/{base}, which matches any loaded copy.",
            )


def symlink(subject: Subject) -> Iterator[Finding]:
    """Find symbolic links."""
    links = [member.name for member in subject.wheel.members.values() if member.is_symlink]
    if links:
        yield Finding(
            "",
            tuple(links),
            f"{listing(links)} {'is a symbolic link' if len(links) == 1 else 'are symbolic links'}. pip unpacks such "
            "an entry as a small text file. Pack the library once, under the name of its SONAME.",
        )


def duplicate_library(subject: Subject) -> Iterator[Finding]:
    """Find libraries that are in the wheel more than once, under several names."""
    files = subject.wheel.native_files
    copies: dict[tuple[object, ...], list[str]] = {}
    for name, file in files.items():
        if file.kind == "library" and name not in subject.searches.modules:
            member = subject.wheel.members[name]
            copies.setdefault((member.size, member.checksum), []).append(name)
    # Copies in one folder may have different bytes, for example if one is stripped.
    for name, file in files.items():
        if file.kind == "library" and file.identity and file.format != "PE" and name not in subject.searches.modules:
            copies.setdefault((name.rpartition("/")[0], file.identity, file.machines), []).append(name)
    groups = connected(names for names in copies.values() if len(names) > 1)
    if groups:
        extra = [name for names in groups for name in names[1:]]
        wasted = sum(subject.wheel.members[name].size for name in dict.fromkeys(extra))
        bases = [" = ".join(name.rpartition("/")[2] for name in names) for names in groups]
        folders = {name.rpartition("/")[0] for names in groups for name in names}
        places = [" = ".join(names) for names in groups] if len(folders) > 1 else bases
        yield Finding(
            groups[0][0].rpartition("/")[2] if len(groups) == 1 else "",
            tuple(dict.fromkeys(name for names in groups for name in names)),
            f"the wheel has {'a library' if len(groups) == 1 else f'{len(groups)} libraries'} under several names, "
            f"which takes {megabytes(wasted)} MB more than necessary: {listing(places)}. A process that loads a "
            "library by two names may run two copies. Pack each library once, under the name of its SONAME.",
        )


def connected(groups: Iterable[list[str]]) -> list[tuple[str, ...]]:
    """Return groups of names, with those that share a name put together.

    >>> connected([["a", "b"], ["c", "d"], ["b", "e"]])
    [('c', 'd'), ('a', 'b', 'e')]
    """
    found: list[tuple[str, ...]] = []
    for names in groups:
        touching = [group for group in found if {*group} & {*names}]
        merged = dict.fromkeys(name for group in (*touching, names) for name in group)
        found = [*(group for group in found if group not in touching), (*merged,)]
    return found
