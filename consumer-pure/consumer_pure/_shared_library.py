"""Load a native library from another wheel, or leave it to the system's loader. To be vendored: no dependencies."""

import importlib
import os
import sys
from types import ModuleType


def load_library_module(module_name: str, *, prefer_system: bool = False) -> ModuleType | None:
    """Import an exporter, which loads its library, and return it. If there is none, the system's loader decides.

    For conda, a distribution or a site may supply the library instead. An exporter that is there but broken raises.
    `prefer_system` is passed to the exporter's `loader.load()`, the interface of the native_lib_loader project.
    """
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if f"{module_name}.".startswith(f"{error.name}."):
            return None
        raise  # the exporter is there, but not what it imports
    if getattr(module, "__file__", None) is None:
        return None  # a mere folder of this name on sys.path
    if loader := getattr(module, "loader", None):
        loader.load(prefer_system=prefer_system)
    return module


def file_name(name: str, soversion: str, dll: str = "") -> str:
    """Return the name by which loaders know a library: its SONAME, on macOS its install name, on Windows its DLL's.

    `dll` is the name of the DLL where that is not `NAME-SOVERSION.dll`.
    """
    names = {"win32": dll or f"{name}-{soversion}.dll", "darwin": f"lib{name}.{soversion}.dylib"}
    return names.get(sys.platform, f"lib{name}.so.{soversion}")


def explain(error: ImportError, module_name: str, requirement: str, library: str) -> ImportError:
    """Return the error to raise instead of `error`, with which an extension failed that needs `library`."""
    if error.path is None:
        return error  # not the loader's: the extension is missing, or refuses this interpreter
    exporter = sys.modules.get(module_name)
    if file := getattr(exporter, "__file__", None):
        found = f"there is {module_name} {getattr(exporter, '__version__', '')} in {os.path.dirname(file)}"
    else:
        found = f"no package {module_name} was imported"
    if sys.platform == "win32":
        searched = "the extension's folder, python.exe's, those of os.add_dll_directory() and Windows' own, not PATH"
    else:
        variable = "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
        searched = f"{variable} ({os.environ.get(variable) or 'not set'}) and the system's folders"
    # In Windows the cause ends with a full stop, and only double quotes keep a command's ">" from naming a file.
    message = (
        f"{error.path} needs {library} of {requirement}, but: {str(error).rstrip('.')}. Looked for: {found}; the "
        f'loader searches {searched}. Install the wheel: pip install "{requirement}", or where the loader searches, '
        "the library: by conda, a distribution, a module of the site."
    )
    return ImportError(message, name=module_name, path=error.path)
