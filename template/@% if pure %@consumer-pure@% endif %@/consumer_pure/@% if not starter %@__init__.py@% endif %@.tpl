"""A consumer of @{ library_name }@, which calls it through ctypes."""

import ctypes

from . import _requirement

try:
    import @{ module }@  # noqa: F401 - it loads the library
except ModuleNotFoundError as error:
    if error.name != "@{ module }@":
        raise
    # Not installed: conda, a distribution or a site may supply the library instead.
# By its name, as extension modules ask for it: that gives the loaded copy, wherever its path leads by now.
try:
    _library = ctypes.CDLL(_requirement.LIBRARY)
except OSError as error:
    from ._loading_error import explain

    failure = ImportError(str(error), name=__name__, path=_requirement.LIBRARY)
    raise explain(failure, _requirement.NEEDED) from error

__all__ = ["smoke_test"]
@%- set version_function = version_expression | regex_search('^[A-Za-z_][A-Za-z0-9_]*(?=[(][)]$)') %@
@%- if version_function %@

_library.@{ version_function }@.argtypes = []
_library.@{ version_function }@.restype = ctypes.c_char_p


def smoke_test() -> bool:
    """Return whether the library says its version."""
    version: bytes | None = _library.@{ version_function }@()
    return bool(version)
@%- else %@


def smoke_test() -> bool:
    """Return whether the library has the function that the exporter knows it by."""
    return hasattr(_library, "@{ function }@")
@%- endif %@
