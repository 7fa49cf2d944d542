"""Make the sdists to publish, and the wheels that work on every platform."""

import argparse
import shutil
from pathlib import Path

from ..project.builds import is_pure
from ..project.packages import PACKAGES
from ..project.wheels import wheelhouse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Build them and copy them into the folder."""
    arguments.folder.mkdir(parents=True, exist_ok=True)
    built = wheelhouse()
    for name in PACKAGES:
        for file in (built.sdist(name), built.repaired(name)):
            if file.suffix != ".whl" or is_pure(file):
                print(shutil.copy2(file, arguments.folder))
    return 0
