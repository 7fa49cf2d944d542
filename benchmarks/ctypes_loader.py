"""The package libfoo, which loads its library like most packages today: by its path, through ctypes."""

import ctypes
from pathlib import Path

__version__ = "1.1.0"

_library = Path(__file__).resolve().parent / "libfoo.so.1"
_handle = ctypes.CDLL(str(_library))


def get_library() -> str:
    """Return the absolute path of the library in this wheel."""
    return str(_library)


def get_include() -> str:
    """Return the directory of the C headers."""
    return str(_library.parent / "include")
