"""Interned strings and hashes from libfoo and words from libbar, through C++."""

import sys

from . import _shared_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # never run: it shows PyInstaller what else to freeze
    import libbar  # noqa: F401
    import libfoo  # noqa: F401

_shared_library.load_library_module("libfoo")  # first: they load the libraries that _ext needs
_libbar = _shared_library.load_library_module("libbar")
try:
    from ._ext import ParseError, count, hash, intern, name, words
except ImportError as error:
    # Windows does not say which library is missing.
    if _shared_library.file_name("bar", "2") in str(error) or (sys.platform == "win32" and _libbar is None):
        raise _shared_library.explain(
            error, "libbar", "libbar>=2.0,<3", _shared_library.file_name("bar", "2")
        ) from error
    raise _shared_library.explain(error, "libfoo", "libfoo>=1.1,<2", _shared_library.file_name("foo", "1")) from error

__all__ = ["ParseError", "count", "hash", "intern", "name", "words"]
