"""Load prebuilt libraries by ctypes, for an exporter that can't build a stub. To be vendored: it has no dependencies.

loader = LibraryLoader({"foo": PlatformLibrary(Linux="/absolute/libfoo.so.1", Windows="C:/absolute/foo-1.dll")})
loader.load()
"""

import enum
import os
import sys
from collections.abc import Iterable, Mapping
from ctypes import CDLL, RTLD_LOCAL
from typing import NamedTuple

LoadMode = enum.Enum("LoadMode", {"LOCAL": RTLD_LOCAL})  # RTLD_GLOBAL would let libraries call each other's functions


class PlatformLibrary(NamedTuple):
    """The absolute path of a library on each platform, in a file named by its SONAME, install name or DLL name."""

    Linux: str | os.PathLike[str] = ""
    Darwin: str | os.PathLike[str] = ""
    Windows: str | os.PathLike[str] = ""


class LibraryLoader:
    """Loads libraries in the order given: one that needs another comes after it."""

    def __init__(self, libraries: Mapping[str, PlatformLibrary], mode: LoadMode = LoadMode.LOCAL) -> None:
        """Prepare to load libraries, by the name that `load()` shall know them by."""
        field = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(sys.platform, "")
        self.paths = {name: os.fspath(getattr(library, field, "")) for name, library in libraries.items()}
        self.mode = mode.value

    def load(self, libraries: Iterable[str] | None = None, *, prefer_system: bool = False) -> None:
        """Load all libraries or those named; with `prefer_system` or PREFER_{NAME}_SYSTEM_LIBRARY the system's, if any.

        Raises ValueError for an unknown name, ImportError if a library can't be loaded or would be of no use.
        """
        for name in self.paths if libraries is None else libraries:
            if not (path := self.paths.get(name)):
                raise ValueError(f"there is no library {name!r} for {sys.platform} here, only {list(self.paths)}")
            variable = os.environ.get(f"PREFER_{name.upper()}_SYSTEM_LIBRARY", "")
            preferred = prefer_system or variable.lower() not in ("", "0", "false", "no")
            if preferred and self._handle_of(os.path.basename(path)):
                continue
            try:
                library = CDLL(path, self.mode)
            except OSError as error:
                raise ImportError(f"{path} can't be loaded: {error}. Reinstall its package.", path=path) from error
            # On Linux, whether the loader knows it by the name that extensions will ask for.
            if sys.platform == "linux" and self._handle_of(os.path.basename(path)) != library._handle:
                reason = "another was loaded first, the SONAME isn't the file's name, or this is musl: build a stub"
                raise ImportError(f"{path} was loaded, but extensions would not get it: {reason}", path=path)

    def _handle_of(self, name: str) -> int:
        try:
            return CDLL(name, self.mode)._handle
        except OSError:
            return 0
