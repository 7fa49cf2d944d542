"""PyPy 3.11 from Debian's testing suite, with the glibc of that suite, since this machine's is too old for it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import packaging
from packaging.tags import Tag, parse_tag

from ...processes import run
from .. import debian
from ..installations import installed_once

NAME = "pypy3.11"
# The interpreter and its dependencies. Extensions in C++ need libstdc++6.
PACKAGES = (
    "libbz2-1.0",
    "libc6",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "libncursesw6",
    "libstdc++6",
    "libtinfo6",
    "pypy3",
    "pypy3-dev",
    "pypy3-lib",
    "zlib1g",
)


def interpreter() -> Path:
    """Return a prefix with bin/pypy3.11."""
    return installed_once(NAME, make, "making PyPy runnable")


def packages() -> Path:
    """Return a folder like /usr with the interpreter and the libraries that it needs."""
    return installed_once(f"{NAME}-packages", unpack, "unpacking Debian's PyPy") / "usr"


def unpack(directory: Path) -> None:
    """Unpack Debian's packages."""
    debian.packages(directory, *PACKAGES, suite="forky", architecture="amd64")


def make(directory: Path) -> None:
    """Make a copy of the interpreter use the loader and the libraries in the folder of the packages."""
    libraries = packages() / "lib" / "x86_64-linux-gnu"
    executable = directory / "bin" / NAME
    executable.parent.mkdir()
    shutil.copy2(packages() / "bin" / NAME, executable)
    loader: list[str | Path] = ["--set-interpreter", libraries / "ld-linux-x86-64.so.2"]
    # RPATH, because unlike RUNPATH it also works for the libraries' own needs.
    run(["patchelf", *loader, "--force-rpath", "--set-rpath", libraries, executable])
    for folder in ("include", "lib"):
        shutil.copytree(packages() / folder / NAME, directory / folder / NAME)
    # This module names Debian's folders, such as /usr/include. Without it, PyPy uses a module that computes its own.
    (directory / "lib" / NAME / "_sysconfigdata__x86_64-linux-gnu.py").unlink()
    # Debian compiles the modules on installation.
    run([executable, "-m", "compileall", "-q", directory / "lib" / NAME])


def tags(prefix: Path) -> Iterator[Tag]:
    """Return the tags of the wheels that it installs, best first. Its releases have different ABI tags."""
    environment = {"PYTHONPATH": str(Path(packaging.__file__).parents[1])}
    code = "from packaging.tags import sys_tags; print(*sys_tags())"
    for tag in run([prefix / "bin" / NAME, "-c", code], environment).split():
        yield from parse_tag(tag)


def extension_suffix(prefix: Path) -> str:
    """Return the suffix of extension modules, from one of its own: PyPy has no suffix for the stable ABI."""
    own = next((prefix / "lib" / NAME).glob("_pypy_openssl.*"))
    return "".join(own.suffixes)
