"""zig, the compiler for all these platforms but macOS: one installation for all checkouts.

What it has compiled of a platform's C and C++ libraries, a minute or two for each, zig finds again only from the path
of its installation.
"""

import sys
from pathlib import Path

from cross.cache import CACHE
from support.cache import made_once, run

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def installation() -> Path:
    """Return the folder of the package ziglang; its command, python-zig, is in bin.

    Its name has the version and nothing of this file: an edit here is to leave zig what it has compiled.
    """
    (requirement, *_) = REQUIREMENTS.read_text().split()
    return made_once(CACHE / requirement.replace("==", "-"), install, f"installing {requirement}")


def commands() -> Path:
    """Return the folder for PATH."""
    return installation() / "bin"


def install(directory: Path) -> None:
    """Install the package, with a command that is for no Python in particular."""
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", directory]
    run([sys.executable, "-m", "pip", "install", *options, "--requirement", REQUIREMENTS])
    command = directory / "bin" / "python-zig"
    command.unlink()
    command.symlink_to(Path("..", "ziglang", "zig"))
