"""Disposable copies of the interpreter under test: real schemes to install into, and nobody's machine is touched."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import Tag, compatible_tags, cpython_tags, sys_tags

from .environment import clean_environment
from .libraries import needed
from .target import TARGET

# Left out of the copy: what is installed there, what marks it as managed by the distribution, and bulk.
LEFT_OUT = (
    "site-packages",
    "dist-packages",
    "EXTERNALLY-MANAGED",
    "test",
    "config-*",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "tkinter",
    "turtledemo",
)


IS_EMSCRIPTEN = TARGET.loader == "Emscripten"
IS_WINDOWS = TARGET.loader == "Windows"
IS_MACOS = TARGET.loader == "Dyld"


@dataclass(frozen=True)
class Interpreter:
    """An installation of Python."""

    prefix: Path
    version: tuple[int, int]
    # Of its executable and of its standard library's folder: python3.13, python3.13t.
    name: str
    # Folders: the C headers, and libpython.
    include: Path
    libraries: Path

    @property
    def executable(self) -> Path:
        """The interpreter itself."""
        return self.prefix / ("python.exe" if IS_WINDOWS else f"bin/{self.name}")

    def extension(self, name: str) -> str:
        """Return the name of an extension module's file: of one for the stable ABI, unless there is no such name."""
        if TARGET.extension_suffix:
            return name + TARGET.extension_suffix(self.prefix)
        return name + (".pyd" if IS_WINDOWS else ".abi3.so")

    def tags(self) -> Iterator[Tag]:
        """Return the tags of the wheels that pip would install for it, best first."""
        if TARGET.interpreter is None:
            yield from sys_tags()
        elif TARGET.tags:
            yield from TARGET.tags(self.prefix)
        else:
            yield from cpython_tags(self.version, platforms=TARGET.platforms)
            yield from compatible_tags(self.version, platforms=TARGET.platforms)

    def emulator(self) -> list[str]:
        """Return the command that runs it, to be followed by its executable; empty if the machine can run it."""
        return [word.format(prefix=self.prefix) for word in TARGET.emulator]

    def pip_options(self) -> list[str]:
        """Return options by which another interpreter's pip chooses wheels as this one's would."""
        version = "".join(map(str, self.version))
        abis = [f"--abi={abi}" for abi in (f"cp{version}", "abi3", "none")]
        platforms = [f"--platform={platform}" for platform in TARGET.platforms]
        return [f"--python-version={version}", "--implementation=cp", *abis, *platforms]


def under_test() -> Interpreter:
    """Return the target's interpreter; if it has none, that which runs this, the one under its virtual environment."""
    if TARGET.interpreter is None:
        name = Path(sysconfig.get_path("stdlib")).name
        folders = Path(sysconfig.get_path("include")), Path(sysconfig.get_config_var("LIBDIR") or "")
        return Interpreter(Path(sys.base_prefix), sys.version_info[:2], name, *folders)
    prefix = TARGET.interpreter()
    name = f"{TARGET.program}{TARGET.python}"
    version = tuple(map(int, TARGET.python.split(".")))
    return Interpreter(prefix, version, name, prefix / "include" / name, prefix / "lib")


UNDER_TEST = under_test()


def copy_interpreter(destination: Path, *, like: Path | None = None) -> Path:
    """Copy the interpreter under test and return the copy's executable, or what stands for it here, in its bin folder.

    The executable is a copy as well, since a link would lead CPython back to the original's standard library, and so is
    libpython, since an ordinary user may not be able to read the original's. The standard library is that of `like`, an
    earlier copy, if there is one, by hard links: a copy takes ten times as long.
    """
    prefix, name = UNDER_TEST.prefix, UNDER_TEST.name
    if TARGET.copy_interpreter:
        return TARGET.copy_interpreter(destination, prefix)
    if TARGET.script:
        shutil.copytree(prefix, destination, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        (destination / "Lib" / "site-packages").mkdir()
        return script_for(destination / "python.exe", TARGET.script)
    executable = destination / "bin" / name
    executable.parent.mkdir(parents=True)
    shutil.copy2((prefix / "bin" / name).resolve(), executable)
    shutil.copytree(
        (like or prefix) / "lib" / name,
        destination / "lib" / name,
        ignore=shutil.ignore_patterns(*LEFT_OUT),
        copy_function=os.link if like else shutil.copy2,
    )
    for libpython in filter(lambda name: name.startswith("libpython"), needed(executable)):
        shutil.copy2(UNDER_TEST.libraries / libpython, destination / "lib")
        subprocess.run(["patchelf", "--set-rpath", "$ORIGIN/../lib", executable], check=True)
    # For builds with this interpreter.
    if UNDER_TEST.include.is_dir():
        (destination / "include").mkdir()
        (destination / "include" / name).symlink_to(UNDER_TEST.include)
    if TARGET.emulator:
        emulate(executable)
    return executable


def emulate(executable: Path) -> None:
    """Put a script in an executable's place, by which the kernel can start it."""
    program = executable.with_name(f".{executable.name}")
    executable.rename(program)
    emulator = shlex.join(UNDER_TEST.emulator())
    # The name under which it was called, by which CPython finds its folders and a virtual environment's.
    executable.write_text(f'#!/bin/sh\nexec {emulator} -0 "$0" {shlex.quote(str(program))} "$@"\n')
    executable.chmod(0o755)


def script_for(program: Path, script: Callable[[Path, Path], Path]) -> Path:
    """Return a script, in a folder bin, that runs a Windows interpreter here."""
    prefix = program.parent if program.parent.name != "Scripts" else program.parents[1]
    (prefix / "bin").mkdir()
    return script(prefix / "bin" / "python", program)


def make_venv(base: Path, directory: Path) -> Path:
    """Make a virtual environment that sees the packages of its base; return its interpreter."""
    if TARGET.make_venv:
        return TARGET.make_venv(base, directory)
    command = [base, "-m", "venv", "--without-pip", "--system-site-packages", directory]
    subprocess.run(command, env=clean_environment(), check=True, capture_output=True)
    if TARGET.script:
        return script_for(directory / "Scripts" / "python.exe", TARGET.script)
    return directory / "bin" / "python"


def site_packages(python: Path) -> Path:
    """Return the site-packages of a virtual environment, by its interpreter."""
    if IS_WINDOWS:
        return python.parents[1] / "Lib" / "site-packages"
    (directory,) = python.parents[1].glob("lib/*/site-packages")
    return directory
