"""Interned strings and hashes from libfoo and words from libbar, through C++."""

# The exporters load the libraries that _ext needs. If one is not installed, conda, a Linux distribution or an
# environment module may supply its library instead.
try:
    import libfoo  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "libfoo":
        raise
try:
    import libbar  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "libbar":
        raise
try:
    from ._ext import ParseError, count, hash, intern, name, words
except ImportError as error:
    from ._loading_error import explain

    raise explain(error, ("bar", "libbar", "libbar>=2.0,<3"), ("foo", "libfoo", "libfoo>=1.1,<2")) from error

__all__ = ["ParseError", "count", "hash", "intern", "name", "words"]
