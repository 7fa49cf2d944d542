"""Load prebuilt libraries through ctypes, for an exporter that can't build a stub. To be vendored: no dependencies."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from ctypes import CDLL, POINTER, RTLD_LOCAL, byref, c_size_t, c_void_p, cast, string_at
from pathlib import Path

File = str | os.PathLike[str] | None
Default = Callable[[], File] | None


class PlatformLibrary:
    """The absolute path of a library on each platform; `default` returns it for platforms without one."""

    def __init__(
        self,
        *,
        Linux: File = None,  # noqa: N803
        Darwin: File = None,  # noqa: N803
        Windows: File = None,  # noqa: N803
        default: Default = None,
    ) -> None:
        self.Linux, self.Darwin, self.Windows = map(_absolute, (Linux, Darwin, Windows))
        self.default = default


class LibraryLoader:
    """Loads each library once, in the order given: one that needs another comes after it."""

    def __init__(self, libraries: Mapping[str, PlatformLibrary]) -> None:
        self._libraries = {name: _path_here(name, library) for name, library in libraries.items()}
        self._loaded: set[str] = set()

    def load(self, libraries: Iterable[str] | None = None, *, prefer_system: bool = False) -> None:
        """Load all libraries or those named; with `prefer_system` or PREFER_{NAME}_SYSTEM_LIBRARY the system's, if any.

        Raises ValueError for an unknown name, ImportError if a library can't be loaded or would be of no use.
        """
        for name in self._libraries if libraries is None else libraries:
            if name not in self._libraries:
                raise ValueError(f"there is no library {name!r} here, only {', '.join(map(repr, self._libraries))}")
            path = self._libraries[name]
            variable = re.sub(r"\W", "_", f"PREFER_{name.upper()}_SYSTEM_LIBRARY")
            prefer = prefer_system or os.environ.get(variable, "").lower() not in ("", "0", "false", "no")
            if not (name in self._loaded or (prefer and _opened(path.name, RTLD_LOCAL))):
                self._load(path)
            self._loaded.add(name)

    def _load(self, path: Path) -> None:
        try:
            library = CDLL(str(path), RTLD_LOCAL)  # not global: names that two libraries define would collide
        except OSError as error:
            words = str(error).removeprefix(f"Cannot load library {path}: ")  # of PyPy
            cure = " Reinstall its package." if words.startswith(f"{path}: ") else ""
            raise ImportError(f"{path} can't be loaded: {words}.{cure}", path=str(path)) from error
        if sys.platform == "linux" and (reason := _why_useless(library)):
            raise ImportError(f"{path} was loaded, but extensions would not get it: {reason}.", path=str(path))


def _absolute(path: File) -> Path | None:
    if path is None or path == "":
        return None
    if not os.path.isabs(path):  # TypeError if it is no path at all
        raise ValueError(f"{os.fspath(path)!r} is not an absolute path")
    return Path(path)


def _path_here(name: str, library: PlatformLibrary) -> Path:
    if not isinstance(library, PlatformLibrary):
        raise TypeError(f"the library {name!r} must be a PlatformLibrary, not {library!r}")
    path = {"linux": library.Linux, "darwin": library.Darwin, "win32": library.Windows}.get(sys.platform)
    if not (path := path or _absolute(library.default() if library.default else None)):
        raise ValueError(f"the library {name!r} has no path for {sys.platform} and no default")
    return path


def _opened(file: str, mode: int) -> CDLL | None:
    try:
        return CDLL(file, mode)
    except OSError:
        return None


def _why_useless(library: CDLL) -> str:
    """Return the reason why extensions, which need a library by its SONAME, would not get this one, or ""."""
    _, soname = _names(library)
    if not soname:
        return "it has no SONAME to ask for. Link it with -Wl,-soname"
    if not (given := _opened(soname, os.RTLD_NOLOAD)):
        return f"musl's loader finds {soname} only where it searches. Build a stub"
    if int(given._handle) != int(library._handle):  # PyPy has objects there
        return f"{_names(given)[0]} was loaded first. Remove it, or import this package before what loads it"
    return ""


def _names(library: CDLL) -> tuple[str, str]:
    """Return the path and the SONAME of a loaded library, from its link_map (see <link.h>)."""
    link_map = POINTER(c_size_t)()
    CDLL(None).dlinfo(c_void_p(library._handle), 2, byref(link_map))  # RTLD_DI_LINKMAP
    base, path, address = link_map[0:3]
    section, index, values = cast(address, POINTER(c_size_t)), 0, dict[int, int]()
    while tag := section[index]:
        values[tag] = section[index + 1]
        index += 2
    strings = values[5]  # DT_STRTAB, to which glibc has added the base, except for some processors
    strings += base if strings < base else 0
    return os.fsdecode(string_at(path)), os.fsdecode(string_at(strings + values[14])) if 14 in values else ""
