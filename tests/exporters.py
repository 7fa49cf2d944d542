"""Let builds and tests install this run's exporters instead of the index's: `python exporters.py FOLDER`.

This picks the exporters' wheels in FOLDER that are for the running interpreter. constraints.txt names their files, for
tests. exporters/ has them unpacked, for tools that look for their libraries. build-constraints.txt names them for
builds, with the hashes of everything that a build may install. cibuildwheel runs this before builds and tests.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support.library import ALL

PINS = Path(__file__).parents[1] / "build-requirements.txt"
EXPORTERS = [name for name, package in ALL.items() if package.libraries]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.resolve()
    unpacked = folder / "exporters"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True)
    constraints, pinned = "", PINS.read_text(encoding="utf-8")
    for name in EXPORTERS:
        if wheel := for_this_interpreter(name, folder):
            constraints += f"{name} @ {wheel.as_uri()}\n"
            pinned += f"{name} @ {wheel.as_uri()}#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
            shutil.unpack_archive(wheel, unpacked, format="zip")
    (folder / "constraints.txt").write_text(constraints, encoding="utf-8")
    (folder / "build-constraints.txt").write_text(pinned, encoding="utf-8")


def for_this_interpreter(name: str, folder: Path) -> Path | None:
    """Return the wheel that pip chooses from a folder, if there is one."""
    # Without the constraints of the last interpreter.
    environment = {key: value for key, value in os.environ.items() if key != "PIP_CONSTRAINT"}
    with tempfile.TemporaryDirectory() as chosen:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:"]
        options = ["--find-links", folder, "--dest", chosen]
        subprocess.run([*command, *options, name], env=environment, stderr=subprocess.DEVNULL)
        return next((folder / file.name for file in Path(chosen).iterdir()), None)


if __name__ == "__main__":
    main()
