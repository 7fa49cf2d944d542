"""Interned strings and hashes from libfoo, through a C extension that setuptools built."""

from . import _shared_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # never run: it shows PyInstaller what else to freeze
    import libfoo  # noqa: F401

_shared_library.load_library_module("libfoo")  # first: it loads the library that _ext needs
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    raise _shared_library.explain(error, "libfoo", "libfoo>=1.1,<2", _shared_library.file_name("foo", "1")) from error

__all__ = ["count", "hash", "intern", "name"]
