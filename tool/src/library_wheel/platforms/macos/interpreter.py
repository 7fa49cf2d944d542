"""An SDK and CPython's headers, to build wheels for macOS. There is no interpreter, so nothing can run.

The SDK needs nothing from Apple. zig has the system's headers and the list of its symbols; Debian's LLVM has those of
the C++ library.
"""

import platform
import re
import shutil
import sys
import sysconfig
from pathlib import Path

from ...processes import run
from .. import debian, zig
from ..installations import installed_once

# The oldest macOS that the wheels are for: the first on arm64.
DEPLOYMENT_TARGET = "11.0"

# The macros that CPython's public headers need. Apple's compilers know the others, and pymacconfig.h the machine.
PYCONFIG = """\
#include "pymacconfig.h"
#define ALIGNOF_MAX_ALIGN_T 16
#define HAVE_FORK 1
#define HAVE_PTHREAD_H 1
#define HAVE_SSIZE_T 1
#define HAVE_STDDEF_H 1
#define HAVE_SYS_SELECT_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_WCHAR_H 1
#define SIZEOF_INT 4
#define SIZEOF_LONG 8
#define SIZEOF_LONG_LONG 8
#define SIZEOF_PID_T 4
#define SIZEOF_SIZE_T 8
#define SIZEOF_VOID_P 8
#define SIZEOF_WCHAR_T 4
#define WITH_DOC_STRINGS 1
#define WITH_PYMALLOC 1
"""

LIBCXX = """\
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libc++.1.dylib'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ {} ]
...
"""


def build_details(prefix: Path) -> dict[str, object]:
    """Return the build-details.json that CPython 3.14 and later have for build systems (PEP 739)."""
    major, minor = sys.version_info[:2]
    tag = f"cpython-{major}{minor}"
    return {
        "schema_version": "1.0",
        "base_prefix": str(prefix),
        "base_interpreter": f"bin/python{major}.{minor}",
        "platform": f"macosx-{DEPLOYMENT_TARGET}-universal2",
        "language": {"version": f"{major}.{minor}"},
        "implementation": {"name": "cpython", "cache_tag": tag},
        "abi": {"flags": [], "extension_suffix": f".{tag}-darwin.so", "stable_abi_suffix": ".abi3.so"},
        "libpython": {"link_extensions": False},
        "c_api": {"headers": str(prefix / "include" / f"python{major}.{minor}")},
    }


def environment(prefix: Path, machine: str) -> dict[str, str]:
    """Return the environment variables with which compilers and build systems build for a machine."""
    return {
        "MACOSX_DEPLOYMENT_TARGET": DEPLOYMENT_TARGET,
        "SDKROOT": str(prefix / "SDK"),
        "_PYTHON_HOST_PLATFORM": f"macosx-{DEPLOYMENT_TARGET}-{machine}",
    }


def interpreter() -> Path:
    """Return a prefix with the SDK and CPython's headers."""
    debian.require("clang-19", "lld-19", "llvm-19")
    versions = f"python{platform.python_version()}-{zig.installation().name}"
    return installed_once(f"macos-{versions}", make, "making an SDK for macOS")


def make(directory: Path) -> None:
    """Make the SDK and the headers."""
    sdk, libc = directory / "SDK", zig.installation() / "ziglang" / "lib" / "libc"
    libraries = sdk / "usr" / "lib"
    libraries.mkdir(parents=True)
    shutil.copytree(libc / "include" / "any-darwin-any", sdk / "usr" / "include")
    system = (libc / "darwin" / "libSystem.tbd").read_text()
    # Leave out a machine that LLVM 19 does not know.
    (libraries / "libSystem.tbd").write_text(re.sub(r",\s*arm64e\.x1-\w+", "", system))
    make_libcxx(directory / "debian", sdk)
    shutil.rmtree(directory / "debian")
    headers = directory / "include" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    shutil.copytree(sysconfig.get_path("include"), headers)
    (headers / "pyconfig.h").write_text(PYCONFIG)


def make_libcxx(debian_root: Path, sdk: Path) -> None:
    """Add the headers and the symbols of LLVM's C++ library, which macOS has as well."""
    debian.packages(debian_root, "libc++-19-dev", "libc++1-19", "libc++abi1-19", suite="bookworm", architecture="amd64")
    llvm = debian_root / "usr" / "lib" / "llvm-19"
    headers = sdk / "usr" / "include" / "c++" / "v1"
    shutil.copytree(llvm / "include" / "c++" / "v1", headers)
    site = headers / "__config_site"
    # Let the headers refuse functions that macOS 11 lacks.
    site.write_text(site.read_text().replace("#define _LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS", ""))
    nm = ["llvm-nm-19", "--dynamic", "--defined-only", "--extern-only", "--just-symbol-name"]
    files = [llvm / "lib" / f"lib{name}.so.1" for name in ("c++", "c++abi")]
    # Leave out the headings, which are file names.
    symbols = sorted({f"_{name}" for name in run([*nm, *files]).split() if re.fullmatch(r"_\w+", name)})
    (sdk / "usr" / "lib" / "libc++.tbd").write_text(LIBCXX.format(", ".join(symbols)))
