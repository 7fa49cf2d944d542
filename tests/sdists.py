"""Make the sdists to publish, and the wheels that work on every platform: `python sdists.py FOLDER`."""

import argparse
import shutil
from pathlib import Path

from support.builds import is_pure
from support.packages import PACKAGES
from support.wheels import wheelhouse


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    built = wheelhouse()
    for name in PACKAGES:
        for file in (built.sdist(name), built.repaired(name)):
            if file.suffix != ".whl" or is_pure(file):
                print(shutil.copy2(file, folder))


if __name__ == "__main__":
    main()
