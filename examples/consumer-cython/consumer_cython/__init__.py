"""Interned strings and hashes from libfoo, through Cython."""

try:
    import libfoo  # noqa: F401 - it loads the library that _ext needs
except ModuleNotFoundError as error:
    if error.name != "libfoo":
        raise
    # Not installed: conda, a Linux distribution or an environment module may supply the library instead.
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    from ._loading_error import explain

    raise explain(error, ("foo", "libfoo", "libfoo>=1.1,<2")) from error

__all__ = ["count", "hash", "intern", "name"]
