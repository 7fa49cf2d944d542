"""Interned strings and hashes from libfoo, through ctypes."""

from ctypes import CDLL, c_char_p, c_size_t, c_uint32, c_uint64

try:
    import libfoo

    # An extension's loader compares SONAME and symbol versions. ctypes takes any library: compare here.
    if not (1, 1) <= tuple(map(int, libfoo.__version__.split(".")[:2])) < (2,):
        raise ImportError(f"found version {libfoo.__version__}, {libfoo.__file__}", name="libfoo", path=libfoo.__file__)
except ImportError as error:
    raise ImportError(
        f"consumer_pure needs libfoo >= 1.1, < 2: {error}. Install it: pip install 'libfoo>=1.1,<2'",
        name=error.name,
        path=error.path,
    ) from error

__all__ = ["count", "hash", "intern", "name"]

# The copy that is loaded, by its path: the loader then opens no second one. A name alone would be searched for.
_foo = CDLL(libfoo.get_loaded_library())

# Without these ctypes takes every argument and result for a C int, and cuts pointers and ids to 32 bits with a sign.
_foo.foo_intern.argtypes = [c_char_p]
_foo.foo_intern.restype = c_uint32
_foo.foo_name.argtypes = [c_uint32]
_foo.foo_name.restype = c_char_p
_foo.foo_count.argtypes = []
_foo.foo_count.restype = c_uint32
_foo.foo_hash.argtypes = [c_char_p, c_size_t]
_foo.foo_hash.restype = c_uint64


def intern(string: str, /) -> int:
    """Return the id of `string`, the same for every user of libfoo in the process.

    Raises ValueError if it contains a NUL character, MemoryError if libfoo has no room for it.
    """
    encoded = str.encode(string)
    if b"\0" in encoded:  # C would end the string there and intern another one
        raise ValueError("embedded null character")
    id = _foo.foo_intern(encoded)
    if id == 0:
        raise MemoryError
    return int(id)


def name(id: int, /) -> str:
    """Return the string with this id. Raises LookupError if there is none, OverflowError if `id` is negative."""
    if id < 0:  # ctypes would wrap it around
        raise OverflowError("can't convert negative value to unsigned int")
    string: bytes | None = _foo.foo_name(id) if id <= 0xFFFFFFFF else None
    if string is None:
        raise LookupError(f"no interned string has the id {id}")
    return string.decode()


def count() -> int:
    """Return how many strings are interned."""
    return int(_foo.foo_count())


def hash(data: bytes, /) -> int:
    """Return FNV-1a, 64 bits, of `data`."""
    if not isinstance(data, bytes):  # ctypes would raise an error of its own, which is no TypeError
        raise TypeError(f"a bytes object is required, not {type(data).__name__}")
    return int(_foo.foo_hash(data, len(data)))
