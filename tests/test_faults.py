"""What can go wrong on a user's machine, and what the user is told: what happened, to which file, what to do."""

from pathlib import Path

import pytest

from support.environment import ordinary_user
from support.layouts import Layout, Layouts
from support.loaders import LOADER
from support.packages import CONSUMERS, EXPORTER, LIBRARY_FILE, MODULE, PACKAGES, REQUIREMENT
from support.wheels import Wheelhouse


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and every consumer, in a folder of its own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def library_of(layout: Layout) -> Path:
    """Return the library's file in the exporter's package."""
    return layout.homes[EXPORTER] / MODULE / LIBRARY_FILE


def stub_of(layout: Layout) -> Path:
    """Return the stub's file in the exporter's package."""
    return layout.homes[EXPORTER] / MODULE / LOADER.extension("_init")


def assert_runs_another(layouts: Layouts, layout: Layout, module: str, **options: object) -> None:
    """Import a module where the exporter's library can't be loaded, but the loader finds this machine's own."""
    seen = layout.probe(module, **options)
    if "error" in seen:
        pytest.skip(f"this machine's {' '.join(layouts.other_copies())} does not fit: {seen['error']['message']}")
    assert seen["images"] == layouts.other_copies()


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_the_exporter_is_not_installed(layouts: Layouts, wheels: Wheelhouse, consumer: str) -> None:
    layout = layouts.private(*wheels.consumer(consumer))
    if layouts.other_copies():
        assert_runs_another(layouts, layout, PACKAGES[consumer].module)
        return
    error = layout.error(PACKAGES[consumer].module)
    assert error["name"] == MODULE
    cause = LOADER.missing_for_ctypes(LIBRARY_FILE) if consumer == "consumer-pure" else LOADER.missing(LIBRARY_FILE)
    assert error["message"].startswith(f"{error['path']} needs {LIBRARY_FILE} of {REQUIREMENT}, but: {cause}")
    assert error["message"].endswith(
        f". Looked for: no package {MODULE} was imported; the loader searches {LOADER.searched}. "
        f'Install the wheel: pip install "{REQUIREMENT}", or where the loader searches, the library: '
        "by conda, a distribution, a module of the site."
    )


@pytest.mark.parametrize("module", [MODULE, *(PACKAGES[name].module for name in CONSUMERS)])
def test_the_library_file_is_missing(layouts: Layouts, layout: Layout, module: str) -> None:
    library_of(layout).unlink()
    if layouts.other_copies():
        assert_runs_another(layouts, layout, module)
        return
    message = layout.error(module)["message"]
    assert f"{MODULE} can't be loaded: its library is missing: {library_of(layout)}. Reinstall it: pip" in message
    assert f"The cause: {LOADER.missing(LIBRARY_FILE)}" in message


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"<html>" * 100], ids=["empty", "four bytes", "something else"])
def test_the_library_file_is_damaged(layout: Layout, content: bytes) -> None:
    library_of(layout).write_bytes(content)
    error = layout.error(MODULE)
    problem = f"the loader refuses its library: {library_of(layout)} ({len(content)} bytes, of a wheel for cp3"
    assert problem in error["message"]
    assert f'). Reinstall it: pip install --force-reinstall "{REQUIREMENT}". The cause: ' in error["message"]
    assert LOADER.damaged(library_of(layout), content) in error["message"]
    assert error["path"] == str(library_of(layout))


def test_the_library_file_may_not_be_read(layouts: Layouts, layout: Layout) -> None:
    library_of(layout).chmod(0)
    if layouts.other_copies():
        assert_runs_another(layouts, layout, MODULE, **ordinary_user())
        return
    message = layout.error(MODULE, **ordinary_user())["message"]
    assert f"this user may not read its library: {library_of(layout)}. Give it read permission." in message


def test_the_stub_is_missing(layout: Layout) -> None:
    stub_of(layout).unlink()
    message = layout.error(MODULE)["message"]
    assert f"{stub_of(layout).parent} has no extension module _init; it is a source tree or an incomplete" in message


def test_the_wheel_is_for_another_interpreter(layout: Layout) -> None:
    stub_of(layout).rename(stub_of(layout).with_name("_init.cpython-39-s390x-linux-gnu.so"))
    message = layout.error(MODULE)["message"]
    assert "has _init.cpython-39-s390x-linux-gnu.so, but this interpreter imports only .cp" in message
    interpreter = layout.evaluate("import sys; result = sys.executable")
    assert f"Install {EXPORTER} with this interpreter: {interpreter} -m pip install" in message
