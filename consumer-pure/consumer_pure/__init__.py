"""Interned strings and hashes from libfoo, through ctypes."""

import ctypes
from ctypes import c_char_p, c_size_t, c_uint32, c_uint64

from . import _requirement

try:
    import libfoo  # noqa: F401 - it loads the library
except ModuleNotFoundError as error:
    if error.name != "libfoo":
        raise
    # Not installed: conda, a Linux distribution or an environment module may supply the library instead.
# By name, as extension modules ask for it: that gives the loaded copy, even if its path now leads elsewhere.
try:
    _library = ctypes.CDLL(_requirement.LIBRARY)
    _version = _library.foo_version_number()
    # For an extension the loader compares symbol versions. ctypes takes any library, so compare here.
    if _version not in _requirement.VERSIONS:
        found = f"{_version >> 16}.{_version >> 8 & 0xFF}.{_version & 0xFF}"
        raise OSError(f"{_requirement.LIBRARY}: found version {found}")
except (OSError, AttributeError) as error:
    from ._loading_error import explain

    failure = ImportError(str(error), name=__name__, path=_requirement.LIBRARY)
    raise explain(failure, _requirement.NEEDED) from error

__all__ = ["count", "hash", "intern", "name"]

# Without these, ctypes takes every argument and result for a C int, and truncates pointers and ids to 32 bits.
_library.foo_intern.argtypes = [c_char_p]
_library.foo_intern.restype = c_uint32
_library.foo_name.argtypes = [c_uint32]
_library.foo_name.restype = c_char_p
_library.foo_count.argtypes = []
_library.foo_count.restype = c_uint32
_library.foo_hash.argtypes = [c_char_p, c_size_t]
_library.foo_hash.restype = c_uint64


def intern(string: str, /) -> int:
    """Return the id of `string`, the same for every user of libfoo in the process.

    Raises ValueError if it contains a NUL character, MemoryError if libfoo has no room for it.
    """
    encoded = str.encode(string)
    if b"\0" in encoded:  # C would end the string there and intern another one
        raise ValueError("embedded null character")
    id = _library.foo_intern(encoded)
    if id == 0:
        raise MemoryError
    return int(id)


def name(id: int, /) -> str:
    """Return the string with this id. Raises LookupError if there is none, OverflowError if `id` is negative."""
    if id < 0:  # ctypes would wrap it around
        raise OverflowError("can't convert negative value to unsigned int")
    string: bytes | None = _library.foo_name(id) if id <= 0xFFFFFFFF else None
    if string is None:
        raise LookupError(f"no interned string has the id {id}")
    return string.decode()


def count() -> int:
    """Return how many strings are interned."""
    return int(_library.foo_count())


def hash(data: bytes, /) -> int:
    """Return FNV-1a, 64 bits, of `data`."""
    if not isinstance(data, bytes):  # ctypes would raise its own ArgumentError instead
        raise TypeError(f"a bytes object is required, not {type(data).__name__}")
    return int(_library.foo_hash(data, len(data)))
