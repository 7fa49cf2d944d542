"""Make the sdists to publish, and the wheels that work on every platform."""

import argparse
import logging
import shutil

from ..errors import CannotRunError
from ..project.builds import cannot_build, is_pure
from ..project.packages import PACKAGES
from ..project.wheels import normalised, wheelhouse


def run(arguments: argparse.Namespace) -> int:
    """Build the files and copy them into the folder, in place of those of an older version."""
    if reason := cannot_build():
        raise CannotRunError(reason)
    # Builds take a minute or more, and say which package they have begun.
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    built = wheelhouse()
    for name in (name for name, package in PACKAGES.items() if package.published):
        for older in arguments.folder.glob(f"{normalised(name)}-*"):
            if older.suffix != ".whl" or is_pure(older):
                older.unlink()
        for file in (built.sdist(name), built.repaired(name)):
            if file.suffix != ".whl" or is_pure(file):
                print(shutil.copy2(file, arguments.folder))
    return 0
