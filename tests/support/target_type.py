"""What a platform is to the tests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.tags import Tag

from .repair import auditwheel


@dataclass(frozen=True)
class Target:
    """A platform: how wheels are built for it, and which interpreter runs them."""

    name: str
    # What reports call it.
    title: str
    # Makes the interpreter at the first call and returns its prefix. None: it is the one that runs the tests.
    interpreter: Callable[[], Path] | None = None
    # The interpreter's version, what its executable is called before that, and the platform tags of the wheels that it
    # installs, best first.
    python: str = ""
    program: str = "python"
    platforms: tuple[str, ...] = ()
    # If it is not CPython, by its prefix: the whole tags, and how the names of extension modules' files end.
    tags: Callable[[Path], Iterable[Tag]] | None = None
    extension_suffix: Callable[[Path], str] | None = None
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
    # Builds a project's wheel for its interpreter into a folder, with options of `build`'s. None: as on this machine.
    build: Callable[..., None] | None = None
    # The folder with its cross file and toolchain file, and what else of the repository decides how wheels are built.
    files: Path | None = None
    recipes: tuple[str, ...] = ()
    # Makes a wheel one to publish, with the arguments of those in `repair.py`. None: it is one as it is built.
    repair: Callable[..., None] | None = auditwheel
    # Packages that can't be built for it, and why.
    without: Mapping[str, str] = field(default_factory=dict)
    # By whose rules the tests expect libraries to be found: a class of tests/support/loaders.py.
    loader: str = "Glibc"
    # How its interpreter is copied to a folder from its prefix, and how it makes a virtual environment: both return the
    # executable. None: as CPython on Linux has it.
    copy_interpreter: Callable[[Path, Path], Path] | None = None
    make_venv: Callable[[Path, Path], Path] | None = None
    # Of what runs foreign programs: what is started before them, what makes a script that runs one, and a text of
    # theirs with this machine's paths.
    start: Callable[[], None] | None = None
    script: Callable[[Path, Path], Path] | None = None
    host_paths: Callable[[str], str] | None = None
    # Whether it ends one program in a thousand without a word: what fails so is run once more.
    loses_programs: bool = False
    # Those of capabilities.py that it lacks, and why.
    lacks: Mapping[str, str] = field(default_factory=dict)
    # Of builds: compilers, and what this machine's interpreter is to say of itself.
    environment: Mapping[str, str] = field(default_factory=dict)
    # Installs the compilers that those variables name, at the first call, and returns the folder of their commands.
    commands: Callable[[], Path] | None = None
