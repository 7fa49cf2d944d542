"""Fixtures and hooks for a project's tests, which build its wheels and make layouts for the interpreter under test.

`library_wheel.pytest_plugin` registers this module if the tests belong to a project.
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn, Protocol

import pytest

from ..processes import CommandError
from ..variables import with_programs
from .builds import CACHE
from .layouts import Layouts, temporary_layouts
from .packages import PACKAGES
from .platform import PLATFORM
from .wheels import Wheelhouse, wheelhouse

SUBJECTS = ("consumer", "exporter_place", "consumer_place")

# Fixtures that need the wheels, and the number of lines shown from a failing build's output.
OF_WHEELS = {"wheels", "layouts"}
LAST_LINES = 30


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker with which a test names the capabilities it needs. Put this environment's programs on PATH."""
    os.environ["PATH"] = with_programs(os.environ["PATH"])
    config.addinivalue_line(
        "markers", "needs(capability, ...): what the test needs of a platform, by the names of CAPABILITIES."
    )


class Worker(Protocol):
    """One of pytest-xdist's processes, whose module has no types."""

    config: pytest.Config


# Runs before the hook of pytest-xdist, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share layouts in one process: those of a file, or of a consumers' place in test_layouts.py.

    Tests of editable installs, which are compiled once each, also share a process. They come first, since they take
    long.

    Skip tests that need a capability that the platform lacks. Record for reports the consumer and the layout that a
    test is about, and whether it runs anything.
    """
    for item in items:
        if reason := unmet_need(item):
            item.add_marker(pytest.mark.skip(reason=f"{PLATFORM.name}: {reason}"))
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        # For an empty list of parameters, pytest passes an object that is not text, which pytest-xdist can't send.
        item.user_properties += [(name, value) for name in SUBJECTS if isinstance(value := parameters.get(name), str)]
        if PLATFORM.checked_by:
            item.user_properties.append(("verdict", "checked"))
        # Without pytest-xdist, pytest doesn't know the marker and would warn.
        if item.config.pluginmanager.hasplugin("xdist"):
            group = f"{item.path.name} {parameters.get('consumer_place', '')}"
            item.add_marker(pytest.mark.xdist_group("editable" if "editable" in item.nodeid else group))
    items.sort(key=lambda item: "editable" not in item.nodeid)


def unmet_need(item: pytest.Item) -> str | None:
    """Return the reason why the platform lacks a capability that a test needs, or None."""
    needs = [name for marker in item.iter_markers("needs") for name in marker.args]
    try:
        return PLATFORM.unmet(needs)
    except ValueError as error:
        said = f"{item.nodeid}: {error}"
        if hasattr(item.config, "workeroutput"):
            # pytest-xdist would report an exception here as an error of its own.
            stop(item.config, "A test needs a capability that does not exist:", said)
        raise pytest.UsageError(said) from error


# Runs before the hook of pytest-xdist, which starts no test until every process has reported the tests it collected.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the wheels if a test needs them. If a build fails, this is reported once, and no test starts.

    If there are several processes, the first one builds.
    """
    if session.config.option.collectonly:
        return
    PLATFORM.put_compilers_on_path()
    first = getattr(session.config, "workerinput", {}).get("workerid", "gw0") == "gw0"
    if not first or not any(map(needs_wheels, session.items)):
        return
    try:
        wheelhouse(lambda: announce(session.config, f"Building {', '.join(PACKAGES)}; the tests start afterwards."))
    except CommandError as error:
        log = CACHE / "failed-build.log"
        log.write_text(str(error), encoding="utf-8")
        said = "\n".join([f"The whole output is in {log}.", "...", *str(error).splitlines()[-LAST_LINES:]])
        stop(session.config, "A build failed. Its last lines:", said)


def announce(config: pytest.Config, said: str) -> None:
    """Write a line to the terminal at once, also from a process of pytest-xdist, whose stderr is the terminal."""
    if capture := config.pluginmanager.get_plugin("capturemanager"):
        with capture.global_and_fixture_disabled():
            print(said, file=sys.stderr, flush=True)


def needs_wheels(item: pytest.Item) -> bool:
    """Return whether a test will run and asks for the wheels."""
    return not OF_WHEELS.isdisjoint(getattr(item, "fixturenames", ())) and item.get_closest_marker("skip") is None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker) -> None:
    """Stop the other processes if one has stopped."""
    if reason := getattr(node, "workeroutput", {}).get("stopped"):
        stop(node.config, *reason)


def stop(config: pytest.Config, title: str, said: str) -> NoReturn:
    """End the run in all processes before any test, with a message."""
    if hasattr(config, "workeroutput"):
        config.workeroutput["stopped"] = (title, said)
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        reporter.section(title, red=True)
        reporter.write_line(said)
    pytest.exit("no test was run", returncode=1)


@pytest.fixture(scope="session")
def wheels() -> Wheelhouse:
    """The sdists and wheels of the working tree."""
    return wheelhouse()


@pytest.fixture(scope="session")
def interpreter(layouts: Layouts) -> dict[str, str]:
    """A description of the interpreter under test, and the emulator that runs it if the machine can't."""
    if PLATFORM.checked_by:
        wanted = ".".join(map(str, PLATFORM.version))
        return {"interpreter": f"none: wheels for CPython {wanted}", "runner": PLATFORM.checked_by}
    version = "import platform; result = [platform.python_implementation(), platform.python_version()]"
    return {"interpreter": " ".join(layouts.layout({}).evaluate(version)), "runner": PLATFORM.runner()}


@pytest.fixture
def _interpreter_on_record(interpreter: dict[str, str], record_property: Callable[[str, object], None]) -> None:
    """Record for reports the interpreter that runs a test."""
    for name, value in interpreter.items():
        record_property(name, value)


@pytest.fixture(scope="session")
def layouts(request: pytest.FixtureRequest) -> Iterator[Layouts]:
    """Disposable copies of the interpreter, with packages in their site-packages."""
    with temporary_layouts(lambda: request.getfixturevalue("wheels")) as made:
        yield made
