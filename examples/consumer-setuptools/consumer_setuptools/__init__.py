"""Interned strings and hashes from libfoo, through a C extension that setuptools built."""

from . import _shared_library

# As `import libfoo`, if there is one. In a file to vendor, for packages that import many libraries, or some by name.
_shared_library.load_library_module("libfoo")
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    from ._loading_error import explain

    raise explain(error, ("foo", "libfoo", "libfoo>=1.1,<2")) from error

__all__ = ["count", "hash", "intern", "name"]
