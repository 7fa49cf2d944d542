"""The system's copies of the libraries instead of the wheel's, for those who ask for it. Imported only then."""

import os

import libbar

from ._errors import LIBRARIES


def load_preferred_libraries() -> None:
    """Load the copies that the loader finds by name, of the libraries for which the environment asks for that."""
    import contextlib
    import ctypes  # as in libfoo's

    for name, library in LIBRARIES.items():
        if os.environ.get(f"PREFER_{name.upper()}_SYSTEM_LIBRARY", "").lower() not in ("", "0", "false", "no"):
            with contextlib.suppress(OSError):  # there is none: the stub loads the wheel's
                ctypes.CDLL(library)


def load(libraries: list[str] | None, *, prefer_system: bool) -> None:
    """Do what `libbar.loader.load()` still can after the import has loaded the libraries."""
    for name in LIBRARIES if libraries is None else libraries:
        own = libbar.get_library(name)
        loaded = libbar.get_loaded_library(name)
        if prefer_system and os.path.samefile(own, loaded):
            import warnings

            warnings.warn(
                f"libbar was asked to prefer the system's library after it had loaded {loaded}, which stays in use. "
                f"Set PREFER_{name.upper()}_SYSTEM_LIBRARY=1 before libbar is imported.",
                RuntimeWarning,
                stacklevel=3,  # the caller of libbar.loader.load()
            )
