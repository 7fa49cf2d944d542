"""Debian 12's Python for arm64, unpacked into a folder, so that this machine gets no foreign architecture."""

import shutil
import sys
from pathlib import Path

from ...processes import run
from .. import debian
from ..installations import installed_once

# The interpreter and its dependencies. Extensions in C++ need libstdc++6 and libgcc-s1.
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
    # The C headers.
    "libpython3.11-dev",
)


def build_details(prefix: Path) -> dict[str, object]:
    """Return the build-details.json that CPython 3.14 and later have for build systems (PEP 739)."""
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
    """Return the prefix of an arm64 Python, usr in a root of its own: run it with `qemu-aarch64-static -L ROOT`."""
    debian.require("qemu-user-static")
    return installed_once("aarch64-python3.11", make, "unpacking Debian's Python for arm64") / "usr"


def make(directory: Path) -> None:
    """Unpack Debian's packages into a root."""
    debian.packages(directory, *PACKAGES, suite="bookworm", architecture="arm64")
    # Debian's pyconfig.h only includes arm64's, from a folder that other compilers don't search.
    include = directory / "usr" / "include"
    shutil.copy2(include / "aarch64-linux-gnu" / "python3.11" / "pyconfig.h", include / "python3.11")
    # Debian compiles the modules on installation. With bytecode the interpreter starts in a third of the time.
    run([sys.executable, "-m", "compileall", "-q", directory / "usr" / "lib" / "python3.11"])
