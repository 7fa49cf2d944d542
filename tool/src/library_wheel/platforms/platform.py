"""What a platform is: which interpreter runs its wheels, and how, and what it lacks of what tests need."""

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

    # What options call it.
    name: str
    # Those of CAPABILITIES that it lacks, and why.
    lacks: Mapping[str, str] = NOTHING
    # The tag of its wheels, which says on how old a system they run; "" for any.
    tag = ""
    # The machines that each of its wheels has code for, if there are several.
    machines: Sequence[str] = ("",)
    # What its wheels are checked by, if nothing can be run.
    checked_by = ""
    # Whether its wheels are built here for another interpreter than this machine's.
    is_foreign = False
    # Whether what runs its programs ends one in a thousand without a word: what fails so is run once more.
    loses_programs = False
    # Whether pip runs there. Otherwise this machine's unpacks what that one would.
    runs_pip = True
    # Whether the folder in which its pip would install exists only while its interpreter runs.
    prefix_is_in_memory = False
    # Whether a wheel is repaired to be one to publish, and options for the tool that does it.
    is_repaired = True
    repair_options: Sequence[str] = ()
    # The folder with its Meson file and its CMake toolchain file, and one with programs that builds and repairs find
    # first on PATH.
    files: Path | None = None
    programs: Path | None = None
    # For builds: compilers, and what this machine's interpreter should say about itself.
    environment: Mapping[str, str] = NOTHING

    @property
    def loader(self) -> str:
        """Whose rules its libraries are found by: glibc, musl, Windows, dyld or Emscripten."""
        return "glibc"

    @property
    @abstractmethod
    def title(self) -> str:
        """What reports call it."""

    @property
    @abstractmethod
    def version(self) -> tuple[int, ...]:
        """The version of its interpreter: major and minor."""

    @cached_property
    @abstractmethod
    def interpreter(self) -> Interpreter:
        """Its interpreter, which is made when it is asked for."""

    @abstractmethod
    def tags(self) -> Iterator[Tag]:
        """Return the tags of the wheels that pip would install for it, best first."""

    def extension(self, name: str) -> str:
        """Return the name of an extension module's file: of one for the stable ABI, unless there is no such name."""
        return f"{name}.abi3.so"

    def pip_options(self) -> list[str]:
        """Return options with which this machine's pip chooses wheels as its own would, if that does not run."""
        return []

    def unmet(self, needs: Sequence[str]) -> str | None:
        """Return why the platform lacks something of what is needed, None if it has everything.

        Raises ValueError if CAPABILITIES has no such name.
        """
        if unknown := sorted({*needs} - {*CAPABILITIES}):
            raise ValueError(f"there is no capability {', '.join(unknown)}, only {', '.join(CAPABILITIES)}")
        return next((self.lacks[name] for name in needs if name in self.lacks), None)

    def recipes(self) -> list[Path]:
        """Return the files that decide how its wheels are built."""
        modules = [Path(inspect.getfile(kind)) for kind in type(self).__mro__ if issubclass(kind, Platform)]
        of_folders = [file for module in modules if module.name == "__init__.py" for file in module.parent.rglob("*.*")]
        return sorted({*modules, *(file for file in of_folders if file.suffix != ".pyc")})

    def start(self) -> None:  # noqa: B027 - most platforms have nothing to start
        """Start what has to run before its programs."""

    def runner(self) -> str:
        """Return the name and version of what runs its programs, if this machine can't; "" if it can."""
        return ""

    def emulator(self) -> list[str]:
        """Return the command that runs a program, to be followed by it; empty if this machine can."""
        return []

    def host_paths(self, text: str) -> str:
        """Return a text of its programs with paths as this machine has them."""
        return text

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """Copy its interpreter to a folder; return the copy's executable, or what stands for it, in a folder bin.

        Files that can be shared may be those of `like`, an earlier copy.
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
        """Let all processes that this one starts find its compilers."""
        if folder := self.compilers():
            os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def before_repair(self, wheel: Path, folder: Path, environment: Mapping[str, str]) -> Path:
        """Return the wheel that the repairing tool gets: this one, or another in a folder."""
        return wheel
