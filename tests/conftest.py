"""Fixtures: the wheels, and the layouts of the interpreter that runs the tests."""

from collections.abc import Iterator

import pytest

from support.layouts import Layouts, temporary_layouts
from support.wheels import Wheelhouse, wheelhouse


@pytest.fixture(scope="session")
def wheels() -> Wheelhouse:
    """The sdists and wheels of the working tree."""
    return wheelhouse()


@pytest.fixture(scope="session")
def layouts(wheels: Wheelhouse) -> Iterator[Layouts]:
    """Disposable copies of the interpreter, with packages in their site-packages."""
    with temporary_layouts(wheels) as made:
        yield made
