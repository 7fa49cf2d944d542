"""Interned strings and hashes from libfoo, through a C extension."""

try:
    import libfoo as _libfoo  # noqa: F401 - first: it loads the library that _ext needs

    from ._ext import count, hash, intern, name
except ImportError as error:
    raise ImportError(
        f"consumer_ext needs libfoo >= 1.1, < 2: {error}. Install it: pip install 'libfoo>=1.1,<2'",
        name=error.name,
        path=error.path,
    ) from error

__all__ = ["count", "hash", "intern", "name"]
