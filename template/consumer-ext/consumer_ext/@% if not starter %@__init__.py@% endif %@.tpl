"""A consumer of @{ library_name }@, which calls it through a C extension."""

from . import _build, _shared_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # never run: it shows PyInstaller what else to freeze
    import @{ module }@  # noqa: F401

if _build.LIBRARY_FROM == "wheel":
    # First: it loads the library that _ext needs.
    _shared_library.load_library_module("@{ module }@")
try:
    from ._ext import smoke_test
except ImportError as error:
    raise _shared_library.explain(
        error,
        "@{ module }@",
        _build.REQUIREMENT,
        library=_shared_library.file_name(*_build.LIBRARY_NAMES),
    ) from error

__all__ = ["smoke_test"]
