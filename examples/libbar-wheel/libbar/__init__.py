"""The native libraries libbar and libbarutil, for other packages to link to.

`import libbar` loads both, and before them libfoo, which libbar is linked to.
"""

import os
import sys

try:
    import libfoo  # noqa: F401 - it loads the library that libbar needs
except ModuleNotFoundError as error:
    if error.name != "libfoo":
        raise

if sys.platform == "emscripten":
    # Emscripten's loader identifies a library by the path where a search found it, and the stub's RUNPATH applies only
    # to the stub. With this path, every later search finds the copy that the stub loaded.
    _folders = [os.path.dirname(os.path.abspath(__file__)), os.environ.get("LD_LIBRARY_PATH", "")]
    os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, _folders))

if any(name.endswith("_SYSTEM_LIBRARY") for name in os.environ):
    from . import _loader

    _loader.load_preferred_libraries()

try:
    from ._init import __version__, loaded  # loads the libraries
except ImportError as error:
    from .diagnosis import explain

    raise explain(error) from error

if not all(fits for _, _, fits in loaded.values()):
    from .diagnosis import wrong_version

    raise wrong_version(__version__, loaded)

__all__ = ["__version__", "get_cmake_dir", "get_include", "get_library", "get_link_file", "get_loaded_library"]
__all__ += ["get_pkgconfig_dir", "loader"]


def get_library(name: str = "bar") -> str:
    """Return the path of a library in this wheel. Raises ValueError if the wheel has none of that name."""
    path = _path(_files(name)[0])
    return path if os.path.exists(path) else loaded[name][0]  # a freezer may have put it elsewhere


def get_loaded_library(name: str = "bar") -> str:
    """Return the path of the library that this process runs: not the wheel's own if another copy was loaded first.

    This was the path at import time. For ctypes, open the library by its name, such as `libbar.so.2`: that gives the
    loaded copy even if the path now leads to another file.
    """
    _files(name)
    return loaded[name][0]


def get_link_file(name: str = "bar") -> str:
    """Return the path of the file to link to: the library, or on Windows its import library."""
    return _path(_files(name)[1])


def get_include() -> str:
    """Return the directory of the C++ headers."""
    return _path("include")


def get_pkgconfig_dir() -> str:
    """Return the directory of `bar.pc`, for PKG_CONFIG_PATH."""
    return _path("pkgconfig")


def get_cmake_dir() -> str:
    """Return the directory of `bar-config.cmake`, for bar_DIR."""
    return _path("cmake")


def _files(name: str) -> tuple[str, str]:
    from ._libraries import LIBRARIES

    if name not in LIBRARIES:
        raise ValueError(f"libbar has no library {name!r}, only {', '.join(LIBRARIES)}")
    return LIBRARIES[name]


def _path(name: str) -> str:
    from . import _init

    # The files are beside the stub; in an editable install this module is elsewhere. A frozen stub may lack __file__.
    stub = getattr(_init, "__file__", None) or next(iter(loaded.values()))[0]
    return os.path.join(os.path.dirname(stub), name)


# The interface of the native_lib_loader project. Its module is imported only when something asks for `loader`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._loader import Loader

    loader: Loader
else:

    def __getattr__(name: str) -> object:
        if name != "loader":
            raise AttributeError(f"module 'libbar' has no attribute {name!r}")
        from ._loader import Loader

        return Loader()
