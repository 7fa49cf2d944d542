"""zig, the compiler for all these platforms except macOS, installed once for all checkouts.

Compiling a platform's C and C++ libraries takes a minute or two. zig's cache of them is tied to the path of its
installation.
"""

import sys
from pathlib import Path

from ..cache import made_once
from ..processes import run
from .installations import CACHE

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def compilers_for(triple: str) -> dict[str, str]:
    """Return the variables with which build systems use zig's compilers for a platform."""
    return {
        "AR": "python-zig ar",
        "CC": f"python-zig cc -target {triple}",
        "CXX": f"python-zig c++ -target {triple}",
        "RANLIB": "python-zig ranlib",
    }


def installation() -> Path:
    """Return the folder of the package ziglang; its command, python-zig, is in bin.

    The folder's name depends only on the version, so that edits of this file don't invalidate zig's cache.
    """
    (requirement, *_) = REQUIREMENTS.read_text().split()
    return made_once(CACHE / requirement.replace("==", "-"), install, f"installing {requirement}")


def commands() -> Path:
    """Return the folder for PATH."""
    return installation() / "bin"


def install(directory: Path) -> None:
    """Install the package, with a command that works without any particular Python."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    run([*command, "--target", directory, "--requirement", REQUIREMENTS])
    program = directory / "bin" / "python-zig"
    program.unlink()
    program.symlink_to(Path("..", "ziglang", "zig"))
