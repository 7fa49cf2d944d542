"""Interned strings and hashes from libfoo, through a C extension."""

from . import _build, _shared_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # never run: it shows PyInstaller what else to freeze
    import libfoo  # noqa: F401

if _build.LIBRARY_FROM == "wheel":
    # First: it loads the library that _ext needs.
    _shared_library.load_library_module("libfoo")
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    if _build.LIBRARY_FROM == "wheel":
        raise _shared_library.explain(
            error,
            "libfoo",
            requirement=_build.REQUIREMENT,
            library=_shared_library.file_name(*_build.LIBRARY_NAMES),
        ) from error
    raise ImportError(
        f"consumer_ext was built against the system's libfoo {_build.LIBRARY_VERSION}, not the wheel's, but: {error}. "
        "Install the system's, or a consumer_ext that is for the wheel: "
        'pip install --force-reinstall "consumer-ext>=1,<2"',
        name="libfoo",
        path=error.path,
    ) from error

__all__ = ["count", "hash", "intern", "name"]
