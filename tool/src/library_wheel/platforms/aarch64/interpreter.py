"""An arm64 Python of Debian 12, unpacked: no foreign architecture is added to this machine."""

import shutil
import sys
from pathlib import Path

from ...processes import run
from .. import debian
from ..installations import installed_once

# With what they need; libstdc++6 and libgcc-s1 for extensions in C++.
PACKAGES = (
    "libc6",
    "libcrypt1",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "libstdc++6",
    "python3.11-minimal",
    "zlib1g",
    # The headers for builds.
    "libpython3.11-dev",
)


def build_details(prefix: Path) -> dict[str, object]:
    """Return what CPython 3.14 and later say of themselves to build systems in build-details.json (PEP 739)."""
    return {
        "schema_version": "1.0",
        "base_prefix": str(prefix),
        "base_interpreter": "bin/python3.11",
        "platform": "linux-aarch64",
        "language": {"version": "3.11"},
        "implementation": {"name": "cpython", "cache_tag": "cpython-311"},
        "abi": {"flags": [], "extension_suffix": ".cpython-311-aarch64-linux-gnu.so", "stable_abi_suffix": ".abi3.so"},
        "libpython": {"link_extensions": False},
        "c_api": {"headers": str(prefix / "include" / "python3.11")},
    }


def interpreter() -> Path:
    """Return the prefix of an arm64 Python, /usr in a root of its own: run it by `qemu-aarch64-static -L ROOT`."""
    debian.require("qemu-user-static")
    return installed_once("aarch64-python3.11", make, "unpacking Debian's Python for arm64") / "usr"


def make(directory: Path) -> None:
    """Unpack Debian's packages into a root."""
    debian.packages(directory, *PACKAGES, suite="bookworm", architecture="arm64")
    # Debian's stands for all architectures and includes this one's from a folder of Debian's own.
    include = directory / "usr" / "include"
    shutil.copy2(include / "aarch64-linux-gnu" / "python3.11" / "pyconfig.h", include / "python3.11")
    # Debian's packages leave that to their installation: a third of the time to start it.
    run([sys.executable, "-m", "compileall", "-q", directory / "usr" / "lib" / "python3.11"])
