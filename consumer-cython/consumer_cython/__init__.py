"""Interned strings and hashes from libfoo, through Cython."""

from . import _shared_library

_shared_library.load_library_module("libfoo")  # first: it loads the library that _ext needs
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    library = _shared_library.file_name("foo", "1")
    raise _shared_library.explain(error, "libfoo", "libfoo>=1.1,<2", library) from error

__all__ = ["count", "hash", "intern", "name"]
