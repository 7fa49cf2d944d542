"""Disposable copies of a CPython: real schemes to install into, and nobody's machine is touched."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from .libraries import needed

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


def copy_interpreter(destination: Path) -> Path:
    """Copy the interpreter that runs this, the one under its virtual environment, and return the copy's executable.

    The executable is a copy as well, since a link would lead CPython back to the original's standard library, and so is
    libpython, since an ordinary user may not be able to read the original's.
    """
    prefix = Path(sys.base_prefix)
    version = Path(sysconfig.get_path("stdlib")).name  # python3.13, python3.13t
    executable = destination / "bin" / version
    executable.parent.mkdir(parents=True)
    shutil.copy2((prefix / "bin" / version).resolve(), executable)
    shutil.copytree(prefix / "lib" / version, destination / "lib" / version, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for libpython in filter(lambda name: name.startswith("libpython"), needed(executable)):
        shutil.copy2(Path(sysconfig.get_config_var("LIBDIR"), libpython), destination / "lib")
        subprocess.run(["patchelf", "--set-rpath", "$ORIGIN/../lib", executable], check=True)
    # For builds with this interpreter.
    include = Path(sysconfig.get_path("include"))
    if include.is_dir():
        (destination / "include").mkdir()
        (destination / "include" / version).symlink_to(include)
    return executable
