"""Platforms whose interpreter is not this machine's. Their wheels are built here but run by another interpreter."""

import json
import os
import shutil
import sys
import tempfile
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from packaging.tags import Tag, compatible_tags, cpython_tags

from .. import pyproject
from ..interpreters import Interpreter
from ..processes import run
from . import zig
from .platform import Platform

CROSS_COMPILED: Mapping[str, str] = {
    "editable installs": "an editable install works only with the interpreter that builds it, not this one",
    "libpython": "there is no libpython to link a program with",
    "own builds": "the interpreter that builds is this machine's, which can't import what it builds",
}
OF_THIS_USER = "the emulated system's files are in this user's home, which other users may not read"


class Foreign(Platform):
    """A platform with its own interpreter. Its wheels are built on this machine, without isolation."""

    is_foreign = True
    # The name of its executable, without the version.
    program = "python"
    # The platform tags of the wheels that its interpreter installs, best first.
    platform_tags: Sequence[str]

    @abstractmethod
    def make_interpreter(self) -> Path:
        """Return the prefix of its interpreter, which the first call installs."""

    @cached_property
    def interpreter(self) -> Interpreter:
        """See Platform."""
        prefix = self.make_interpreter()
        name = self.program + ".".join(map(str, self.version))
        return Interpreter(prefix, name, prefix / "bin" / name, prefix / "include" / name, prefix / "lib")

    def tags(self) -> Iterator[Tag]:
        """See Platform."""
        yield from cpython_tags(self.version, platforms=self.platform_tags)
        yield from compatible_tags(self.version, platforms=self.platform_tags)

    def pip_options(self) -> list[str]:
        """See Platform."""
        version = "".join(map(str, self.version))
        abis = [f"--abi={abi}" for abi in (f"cp{version}", "abi3", "none")]
        platforms = [f"--platform={platform}" for platform in self.platform_tags]
        return [f"--python-version={version}", "--implementation=cp", *abis, *platforms]

    def compilers(self) -> Path | None:
        """See Platform. These are zig's."""
        return zig.commands()

    def build_details(self, prefix: Path) -> dict[str, Any] | None:
        """Return the build-details.json (PEP 739) of its interpreter, or None if that builds the wheels itself.

        Otherwise this machine's interpreter builds them, with the platform's cross file `meson.ini` and
        `toolchain.cmake`.
        """
        return None

    def machine_environment(self, machine: str) -> dict[str, str]:
        """Return the variables of builds for one of its machines."""
        return {}

    def merge(self, wheels: Sequence[Path], output: Path, environment: Mapping[str, str]) -> None:
        """Merge wheels for one machine each into one wheel."""
        raise NotImplementedError(f"{self.name} has one machine")

    def build(self, project: Path, output: Path, *options: str, environment: Mapping[str, str]) -> None:
        """Build a project's wheel into `output`, against the wheels already there, with options for `build`.

        PYTHONPATH in `environment` must name the build tools: in isolation, pip would mistake this machine for the
        platform, or install tools that don't run here. The wheel appears in `output` only when it is finished, since
        other projects may be built against the folder at the same time.
        """
        output.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output) as temporary:
            for machine in self.machines:
                folder = Path(temporary, machine)
                self.build_for_machine(machine, project, folder, *options, using=(output, environment))
            wheel, *others = Path(temporary).rglob("*.whl")
            if others and not wheel.name.endswith("-none-any.whl"):
                self.merge([wheel, *others], Path(temporary), environment)
                # Tests also look at the wheel of each machine.
                for of_one_machine in (wheel, *others):
                    (output / of_one_machine.parent.name).mkdir(exist_ok=True)
                    shutil.copy2(of_one_machine, output / of_one_machine.parent.name)
                (wheel,) = Path(temporary).glob("*.whl")
            wheel.rename(output / wheel.name)

    def build_for_machine(
        self, machine: str, project: Path, output: Path, *options: str, using: tuple[Path, Mapping[str, str]]
    ) -> None:
        """Build a project's wheel for one machine, using the wheels in a folder and an environment."""
        exporters, environment = using
        with tempfile.TemporaryDirectory() as temporary:
            site = Path(temporary)
            for wheel in exporters.glob("*.whl"):
                shutil.unpack_archive(wheel, site, format="zip")
            variables = {**environment, **self.machine_environment(machine)}
            variables["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], temporary])
            if self.programs:
                variables["PATH"] = os.pathsep.join([str(self.programs), environment["PATH"]])
            builder = self.interpreter.executable
            if details := self.build_details(self.interpreter.prefix):
                builder = Path(sys.executable)
                backend = pyproject.read(project)["build-system"]["build-backend"]
                if backend == "mesonpy":
                    options = (*options, *self.meson_python(machine, details, site, variables))
                elif backend == "scikit_build_core.build":
                    options = (*options, *self.scikit_build_core(machine, details, site, variables))
            options = ("--wheel", "--no-isolation", "--skip-dependency-check", *options)
            run([builder, "-m", "build", *options, "--outdir", output, project], variables)

    def meson_python(self, machine: str, details: dict[str, Any], site: Path, variables: dict[str, str]) -> list[str]:
        """Return options for a cross build by meson-python, and prepare it."""
        file = site / "build-details.json"
        file.write_text(json.dumps(details))
        return [*self.cross_files(machine), f"-Csetup-args=-Dpython.build_config={file}"]

    def cross_files(self, machine: str) -> list[str]:
        """Return options that name Meson's cross files."""
        assert self.files is not None
        names = [f"{machine}.ini", "meson.ini"] if machine else ["meson.ini"]
        return [f"-Csetup-args=--cross-file={self.files / name}" for name in names]

    def scikit_build_core(
        self, machine: str, details: dict[str, Any], site: Path, variables: dict[str, str]
    ) -> list[str]:
        """Return options for a cross build by scikit-build-core against exporters in `site`, and prepare both."""
        assert self.files is not None
        variables["CMAKE_TOOLCHAIN_FILE"] = str(self.files / f"{machine or 'toolchain'}.cmake")
        variables["SETUPTOOLS_EXT_SUFFIX"] = details["abi"]["extension_suffix"]
        # Without entry points, scikit-build-core does not import the exporters, which don't run here.
        for entry_points in site.glob("*.dist-info/entry_points.txt"):
            entry_points.unlink()
        variables["CMAKE_PREFIX_PATH"] = os.pathsep.join(str(path) for path in site.iterdir())
        # CMake and nanobind ask the platform's interpreter for the flags of extension modules. It is a script that runs
        # here, but CMake asks it only if an emulator is named.
        definitions = {
            "Python_EXECUTABLE": self.python_for_cmake(site / "python"),
            "CMAKE_CROSSCOMPILING_EMULATOR": "env",
            **self.cmake_definitions(details),
        }
        found = (f"-Ccmake.define.{name}={value}" for name, value in definitions.items())
        return ["-Ccmake.python-hints=false", *found]

    def python_for_cmake(self, folder: Path) -> Path:
        """Return the interpreter that CMake asks for the flags of extension modules, such as a copy in a folder."""
        return self.copy_interpreter(folder)

    def cmake_definitions(self, details: dict[str, Any]) -> dict[str, str]:
        """Return the variables for which CMake should not ask the interpreter."""
        return {}
