"""Builds wheels for the target on this machine: without isolation, and, where its interpreter can't build, across."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.builds import build_system, is_pure, reproducible_environment, without_isolation
from support.cache import run
from support.interpreters import IS_EMSCRIPTEN, IS_MACOS, IS_WINDOWS, UNDER_TEST, copy_interpreter
from support.target import TARGET

from .macos import wheels as macos
from .windows import wine


def build_for_target(project: Path, output: Path, *options: str) -> None:
    """Build a project's wheel for the target's interpreter into `output`, against the wheels in there.

    If that is for several machines, build one for each, and merge them. It is there when it is finished: other projects
    may be built against those in there at the same time.
    """
    output.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output) as temporary:
        for machine in TARGET.machines:
            build_for_machine(machine, project, Path(temporary, machine), *options, exporters=output)
        wheel, *others = Path(temporary).rglob("*.whl")
        if others and not is_pure(wheel):
            macos.merge([wheel, *others], Path(temporary), reproducible_environment())
            # Tests look at each machine's, too.
            for of_one_machine in (wheel, *others):
                (output / of_one_machine.parent.name).mkdir(exist_ok=True)
                shutil.copy2(of_one_machine, output / of_one_machine.parent.name)
            (wheel,) = Path(temporary).glob("*.whl")
        wheel.rename(output / wheel.name)


def build_for_machine(machine: str, project: Path, output: Path, *options: str, exporters: Path) -> None:
    """Build a project's wheel for a machine of the target's, against the wheels in `exporters`.

    Without isolation: pip, too, would take this machine for the target, and install build tools that don't run here.
    """
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary)
        for wheel in exporters.glob("*.whl"):
            shutil.unpack_archive(wheel, site, format="zip")
        environment = {
            **reproducible_environment(),
            **(TARGET.machine_environment(UNDER_TEST.prefix, machine) if TARGET.machine_environment else {}),
            **without_isolation(site),
        }
        # What stands in for the target's own tools.
        environment["PATH"] = os.pathsep.join([str(TARGET.files / "bin"), environment["PATH"]])
        builder = UNDER_TEST.executable
        backend = build_system(project)["build-backend"]
        native_file = TARGET.files / "meson.ini"
        if TARGET.build_details:
            builder = Path(sys.executable)
            details = TARGET.build_details(UNDER_TEST.prefix)
            if backend == "mesonpy":
                options = (*options, *cross_meson_python(machine, details, site, environment))
            elif backend == "scikit_build_core.build":
                options = (*options, *cross_scikit_build(machine, details, site, environment))
        elif backend == "mesonpy" and native_file.is_file():
            options = (*options, f"-Csetup-args=--native-file={native_file}")
        command = [builder, "-m", "build", "--wheel", "--no-isolation", "--skip-dependency-check", *options]
        run([*command, "--outdir", output, project], environment)


def cross_meson_python(machine: str, details: Mapping[str, Any], site: Path, environment: dict[str, str]) -> list[str]:
    """Return options for a cross build by meson-python, for an interpreter with those details, and prepare it."""
    names = [f"{machine}.ini", "meson.ini"] if machine else ["meson.ini"]
    arguments = [f"--cross-file={TARGET.files / name}" for name in names]
    if IS_MACOS:
        # Meson 1.12 does not take them for macOS, but asks the Python that runs it.
        environment["_PYTHON_SYSCONFIGDATA_NAME"] = "_sysconfigdata__darwin_darwin"
        variables = sysconfig_variables(details)
        (site / "_sysconfigdata__darwin_darwin.py").write_text(f"build_time_vars = {variables}\n")
    else:
        file = site / "build-details.json"
        file.write_text(json.dumps(details))
        arguments.append(f"-Dpython.build_config={file}")
    return [f"-Csetup-args={argument}" for argument in arguments]


def sysconfig_variables(details: Mapping[str, Any]) -> dict[str, object]:
    """Return what an interpreter with those details has in sysconfig, of what meson-python and Meson ask for."""
    suffix, headers = details["abi"]["extension_suffix"], details["c_api"]["headers"]
    return {
        "EXT_SUFFIX": suffix,
        "SOABI": suffix.split(".")[1],
        "SHLIB_SUFFIX": ".so",
        "INCLUDEPY": headers,
        "CONFINCLUDEPY": headers,
        # Extensions don't link to it.
        "LIBPYTHON": "",
    }


def cross_scikit_build(machine: str, details: Mapping[str, Any], site: Path, environment: dict[str, str]) -> list[str]:
    """Return options for a cross build by scikit-build-core against exporters in `site`, and prepare both."""
    environment["CMAKE_TOOLCHAIN_FILE"] = str(TARGET.files / f"{machine or 'toolchain'}.cmake")
    environment["SETUPTOOLS_EXT_SUFFIX"] = details["abi"]["extension_suffix"]
    # By their entry points scikit-build-core would find the exporters too, but it imports what they name.
    for entry_points in site.glob("*.dist-info/entry_points.txt"):
        entry_points.unlink()
    environment["CMAKE_PREFIX_PATH"] = os.pathsep.join(str(path) for path in site.iterdir())
    # CMake and nanobind ask the target's interpreter what extension modules need: a script that can be run here. But
    # without the name of an emulator, CMake asks none. For macOS there is none to ask. Pyodide's is of another version
    # than its headers, this machine's, which CMake refuses.
    python = Path(sys.executable) if IS_EMSCRIPTEN or IS_MACOS else copy_interpreter(site / "python")
    definitions = {"Python_EXECUTABLE": python, "CMAKE_CROSSCOMPILING_EMULATOR": "env"}
    if IS_EMSCRIPTEN or IS_MACOS or IS_WINDOWS:
        # It would answer with paths of this machine, or of Windows.
        definitions["Python_INCLUDE_DIR"] = details["c_api"]["headers"]
    if IS_WINDOWS:
        wine.start_server()  # or it would start anew for each question
        definitions["Python_LIBRARY"] = details["libpython"]["dynamic"]
        definitions["Python_SABI_LIBRARY"] = details["libpython"]["dynamic_stableabi"]
    return ["-Ccmake.python-hints=false", *(f"-Ccmake.define.{name}={value}" for name, value in definitions.items())]
