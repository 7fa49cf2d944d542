"""The native library libfoo, for other packages to link to.

`import libfoo` loads the library: every extension module imported afterwards that was linked to it gets this copy.
"""

import os
import sys

if sys.platform == "emscripten":
    # Emscripten's loader knows a library by the path at which a search found it, and the stub's RUNPATH is only the
    # stub's: this lets every later search find what the stub has loaded.
    _folders = [os.path.dirname(os.path.abspath(__file__)), os.environ.get("LD_LIBRARY_PATH", "")]
    os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, _folders))

if any(name.endswith("_SYSTEM_LIBRARY") for name in os.environ):
    from . import _loader

    _loader.load_preferred_libraries()

try:
    from ._init import __version__  # loads the library
except ImportError as error:
    from ._errors import explain

    raise explain(error) from error

from . import _init

__all__ = [
    "__version__",
    "get_cmake_dir",
    "get_include",
    "get_library",
    "get_link_file",
    "get_loaded_library",
    "get_pkgconfig_dir",
    "loader",
]

# Not from __file__: in an editable install that is in the source tree, but stub and library are in the build folder.
_directory = os.path.dirname(_init.__file__)


def get_library(name: str = "foo") -> str:
    """Return the absolute path of a library in this wheel. Raises ValueError if it has none of this name."""
    return os.path.join(_directory, _files(name)[0])


def get_loaded_library(name: str = "foo") -> str:
    """Return the absolute path of the library that this process runs. Raises as `get_library()` does.

    It differs from `get_library(name)` if another copy was loaded before `libfoo` was imported.
    """
    _files(name)
    return _init.loaded_library(name)


def get_link_file(name: str = "foo") -> str:
    """Return the absolute path of the file to link to: the library, on Windows its import library.

    Raises as `get_library()` does.
    """
    return os.path.join(_directory, _files(name)[1])


def get_include() -> str:
    """Return the directory of the C headers, for `-I` or `include_dirs`.

    Raises FileNotFoundError if this is an editable install: those serve at run time only.
    """
    return _build_directory("include")


def get_pkgconfig_dir() -> str:
    """Return the directory of `foo.pc`, for `PKG_CONFIG_PATH`. Raises as `get_include()` does."""
    return _build_directory("pkgconfig")


def get_cmake_dir() -> str:
    """Return the directory of `foo-config.cmake`, for `foo_DIR`. Raises as `get_include()` does."""
    return _build_directory("cmake")


class _Loader:
    def load(self, libraries: list[str] | None = None, *, prefer_system: bool = False) -> None:
        """Do nothing, since `import libfoo` loaded the library, but check what is asked for.

        Raises ValueError if `libraries` names one that this wheel does not have. Warns if `prefer_system` comes too
        late, when the wheel's copy is in use: at import PREFER_FOO_SYSTEM_LIBRARY decides.
        """
        if libraries is not None or prefer_system:
            from ._loader import load

            load(libraries, prefer_system=prefer_system)


# The interface by which consumers load any exporter's libraries, as the native_lib_loader project defined it.
loader = _Loader()


def _files(name: str) -> tuple[str, str]:
    if name not in _init.libraries:
        known = ", ".join(_init.libraries)
        raise ValueError(f"libfoo has no library {name!r}, only {known}")
    return _init.libraries[name]


def _build_directory(name: str) -> str:
    directory = os.path.join(_directory, name)
    if not os.path.isdir(directory):
        raise FileNotFoundError(
            f"libfoo has no directory {directory}. It is an editable install, which serves at run time only; "
            'to build against libfoo, install it as a wheel: pip install "libfoo>=1.1,<2"'
        )
    return directory
