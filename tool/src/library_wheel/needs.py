"""The libraries that an environment's native files need, and whether a loader would find them."""

import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .environment import Advance, Environment, InstalledFile, quietly
from .formats.reader import read_links
from .introspection import Interpreter
from .loader import Binary, Dyld, Glibc, Loader, Musl, Windows
from .native_file import NotReadableError


@dataclass(frozen=True)
class Unmet:
    """A library that a file needs and that no search finds."""

    library: str
    file: InstalledFile
    # The file that is imported or opened first, which may be `file` itself.
    loaded_for: InstalledFile
    # The files of the environment that satisfy the need if something has loaded them before.
    providers: tuple[InstalledFile, ...]


def loader_of(interpreter: Interpreter, environment: Mapping[str, str] = os.environ) -> Loader:
    """Return the loader that loads an interpreter's extension modules."""
    if interpreter.platform == "darwin":
        return Dyld(environment)
    if interpreter.platform == "win32":
        program = os.path.dirname(interpreter.program)
        return Windows(environment, dict.fromkeys((program, interpreter.base_prefix), "Python's folder"))
    loader = interpreter.facts.interpreter or ""
    return Musl(environment, loader) if os.path.basename(loader).startswith("ld-musl-") else Glibc(environment, loader)


def unmet(environment: Environment, advance: Advance = quietly) -> list[Unmet]:
    """Return the needs that no search finds.

    `advance` is called with the number of files whose loading was followed and their total.
    """
    loads = Loads(environment)
    found: dict[tuple[str, str], Unmet] = {}
    followed: set[str] = set()
    # Extension modules and programs come first, with all that they load. Only the remaining files, such as plugins, are
    # then taken to be opened by their paths.
    files = sorted(environment.files, key=lambda file: not (file.is_extension_module or file.facts.kind == "program"))
    for number, file in enumerate(files):
        advance(number, len(environment.files))
        if file.path not in followed:
            for need in loads.follow(file, followed):
                found.setdefault((need.file.path, need.library), need)
    advance(len(environment.files), len(environment.files))
    return list(found.values())


class Loads:
    """Follows the loading of an environment's files, each in a process that has loaded only the interpreter."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.loader = loader_of(environment.interpreter)
        self.program = Binary(environment.interpreter.program, environment.interpreter.facts)
        self.at_start = frozenset(self._names_at_start())

    def follow(self, file: InstalledFile, followed: set[str]) -> Iterator[Unmet]:
        """Yield the needs that are not found when a file is loaded; add the paths of all loaded files to `followed`."""
        loaded = {*self.at_start, *self.loader.identities(Binary(file.path, file.facts), searched=False)}
        waiting: deque[tuple[InstalledFile, tuple[Binary, ...]]] = deque(
            [(file, (Binary(file.path, file.facts), self.program))]
        )
        there = {os.path.realpath(file.path)}
        while waiting:
            current, chain = waiting.popleft()
            followed.add(current.path)
            for library in current.facts.needed:
                if self._normal(library) in loaded or library in current.facts.optional:
                    continue
                loaded.add(self._normal(library))
                result = self.loader.find(library, chain)
                if result is None:
                    yield from self._unmet(library, current, file)
                    continue
                path = os.path.realpath(result.path)
                target = self.environment.by_path.get(path)
                if target and path not in there:
                    there.add(path)
                    binary = Binary(result.path, target.facts)
                    loaded |= self.loader.identities(binary, searched=True)
                    waiting.append((target, (binary, *chain)))

    def _unmet(self, library: str, file: InstalledFile, loaded_for: InstalledFile) -> Iterator[Unmet]:
        providers = tuple(other for other in self._named(library) if other is not file)
        folders = {other.distribution for other in providers}
        # os.add_dll_directory() may have been called for any folder of the same distribution.
        if not (self.environment.interpreter.platform == "win32" and file.distribution in folders):
            yield Unmet(library, file, loaded_for, providers)

    def _named(self, library: str) -> Iterator[InstalledFile]:
        for file in self.environment.files:
            names = self.loader.identities(Binary(file.path, file.facts), searched=True)
            if self._normal(library) in names or os.path.basename(library) == file.name:
                yield file

    def _normal(self, library: str) -> str:
        return library.lower() if self.environment.interpreter.platform == "win32" else library

    def _names_at_start(self) -> Iterator[str]:
        for path in (self.program.path, *self.environment.interpreter.mapped):
            yield os.path.basename(path)
            try:
                facts = read_links(Path(path))
            except (OSError, NotReadableError):
                continue
            if facts:
                yield from self.loader.identities(Binary(path, facts), searched=True)
