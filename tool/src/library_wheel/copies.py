"""Copies: the files of an environment or process that are the same library."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .environment import InstalledFile
from .mangling import own_name, split
from .native_file import NativeFile


@dataclass(frozen=True)
class Copies:
    """The files that are one library."""

    # The SONAME, install name without folders, or DLL name that the library had before any tool mangled it.
    library: str
    files: tuple[InstalledFile, ...]

    @property
    def saved(self) -> int:
        """The bytes that are saved if only the largest copy stays."""
        sizes = [file.size for file in self.files]
        return sum(sizes) - max(sizes)


def library_name(path: str, facts: NativeFile) -> str:
    """Return a name that is the same for all files that can replace each other.

    This is the SONAME if the file still has it. Otherwise it is the file's name with the first number of its version,
    since most SONAMEs have this form.
    """
    name = os.path.basename(path.replace("\\", "/"))
    if facts.format == "PE":
        return own_name(name).lower()
    identity = own_name(facts.identity or "")
    if facts.former_identity or (facts.format == "ELF" and identity and identity == facts.identity):
        return facts.former_identity or identity
    own = identity or own_name(name)
    stem, version = split(own)
    ending = own.rpartition(".")[2] if facts.format == "Mach-O" else ""
    major = version.partition(".")[0]
    parts = [stem, major, ending] if ending else [stem, "so", major]
    return ".".join(part for part in parts if part)


def copies(files: Iterable[InstalledFile]) -> list[Copies]:
    """Return the libraries that are among files more than once, those that waste most first."""
    several = [group for group in libraries(files) if len(group.files) > 1]
    return sorted(several, key=lambda group: (-group.saved, group.library))


def same_stem(files: Iterable[InstalledFile]) -> Iterator[tuple[str, list[Copies]]]:
    """Yield libraries in versions that can't replace each other, such as libssl.so.1.1 and libssl.so.3.

    Each comes with its name without a version.
    """
    found: dict[str, list[Copies]] = {}
    for group in libraries(files):
        found.setdefault(stem_of(group.library), []).append(group)
    for stem in sorted(found):
        if len(found[stem]) > 1:
            yield stem, sorted(found[stem], key=lambda group: group.library)


def stem_of(library: str) -> str:
    """Return a library's name without its version, and without the mark of a build with 64-bit integers (BLAS)."""
    return re.sub("64_?$", "", split(library).stem)


def libraries(files: Iterable[InstalledFile]) -> list[Copies]:
    """Return the libraries among files, without extension modules and programs."""
    found: dict[str, list[InstalledFile]] = {}
    for file in sorted(files, key=lambda file: (file.distribution.name.lower(), file.path)):
        if file.facts.kind == "library" and not file.is_extension_module:
            found.setdefault(library_name(file.path, file.facts), []).append(file)
    return [Copies(name, tuple(group)) for name, group in found.items()]
