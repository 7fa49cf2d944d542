"""A consumer of @{ library_name }@, which calls it through ctypes."""

import ctypes

from . import _requirement, _shared_library

TYPE_CHECKING = False
if TYPE_CHECKING:  # never run: it shows PyInstaller what else to freeze
    import @{ module }@  # noqa: F401

_exporter = _shared_library.load_library_module("@{ module }@")
_name = _shared_library.file_name(*_requirement.NAMES)
# By the path of the copy that is loaded, so that no second one is. By its name only if the system shall supply it.
_file = _exporter.get_loaded_library() if _exporter else _name
try:
    _library = ctypes.CDLL(_file)
except OSError as error:
    raise _shared_library.explain(
        ImportError(str(error), path=_file),
        "@{ module }@",
        _requirement.REQUIREMENT,
        library=_name,
    ) from error

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
