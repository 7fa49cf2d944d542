"""Fixtures: the wheels, and the layouts of the interpreter that runs the tests."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

import pytest

from support.cache import run
from support.layouts import Layouts, temporary_layouts
from support.target import TARGET
from support.wheels import Wheelhouse, wheelhouse

SUBJECTS = ("consumer", "exporter_place", "consumer_place")


# Before pytest-xdist's own, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share layouts in one process: those of a file, in the longest file those of a consumers' place.

    And whatever is about editable installs, which are compiled: each is made once. They come first, since that of the
    exporter can be made while another process builds the wheels.

    Skip what can't be on the target. Put on record, for reports, which consumer in which layout a test is about, and
    whether it runs anything.
    """
    for item in items:
        for pattern, reason in TARGET.limits.items():
            if fnmatchcase(item.nodeid, f"*{pattern}"):
                item.add_marker(pytest.mark.skip(reason=f"{TARGET.name}: {reason}"))
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        # Of an empty list of parameters pytest makes one that is no text, which pytest-xdist can't send.
        item.user_properties += [(name, value) for name in SUBJECTS if isinstance(value := parameters.get(name), str)]
        if TARGET.checked_by:
            item.user_properties.append(("verdict", "checked"))
        group = f"{item.path.name} {parameters.get('consumer_place', '')}"
        item.add_marker(pytest.mark.xdist_group("editable" if "editable" in item.nodeid else group))
    items.sort(key=lambda item: "editable" not in item.nodeid)


@pytest.fixture(scope="session")
def wheels() -> Wheelhouse:
    """The sdists and wheels of the working tree."""
    return wheelhouse()


@pytest.fixture(scope="session")
def interpreter(layouts: Layouts) -> dict[str, str]:
    """The interpreter under test, in words, and what runs it if the machine can't."""
    if TARGET.checked_by:
        return {"interpreter": f"none: wheels for CPython {TARGET.python}", "runner": TARGET.checked_by}
    version = "import platform; result = [platform.python_implementation(), platform.python_version()]"
    runner = run(TARGET.runner_version).splitlines()[0] if TARGET.runner_version else ""
    return {"interpreter": " ".join(layouts.layout({}).evaluate(version)), "runner": runner}


@pytest.fixture
def _interpreter_on_record(interpreter: dict[str, str], record_property: Callable[[str, object], None]) -> None:
    """Put on record, for reports, what runs a test."""
    for name, value in interpreter.items():
        record_property(name, value)


@pytest.fixture(scope="session")
def layouts(request: pytest.FixtureRequest) -> Iterator[Layouts]:
    """Disposable copies of the interpreter, with packages in their site-packages."""
    with temporary_layouts(lambda: request.getfixturevalue("wheels")) as made:
        yield made
