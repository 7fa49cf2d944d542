"""Load a native library from another wheel, or leave it to the system's loader. To be vendored: no dependencies."""

import importlib
from types import ModuleType


def load_library_module(module_name: str, *, prefer_system: bool = False) -> ModuleType | None:
    """Import an exporter, which loads its library, and return it, or None if it is not installed.

    In that case conda, a Linux distribution or an environment module may supply the library. An exporter that is there
    but broken raises. `prefer_system` is passed to the exporter's `loader.load()`, the interface of the project
    native_lib_loader.
    """
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if f"{module_name}.".startswith(f"{error.name}."):
            return None
        raise  # the exporter is there, but not what it imports
    # A namespace package, which is only a folder of this name on sys.path, has a __path__ that is no list. A missing
    # __file__ proves nothing: frozen packages have none.
    if not isinstance(getattr(module, "__path__", []), list):
        return None
    if loader := getattr(module, "loader", None):
        loader.load(prefer_system=prefer_system)
    return module
