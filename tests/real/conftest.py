"""Fixtures of the tests with real libraries: build requirements, and layouts with the wheels that each file builds."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from library_wheel.cache import made_once
from library_wheel.processes import run
from library_wheel.project.builds import build_requirements
from library_wheel.project.layouts import Layouts, temporary_layouts
from library_wheel.project.wheels import Wheelhouse


@pytest.fixture(scope="session")
def requirements() -> Path:
    """A folder with the wheels that exporters' builds with meson-python need, downloaded once."""

    def download(unfinished: Path) -> None:
        for wheel in build_requirements().glob("*.whl"):
            shutil.copy2(wheel, unfinished)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        run([*pip, "--dest", unfinished, "lief>=0.17"])

    return made_once(build_requirements().with_name(f"{build_requirements().name}-lief"), download, "downloading lief")


@pytest.fixture(scope="module")
def layouts(built: Wheelhouse) -> Iterator[Layouts]:
    """Layouts of the wheels of a file, from its fixture `built`."""
    with temporary_layouts(lambda: built) as made:
        yield made
