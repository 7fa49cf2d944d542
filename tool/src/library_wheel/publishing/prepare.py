"""Empty the folder for wheels to publish, and write what cibuildwheel needs into it.

The folder gets cibuildwheel's options for each package, in options/ under the name of the package's folder; the file of
the steps that cibuildwheel runs, with what those read; and no exporters yet.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import tomli_w

from ..errors import CannotRunError
from ..layouts import PROBE
from ..project.builds import PINS
from ..project.hosted import cibuildwheel_options
from ..project.packages import ALL, ANSWER, EXPRESSION, ROOT

STEPS = Path(__file__).with_name("steps.py")


def run(arguments: argparse.Namespace) -> int:
    """Prepare the folder. Raises CannotRunError if emptying it would delete the project, or one of its packages."""
    folder = arguments.folder.resolve()
    if ROOT.resolve().is_relative_to(folder) or (folder / "pyproject.toml").exists():
        raise CannotRunError(
            f"{folder} contains a project, and this command would empty it: name a folder for wheels, such as dist"
        )
    if folder.is_file():
        raise CannotRunError(f"{folder} is a file: name a folder for wheels, such as dist")
    shutil.rmtree(folder, ignore_errors=True)
    write_options(ROOT, folder / "options")
    prepare(folder)
    return 0


def write_options(root: Path, folder: Path) -> None:
    """Write cibuildwheel's options for the packages below `root`."""
    folder.mkdir(parents=True)
    for package in ALL.values():
        options = {"tool": {"cibuildwheel": cibuildwheel_options(root, package.folder)}}
        (folder / f"{Path(package.folder).name}.toml").write_text(tomli_w.dumps(options), encoding="utf-8")


def prepare(folder: Path) -> None:
    """Write the file of the steps and the files that it reads, and run its first step for exporters already there."""
    for file in (STEPS, PROBE, *([PINS] if PINS.is_file() else [])):
        shutil.copy2(file, folder)
    packages = {
        name: {"module": package.module, "requires": package.requires, "libraries": package.libraries}
        for name, package in ALL.items()
    }
    known = {"packages": packages, "expression": EXPRESSION, "answer": ANSWER}
    (folder / "packages.json").write_text(json.dumps(known, indent=2), encoding="utf-8")
    subprocess.run([sys.executable, folder / STEPS.name, "exporters", folder], check=True)
