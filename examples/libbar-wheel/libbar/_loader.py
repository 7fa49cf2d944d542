"""Load the system's libraries instead of the wheel's. Imported only on request."""

import os
import re
import warnings

import libbar

from ._libraries import LIBRARIES

# The loader's message for each library that it found but could not load.
refused: dict[str, str] = {}


def variable(name: str) -> str:
    """Return the environment variable that asks for the system's copy of a library."""
    return re.sub(r"\W", "_", f"PREFER_{name.upper()}_SYSTEM_LIBRARY")


def preferred_libraries() -> list[str]:
    """Return the names of the libraries whose system copy the environment asks for."""
    return [name for name in LIBRARIES if os.environ.get(variable(name), "").lower() not in ("", "0", "false", "no")]


def load_preferred_libraries() -> None:
    """Load the system's copies that the environment asks for, before the stub loads the wheel's."""
    if not (names := preferred_libraries()):
        return
    import ctypes

    for name in names:
        file, _ = LIBRARIES[name]
        try:
            ctypes.CDLL(file)
        except OSError as error:
            if not not_found(file, error):
                refused[name] = str(error)
                message = (
                    f"{variable(name)} is set, but the system's {file} can't be loaded. "
                    f"libbar loads its own instead. The loader says: {error}"
                )
                warnings.warn(message, RuntimeWarning, stacklevel=3)


def not_found(file: str, error: Exception) -> bool:
    """Return whether the loader found no such library, rather than one that it can't use."""
    from .diagnosis import named_file

    words = str(error)
    reasons = re.findall(r"' \((.+?)\)", words)  # macOS, for each path that it tried
    return (
        isinstance(error, FileNotFoundError)  # Windows
        or (named_file(words) == file and "No such file" in words)
        or (bool(reasons) and all(reason.startswith("no such file") for reason in reasons))
        or f'locateFile("{file}")' in words  # Emscripten
    )


def runs_own(name: str) -> bool:
    """Return whether the running library of this name is the wheel's own."""
    own = libbar.get_library(name)
    running = libbar.get_loaded_library(name)
    return os.path.realpath(own) == os.path.realpath(running)


class Loader:
    """The object that consumers of native_lib_loader's exporters call. The import has already loaded the libraries."""

    def load(self, libraries: list[str] | None = None, *, prefer_system: bool = False) -> None:
        """Raise ValueError if the wheel lacks one of `libraries`; warn if `prefer_system` comes too late."""
        for name in LIBRARIES if libraries is None else libraries:
            running = libbar.get_loaded_library(name)
            if prefer_system and runs_own(name):
                warnings.warn(
                    f"{running} is already loaded. To prefer the system's library, set {variable(name)}=1 before "
                    "libbar is imported.",
                    RuntimeWarning,
                    stacklevel=2,
                )
