"""Fixtures: the wheels, and the layouts of the interpreter that runs the tests."""

from collections.abc import Iterator

import pytest

from support.layouts import Layouts, temporary_layouts
from support.limits import reasons
from support.target import TARGET
from support.wheels import Wheelhouse, wheelhouse


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share layouts in one process: those of a file, in the longest file those of a consumer.

    Skip what can't be on the target.
    """
    for item in items:
        for reason in reasons(item.nodeid):
            item.add_marker(pytest.mark.skip(reason=f"{TARGET.name}: {reason}"))
        consumer = getattr(item, "callspec", None) and item.callspec.params.get("consumer")
        group = f"layouts of {consumer}" if item.path.name == "test_layouts.py" else item.path.name
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def wheels() -> Wheelhouse:
    """The sdists and wheels of the working tree."""
    return wheelhouse()


@pytest.fixture(scope="session")
def layouts(wheels: Wheelhouse) -> Iterator[Layouts]:
    """Disposable copies of the interpreter, with packages in their site-packages."""
    with temporary_layouts(wheels) as made:
        yield made
