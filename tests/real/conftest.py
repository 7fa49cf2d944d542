"""Fixtures of the exporters that meson-python builds from an upstream's own build."""

import shutil
import sys
from pathlib import Path

import pytest

from support.builds import build_requirements
from support.cache import made_once, run


@pytest.fixture(scope="session")
def requirements() -> Path:
    """A folder with the wheels that their builds need; downloaded once."""

    def download(unfinished: Path) -> None:
        for wheel in build_requirements().glob("*.whl"):
            shutil.copy2(wheel, unfinished)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--dest", unfinished, "lief>=0.16"])

    return made_once(build_requirements().with_name(f"{build_requirements().name}-lief"), download, "downloading lief")
