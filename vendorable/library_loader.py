"""Load prebuilt libraries by ctypes, for an exporter that can't build a stub. To be vendored: no dependencies."""

import enum
import os
import sys
from collections.abc import Iterable, Mapping
from ctypes import CDLL, RTLD_LOCAL
from typing import NamedTuple

LoadMode = enum.Enum("LoadMode", {"LOCAL": RTLD_LOCAL})  # no GLOBAL: names that two libraries define would collide


class PlatformLibrary(NamedTuple):
    """The absolute path of a library on each platform, in a file named by its SONAME, install name or DLL name."""

    Linux: str | os.PathLike[str] = ""
    Darwin: str | os.PathLike[str] = ""
    Windows: str | os.PathLike[str] = ""


class LibraryLoader:
    """Loads each library once, in the order given: one that needs another comes after it."""

    def __init__(self, libraries: Mapping[str, PlatformLibrary], mode: LoadMode = LoadMode.LOCAL) -> None:
        field = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(sys.platform, "")
        self.paths = {name: os.fspath(getattr(library, field, "")) for name, library in libraries.items()}
        self.mode = mode.value
        self.loaded: set[str] = set()

    def load(self, libraries: Iterable[str] | None = None, *, prefer_system: bool = False) -> None:
        """Load all libraries or those named; with `prefer_system` or PREFER_{NAME}_SYSTEM_LIBRARY the system's, if any.

        Raises ValueError for an unknown name, ImportError if a library can't be loaded or would be of no use.
        """
        for name in self.paths if libraries is None else libraries:
            if not (path := self.paths.get(name)):
                raise ValueError(f"there is no library {name!r} for {sys.platform} here, only {list(self.paths)}")
            wanted = os.environ.get(f"PREFER_{name.upper()}_SYSTEM_LIBRARY", "").lower()
            if name not in self.loaded:
                self._load(path, prefer_system or wanted not in ("", "0", "false", "no"))
            self.loaded.add(name)

    def _load(self, path: str, prefer_system: bool) -> None:
        if prefer_system and self._handle_of(os.path.basename(path)):
            return
        try:
            library = CDLL(path, self.mode)
        except OSError as error:
            raise ImportError(f"{path} can't be loaded: {error}. Reinstall its package.", path=path) from error
        # By name, as extensions will ask for it.
        if sys.platform == "linux" and self._handle_of(os.path.basename(path)) != library._handle:
            reason = "another was loaded first, the SONAME isn't the file's name, or this is musl: build a stub"
            raise ImportError(f"{path} was loaded, but extensions would not get it: {reason}", path=path)

    def _handle_of(self, file: str) -> int:
        try:
            return CDLL(file, self.mode)._handle
        except OSError:
            return 0
