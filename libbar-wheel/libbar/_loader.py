"""The system's copies of the libraries instead of the wheel's, for those who ask for it. Imported only then."""

import os

import libbar

from ._libraries import LIBRARIES


def variable(name: str) -> str:
    """Return the environment variable that asks for the system's copy of a library."""
    return f"PREFER_{name.upper()}_SYSTEM_LIBRARY"


def preferred_libraries() -> list[str]:
    """Return the names of the libraries of which the environment asks for the system's copy."""
    return [name for name in LIBRARIES if os.environ.get(variable(name), "").lower() not in ("", "0", "false", "no")]


def load_preferred_libraries() -> None:
    """Load the copies of them that the loader finds by name, if any, before the stub needs the wheel's."""
    if names := preferred_libraries():
        import contextlib
        import ctypes  # not for those who don't ask: it takes long, and CPython 3.12's is for the main interpreter only

        for name in names:
            with contextlib.suppress(OSError):  # there is none: the stub loads the wheel's
                ctypes.CDLL(LIBRARIES[name])


def load(libraries: list[str] | None, *, prefer_system: bool) -> None:
    """Do what `libbar.loader.load()` still can after the import has loaded the libraries."""
    for name in LIBRARIES if libraries is None else libraries:
        own = libbar.get_library(name)
        running = libbar.get_loaded_library(name)
        if prefer_system and os.path.samefile(own, running):
            import warnings

            warnings.warn(
                f"libbar was asked to prefer the system's library after it had loaded {running}, which stays in use. "
                f"Set {variable(name)}=1 before libbar is imported.",
                RuntimeWarning,
                stacklevel=3,  # the caller of libbar.loader.load()
            )
