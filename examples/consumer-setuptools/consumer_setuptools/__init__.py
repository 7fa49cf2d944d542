"""Interned strings and hashes from libfoo, through a C extension that setuptools built."""

from . import _shared_library

# Like `import libfoo`, but no error if it isn't installed. For packages that import many exporters, or choose by name.
_shared_library.load_library_module("libfoo")
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    from ._loading_error import explain

    raise explain(error, ("foo", "libfoo", "libfoo>=1.1,<2")) from error

__all__ = ["count", "hash", "intern", "name"]
