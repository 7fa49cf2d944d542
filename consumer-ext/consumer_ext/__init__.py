"""Interned strings and hashes from libfoo, through a C extension."""

from . import _build

if _build.LIBRARY_FROM == "wheel":
    try:
        import libfoo  # noqa: F401 - it loads the library that _ext needs
    except ModuleNotFoundError as error:
        if error.name != "libfoo":
            raise
        # Not installed: conda, a Linux distribution or an environment module may supply the library instead.
try:
    from ._ext import count, hash, intern, name
except ImportError as error:
    if _build.LIBRARY_FROM == "wheel":
        from ._loading_error import explain

        raise explain(error, _build.NEEDED) from error
    raise ImportError(
        f"consumer_ext was built against the system's libfoo {_build.LIBRARY_VERSION} and can't be loaded: {error}. "
        "Install the system's libfoo, or a consumer_ext that uses the wheel: "
        'pip install --force-reinstall "consumer-ext>=1,<2"',
        name="libfoo",
        path=error.path,
    ) from error

__all__ = ["count", "hash", "intern", "name"]
