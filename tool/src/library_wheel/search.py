"""Where a loader finds the libraries that a wheel's native files need: search paths, and libraries loaded before."""

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import PurePosixPath

from .native_file import NativeFile, is_extension_module
from .wheel import Wheel

# The parts of a search path that a loader replaces by the folder of its file.
ORIGIN = re.compile(r"\$ORIGIN|\$\{ORIGIN\}|@loader_path")
PROGRAM = "@executable_path"
OTHER_TOKENS = re.compile(r"\$(LIB|PLATFORM)\b|\$\{(LIB|PLATFORM)\}")
# Python code that makes a library known to the loader before an extension module needs it.
LOADING_CODE = re.compile(
    r"\b(CDLL|WinDLL|PyDLL|OleDLL|LoadLibrary\w*|dlopen|add_dll_directory|setdlopenflags|load_library)\s*\("
    r"""|environ\[["'](PATH|LD_LIBRARY_PATH|LD_PRELOAD)["']\]"""
)
SETTING_LIBRARY_PATH = re.compile(r"""environ\[["']LD_LIBRARY_PATH["']\]\s*=""")


def folder_of(path: str, origin: PurePosixPath) -> PurePosixPath | None:
    """Return the folder below sys.prefix that a search path of a file in `origin` names, or None if it is elsewhere."""
    if not ORIGIN.match(path):
        return None
    joined = posixpath.normpath(ORIGIN.sub(lambda _: str(origin), OTHER_TOKENS.sub("lib64", path), count=1))
    return None if joined.startswith("..") else PurePosixPath(joined)


class Searches:
    """The searches that happen while the files of a wheel are loaded.

    A file inherits search paths from the file that loads it: DT_RPATH but not DT_RUNPATH with glibc, both with musl,
    LC_RPATH on macOS, and the folder of the extension module on Windows. If several files load it, it has the paths of
    all of them.
    """

    def __init__(self, wheel: Wheel, *, musl: bool) -> None:
        self.wheel = wheel
        self.musl = musl
        self._names = {str(member.installed): name for name, member in wheel.members.items()}
        self._lower = {path.lower(): name for path, name in self._names.items()}
        self._together: dict[str, frozenset[str]] = {}

    @cached_property
    def modules(self) -> frozenset[str]:
        """The extension modules."""
        return frozenset(name for name, file in self.wheel.native_files.items() if is_extension_module(name, file))

    @cached_property
    def has_loading_code(self) -> str | None:
        """The first Python file that loads libraries, or changes the loader's search."""
        names = sorted(name for name in self.wheel.members if name.endswith((".py", ".pth")))
        texts = zip(names, self.wheel.texts(names), strict=True)
        return next((name for name, text in texts if LOADING_CODE.search(text)), None)

    @cached_property
    def sets_library_path(self) -> bool:
        """Whether Python code of the wheel sets LD_LIBRARY_PATH."""
        sources = (name for name in self.wheel.members if name.endswith(".py"))
        return any(map(SETTING_LIBRARY_PATH.search, self.wheel.texts(sources)))

    @cached_property
    def folders(self) -> dict[str, frozenset[PurePosixPath]]:
        """The folders below sys.prefix that are searched for each file's needs, including inherited ones."""
        found = {name: frozenset(self._own_folders(name, file)) for name, file in self.wheel.native_files.items()}
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            file = self.wheel.native_files[name]
            if not found[name] or (self._keeps_to_itself(file) and file.search_paths):
                continue
            for library in file.needed:
                target = self._first(found[name], library, file, name)
                if target is None or found[name] <= found[target]:
                    continue
                if not self._keeps_to_itself(self.wheel.native_files[target]):
                    found[target] |= found[name]
                    waiting.append(target)
        return found

    def _keeps_to_itself(self, file: NativeFile) -> bool:
        """Return whether a file neither passes on search paths nor inherits them, like RUNPATH with glibc."""
        return file.format == "ELF" and not self.musl and bool(file.search_paths) and "rpath" not in file.properties

    def _own_folders(self, name: str, file: NativeFile) -> list[PurePosixPath]:
        """Return the folders that a file itself names, in the order of the search."""
        origin = self.wheel.members[name].installed.parent
        if file.format == "PE":
            # delvewheel writes code that adds its folder to Windows' search.
            by_delvewheel = f"{self.wheel.dist_info}/DELVEWHEEL" in self.wheel.members
            return [origin, *(sorted(self._libs_folders) if by_delvewheel else ())]
        return [folder for path in file.search_paths if (folder := folder_of(path, origin))]

    @cached_property
    def _libs_folders(self) -> frozenset[PurePosixPath]:
        parents = {member.installed.parent for member in self.wheel.members.values()}
        return frozenset(folder for folder in parents if folder.name.endswith(".libs"))

    @cached_property
    def edges(self) -> dict[str, dict[str, str]]:
        """For each file, the needed libraries that the wheel contains, each with the name of its file."""
        found: dict[str, dict[str, str]] = {}
        for name, file in self.wheel.native_files.items():
            targets = {library: self._first(self.folders[name], library, file, name) for library in file.needed}
            found[name] = {library: target for library, target in targets.items() if target}
        return found

    def _first(self, folders: frozenset[PurePosixPath], library: str, file: NativeFile, name: str) -> str | None:
        # Inherited folders come last. Their order is lost, so it is at least always the same.
        ordered = dict.fromkeys([*self._own_folders(name, file), *sorted(folders)])
        for path in candidates(ordered, library, self.wheel.members[name].installed.parent):
            target = self.at(path, windows=file.format == "PE")
            if target in self.wheel.native_files and target != name:
                return target
        return None

    def at(self, path: PurePosixPath, *, windows: bool) -> str | None:
        """Return the name in the wheel of the file that is installed at a path below sys.prefix."""
        return self._lower.get(str(path).lower()) if windows else self._names.get(str(path))

    @cached_property
    def loaders(self) -> dict[str, set[str]]:
        """For each file, the files that load it."""
        found: dict[str, set[str]] = {name: set() for name in self.wheel.native_files}
        for name, targets in self.edges.items():
            for target in targets.values():
                found[target].add(name)
        return found

    def loaded_by(self, names: Iterable[str]) -> frozenset[str]:
        """Return some files, and all files of the wheel that are loaded with them."""
        return closure(names, lambda name: self.edges[name].values())

    def loaded_with(self, name: str) -> frozenset[str]:
        """Return the files that may be loaded before a file's needs are searched for, by the files that load it."""
        if name not in self._together:
            self._together[name] = self.loaded_by(closure([name], lambda found: self.loaders[found]))
        return self._together[name]


def candidates(folders: Iterable[PurePosixPath], library: str, origin: PurePosixPath) -> list[PurePosixPath]:
    """Return the paths below sys.prefix where a loader looks for a library that a file in `origin` needs."""
    if library.startswith("@rpath/"):
        return [PurePosixPath(posixpath.normpath(folder / library.removeprefix("@rpath/"))) for folder in folders]
    if "/" in library:
        path = folder_of(library, origin)
        return [path] if path else []
    return [folder / library for folder in folders]


def closure(names: Iterable[str], following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Return names and all those reachable from them through `following`."""
    found = set(names)
    waiting = list(found)
    while waiting:
        new = set(following(waiting.pop())) - found
        found |= new
        waiting += new
    return frozenset(found)
