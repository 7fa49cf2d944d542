"""A consumer of libfoo, which calls it through a C extension."""

from . import _build

if _build.LIBRARY_FROM == "wheel":
    try:
        import libfoo  # noqa: F401 - it loads the library that _ext needs
    except ModuleNotFoundError as error:
        if error.name != "libfoo":
            raise
        # Not installed: conda, a distribution or a site may supply the library instead.
try:
    from ._ext import smoke_test
except ImportError as error:
    from ._loading_error import explain

    raise explain(error, _build.NEEDED) from error

__all__ = ["smoke_test"]
