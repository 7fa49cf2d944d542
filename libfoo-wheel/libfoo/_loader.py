"""The system's copy of the library instead of the wheel's, for those who ask for it. Imported only then."""

import os

import libfoo

from ._errors import LIBRARY

VARIABLE = "PREFER_FOO_SYSTEM_LIBRARY"


def system_is_preferred() -> bool:
    """Return whether the environment asks for the system's copy."""
    return os.environ.get(VARIABLE, "").lower() not in ("", "0", "false", "no")


def load_system_library() -> None:
    """Load the copy that the loader finds by name, if any, before the stub needs the wheel's."""
    import contextlib
    import ctypes  # not for those who don't ask: it takes long, and CPython 3.12's is for the main interpreter only

    with contextlib.suppress(OSError):  # there is none: the stub loads the wheel's
        ctypes.CDLL(LIBRARY)


def load(libraries: list[str] | None, *, prefer_system: bool) -> None:
    """Do what `libfoo.loader.load()` still can after the import has loaded the library."""
    if unknown := ", ".join(sorted(set(libraries or ()) - {"foo"})):
        message = f"libfoo has no library {unknown}, only foo"
        raise ValueError(message)
    running = libfoo.get_loaded_library()
    if prefer_system and os.path.samefile(libfoo.get_library(), running):
        import warnings

        warnings.warn(
            f"libfoo was asked to prefer the system's library after it had loaded {running}, which stays in use. "
            f"Set {VARIABLE}=1 before libfoo is imported.",
            RuntimeWarning,
            stacklevel=3,  # the caller of libfoo.loader.load()
        )
