"""Fixtures: the wheels, and the layouts of the interpreter that runs the tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.layouts import Layouts
from support.wheels import Wheelhouse, wheelhouse


@pytest.fixture(scope="session")
def wheels() -> Wheelhouse:
    """The sdists and wheels of the working tree."""
    return wheelhouse()


@pytest.fixture(scope="session")
def layouts(wheels: Wheelhouse) -> Iterator[Layouts]:
    """Disposable copies of the interpreter, in a folder that every user can enter."""
    with tempfile.TemporaryDirectory(prefix="library-wheel-") as directory:
        Path(directory).chmod(0o755)
        yield Layouts(Path(directory), wheels)
