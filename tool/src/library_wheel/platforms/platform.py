"""The interface of a platform: the interpreter of its wheels, how to run it, and the capabilities that it lacks."""

import inspect
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from packaging.tags import Tag

from .. import interpreters
from ..interpreters import Interpreter
from .capabilities import CAPABILITIES

NOTHING: Mapping[str, str] = MappingProxyType({})


class Platform(ABC):
    """A platform. The defaults are those of CPython on Linux, on a machine that runs it."""

    # Its name in options.
    name: str
    # The CAPABILITIES that it lacks, each with the reason.
    lacks: Mapping[str, str] = NOTHING
    # The tag of its wheels, which names the oldest system that they run on; "" for any.
    tag = ""
    # The machines for which each of its wheels contains code, if there are several.
    machines: Sequence[str] = ("",)
    # The name of the model that checks its wheels, if nothing can run.
    checked_by = ""
    # Whether its interpreter is not one of this machine's.
    is_foreign = False
    # Whether about one in a thousand of its programs ends without a message. Such a program is run once more.
    loses_programs = False
    # Whether its interpreter runs pip. Otherwise this machine's pip installs for it.
    runs_pip = True
    # Whether its pip would install into a folder that exists only while its interpreter runs.
    prefix_is_in_memory = False
    # Whether its wheels are repaired for publishing, and options for the repairing tool.
    is_repaired = True
    repair_options: Sequence[str] = ()
    # The folder with its Meson file and its CMake toolchain file, and one with programs that builds and repairs find
    # first on PATH.
    files: Path | None = None
    programs: Path | None = None
    # Variables for builds: compilers, and the platform that this machine's interpreter should claim to be.
    environment: Mapping[str, str] = NOTHING

    @property
    def loader(self) -> str:
        """Its loader: glibc, musl, Windows, dyld or Emscripten."""
        return "glibc"

    @property
    @abstractmethod
    def title(self) -> str:
        """Its name in reports."""

    @property
    @abstractmethod
    def version(self) -> tuple[int, ...]:
        """The version of its interpreter: major and minor."""

    @cached_property
    @abstractmethod
    def interpreter(self) -> Interpreter:
        """Its interpreter, which the first use installs."""

    @abstractmethod
    def tags(self) -> Iterator[Tag]:
        """Return the tags of the wheels that pip would install for it, best first."""

    def extension(self, name: str) -> str:
        """Return the file name of an extension module: the one for the stable ABI, if the platform has one."""
        return f"{name}.abi3.so"

    def pip_options(self) -> list[str]:
        """Return options with which this machine's pip chooses wheels for the platform, if its own does not run."""
        return []

    def unmet(self, needs: Sequence[str]) -> str | None:
        """Return the reason why the platform lacks one of these capabilities, or None if it has all of them.

        Raises ValueError if CAPABILITIES has no such name.
        """
        if unknown := sorted({*needs} - {*CAPABILITIES}):
            raise ValueError(
                f"there is no capability {', '.join(unknown)}. The capabilities are: {', '.join(CAPABILITIES)}"
            )
        return next((self.lacks[name] for name in needs if name in self.lacks), None)

    def recipes(self) -> list[Path]:
        """Return the files that decide how its wheels are built."""
        modules = [Path(inspect.getfile(kind)) for kind in type(self).__mro__ if issubclass(kind, Platform)]
        of_folders = [file for module in modules if module.name == "__init__.py" for file in module.parent.rglob("*.*")]
        return sorted({*modules, *(file for file in of_folders if file.suffix != ".pyc")})

    def start(self) -> None:  # noqa: B027 - most platforms have nothing to start
        """Start the processes that its programs need."""

    def runner(self) -> str:
        """Return the name and version of the emulator that runs its programs; "" if this machine can."""
        return ""

    def emulator(self) -> list[str]:
        """Return the beginning of the command that runs a program; empty if this machine can."""
        return []

    def host_paths(self, text: str) -> str:
        """Return output of its programs with paths translated to this machine's."""
        return text

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """Copy its interpreter to a folder; return the copy's executable or a script in its place, in a folder bin.

        The copy may share files with `like`, an earlier copy.
        """
        return interpreters.copy(self.interpreter, destination, like=like)

    def make_venv(self, base: Path, directory: Path) -> Path:
        """Make a virtual environment that sees the packages of its base; return its interpreter."""
        interpreters.make_venv(base, directory)
        return directory / "bin" / "python"

    def site_packages(self, python: Path) -> Path:
        """Return the site-packages of a virtual environment, by its interpreter."""
        (directory,) = python.parents[1].glob("lib/*/site-packages")
        return directory

    def compilers(self) -> Path | None:
        """Install the compilers that its environment names, if any; return the folder of their commands."""
        return None

    def put_compilers_on_path(self) -> None:
        """Put its compilers on PATH, for all processes that this one starts."""
        if folder := self.compilers():
            os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def before_repair(self, wheel: Path, folder: Path, environment: Mapping[str, str]) -> Path:
        """Return the wheel to repair: this one, or a changed copy in a folder."""
        return wheel
