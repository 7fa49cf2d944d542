"""Let cibuildwheel build, repair and test the wheels to publish, into the project's folder dist/.

cibuildwheel's options for each package are written into dist/options, with the steps that they name beside it.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import tomli_w

from ..errors import CannotRunError
from ..project.packages import ALL, ROOT
from ..project.settings import Package
from .options import options
from .prepare import prepare

# The commands in cibuildwheel.toml name this folder.
DIST = ROOT / "dist"


def run(arguments: argparse.Namespace) -> int:
    """Build the packages in the order of the project's list, so that consumers are built against this run's exporters.

    Returns 1 if cibuildwheel fails. Raises CannotRunError if it is not installed, or if dist/ is a file.
    """
    if not importlib.util.find_spec("cibuildwheel"):
        raise CannotRunError(
            "cibuildwheel is missing: with CPython 3.11 or later, run "
            f'{sys.executable} -m pip install "library-wheel[publishing]"'
        )
    if DIST.is_file():
        raise CannotRunError(f"{DIST} is a file, but has to be the folder for the wheels: move it away")
    shutil.rmtree(DIST, ignore_errors=True)
    write_options(ROOT, DIST / "options")
    prepare(DIST)
    for package in ALL.values():
        if not package.pure and not built(package, arguments.options):
            return 1
    return 0


def write_options(root: Path, folder: Path) -> None:
    """Write a file for each package below `root` into a folder, under the name of the package's folder."""
    folder.mkdir(parents=True)
    for package in ALL.values():
        content = {"tool": {"cibuildwheel": options(root, package.folder)}}
        (folder / f"{Path(package.folder).name}.toml").write_text(tomli_w.dumps(content), encoding="utf-8")


def built(package: Package, arguments: list[str]) -> bool:
    """Let cibuildwheel build a package; return whether it succeeds."""
    file = DIST / "options" / f"{Path(package.folder).name}.toml"
    # Wheels that PyPI refuses stay apart from those to upload. An exporter must be where builds of consumers look.
    output = DIST if package.published or package.libraries else DIST / "private"
    command = [sys.executable, "-m", "cibuildwheel", *arguments, f"--config-file={file}", f"--output-dir={output}"]
    return subprocess.run([*command, package.folder], cwd=ROOT).returncode == 0
