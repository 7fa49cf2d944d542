"""Copy headers to where they are packed from: `take_files.py --help`.

Meson itself knows no patterns, and installs no file of a subproject for the project that uses it.
"""

import argparse
import shutil
import sys
from pathlib import Path


def take(folders: list[Path], patterns: list[str], destination: Path) -> None:
    """Copy what patterns match in folders, each file or folder under its own name, or end the program."""
    destination.mkdir(parents=True, exist_ok=True)
    for pattern in patterns:
        matches = [match for folder in folders for match in folder.glob(pattern)]
        if not matches:
            sys.exit(f"{pattern}, which meson.build names, is not in {' or '.join(map(str, folders))}.")
        for match in matches:
            if match.is_dir():
                shutil.copytree(match, destination / match.name, dirs_exist_ok=True)
            else:
                shutil.copyfile(match, destination / match.name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("destination", type=Path, help="a folder; headers get its folder include")
    parser.add_argument("--from", dest="folders", nargs="+", type=Path, required=True, help="where to look for them")
    parser.add_argument("--headers", nargs="+", required=True, help="files, folders and patterns")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.destination, ignore_errors=True)  # what an earlier configuration has taken
    take(arguments.folders, arguments.headers, arguments.destination / "include")
