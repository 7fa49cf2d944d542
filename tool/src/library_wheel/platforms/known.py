"""The platforms, in the order in which tests run them. Tests compare tox.ini, .ci/run and the workflows with this."""

from collections.abc import Mapping

from ..errors import CannotRunError
from .aarch64 import AArch64
from .macos import MacOS
from .manylinux import Manylinux
from .musl import Musl
from .native import Native
from .platform import Platform
from .pyodide import Pyodide
from .pypylinux import PyPy
from .windows import FreeThreadedWindows, Windows

PLATFORMS: Mapping[str, Platform] = {
    platform.name: platform
    for platform in (Manylinux(), Musl(), AArch64(), PyPy(), Windows(), FreeThreadedWindows(), Pyodide(), MacOS())
}


def named(name: str) -> Platform:
    """Return the platform with a name: one of these, or this machine's own. Raises CannotRunError if there is none."""
    known = {Native.name: Native(), **PLATFORMS}
    if name not in known:
        raise CannotRunError(f"there is no platform {name}. The platforms are: {', '.join(known)}")
    return known[name]
