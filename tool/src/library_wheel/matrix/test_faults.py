"""Faults on a user's machine, each with an error that says what happened, to which file, and what to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ..project.layouts import Layout, Layouts, extension_module
from ..project.loaders import LOADER
from ..project.packages import BINARY, CONSUMER, CONSUMERS, EXPORTER, LIBRARY_FILE, MODULE, PACKAGES, REQUIREMENT
from ..project.platform import PLATFORM
from ..project.users import ordinary_user
from ..project.wheels import Wheelhouse

CONSUMER_MODULE = PACKAGES[CONSUMER].module


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and every consumer, in a folder of its own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def library_of(layout: Layout) -> Path:
    """Return the library's file in the exporter's package."""
    return layout.homes[EXPORTER] / MODULE / LIBRARY_FILE


def stub_of(layout: Layout) -> Path:
    """Return the stub's file in the exporter's package."""
    return layout.homes[EXPORTER] / MODULE / PLATFORM.extension("_init")


def extension_of(layout: Layout) -> Path:
    """Return the extension module of the consumer."""
    return extension_module(layout.homes[CONSUMER] / CONSUMER_MODULE)


def assert_runs_another(layouts: Layouts, layout: Layout, module: str, **options: object) -> None:
    """Import a module when the exporter's library can't be loaded but the loader finds this machine's own."""
    seen = layout.probe(module, **options)
    if "error" in seen:
        pytest.skip(f"this machine's {' '.join(layouts.other_copies())} does not fit: {seen['error']['message']}")
    assert seen["images"] == layouts.other_copies()


REINSTALL = f'Reinstall it: pip install --force-reinstall "{REQUIREMENT}". '


@pytest.mark.parametrize(
    "consumer",
    [
        # The folders of a consumer's other requirements are searched on some platforms.
        pytest.param(name, marks=[pytest.mark.needs("own search path")] if len(PACKAGES[name].requires) > 1 else [])
        for name in CONSUMERS
    ],
)
def test_the_exporter_is_not_installed(layouts: Layouts, wheels: Wheelhouse, consumer: str) -> None:
    layout = layouts.private(*wheels.consumer(consumer))
    if layouts.other_copies():
        assert_runs_another(layouts, layout, PACKAGES[consumer].module)
        return
    error = layout.error(PACKAGES[consumer].module)
    assert error["name"] == MODULE
    subject = error["path"] if consumer in BINARY else PACKAGES[consumer].module
    assert error["message"].startswith(subject)
    assert (
        f" needs {REQUIREMENT}. The package {MODULE} is not installed; the loader searched {LOADER.searched}. "
        f'Run `pip install "{REQUIREMENT}"`, or install the library where the loader finds it (conda, system package, '
        "environment module). The loader says: "
    ) in error["message"]
    cause = LOADER.missing(LIBRARY_FILE) if consumer in BINARY else LOADER.missing_for_ctypes(LIBRARY_FILE)
    assert cause in error["message"]


@pytest.mark.parametrize("module", [MODULE, *(PACKAGES[name].module for name in CONSUMERS)])
def test_the_library_file_is_missing(layouts: Layouts, layout: Layout, module: str) -> None:
    library_of(layout).unlink()
    if layouts.other_copies():
        assert_runs_another(layouts, layout, module)
        return
    message = layout.error(module)["message"]
    assert f"{MODULE} can't be loaded: {library_of(layout)} is missing. {REINSTALL}" in message
    assert f"The loader says: {LOADER.missing(LIBRARY_FILE)}" in message


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty (0 bytes)"),
        (LOADER.magic, LOADER.truncated.format(len(LOADER.magic))),
        (b"<html>" * 100, "is not a library (600 bytes)"),
    ],
    ids=["empty", "cut off", "something else"],
)
def test_the_library_file_is_damaged(layout: Layout, content: bytes, problem: str) -> None:
    library_of(layout).write_bytes(content)
    error = layout.error(MODULE)
    assert f"{MODULE} can't be loaded: {library_of(layout)} {problem}. {REINSTALL}" in error["message"]
    assert LOADER.damaged(library_of(layout), content) in error["message"]
    assert error["path"] == str(library_of(layout))


@pytest.mark.needs("ordinary user")
def test_the_library_file_may_not_be_read(layouts: Layouts, layout: Layout) -> None:
    library_of(layout).chmod(0)
    if layouts.other_copies():
        assert_runs_another(layouts, layout, MODULE, **ordinary_user())
        return
    message = layout.error(MODULE, **ordinary_user())["message"]
    assert f"this user may not read {library_of(layout)}. Grant read permission. The loader says: " in message


@pytest.mark.needs("ordinary user")
def test_the_stub_may_not_be_read(layout: Layout) -> None:
    stub_of(layout).chmod(0)
    error = layout.error(MODULE, **ordinary_user())
    assert f"this user may not read {stub_of(layout)}. Grant read permission. The loader says: " in error["message"]
    assert error["path"] == str(stub_of(layout))


@pytest.mark.needs("ordinary user")
def test_the_extension_of_a_consumer_may_not_be_read(layout: Layout) -> None:
    extension_of(layout).chmod(0)
    message = layout.error(CONSUMER_MODULE, **ordinary_user())["message"]
    assert message.startswith(f"this user may not read {extension_of(layout)}. Grant read permission. The loader")
    assert MODULE not in message


def test_the_extension_of_a_consumer_is_empty(layout: Layout) -> None:
    extension_of(layout).write_bytes(b"")
    message = layout.error(CONSUMER_MODULE)["message"]
    assert message.startswith(f"{extension_of(layout)} is empty (0 bytes). Install its package again. The loader")
    assert MODULE not in message


@pytest.mark.needs("ELF", "machine check")
def test_the_library_file_is_for_another_architecture(layouts: Layouts, layout: Layout) -> None:
    content = bytearray(library_of(layout).read_bytes())
    content[18] = 8  # the machine in the ELF header: MIPS. glibc then skips the file, as if it were not there.
    library_of(layout).write_bytes(content)
    if layouts.other_copies():
        assert_runs_another(layouts, layout, MODULE)
        return
    message = layout.error(MODULE)["message"]
    interpreter = layout.evaluate("import sys; result = sys.executable")
    problem = "is for a different processor architecture than this interpreter. Install it with the pip of"
    assert f"{library_of(layout)} {problem} this interpreter: {interpreter} -m pip. The loader says: " in message


@pytest.mark.needs("ELF")
def test_the_stub_has_lost_its_runpath(layouts: Layouts, layout: Layout) -> None:
    subprocess.run(["patchelf", "--remove-rpath", stub_of(layout)], check=True)
    if layouts.other_copies():
        assert_runs_another(layouts, layout, MODULE)
        return
    message = layout.error(MODULE)["message"]
    problem = f"{library_of(layout)} is there, but {stub_of(layout)} has lost the RUNPATH that leads the loader to it"
    assert f"{MODULE} can't be loaded: {problem}. {REINSTALL}The loader says: " in message


def test_the_stub_is_missing(layout: Layout) -> None:
    stub_of(layout).unlink()
    message = layout.error(MODULE)["message"]
    assert f"{stub_of(layout).parent} has no extension module _init; it is a source tree or an incomplete" in message


def test_the_wheel_is_for_another_interpreter(layout: Layout) -> None:
    stub_of(layout).rename(stub_of(layout).with_name("_init.cpython-39-s390x-linux-gnu.so"))
    message = layout.error(MODULE)["message"]
    assert "has _init.cpython-39-s390x-linux-gnu.so, but this interpreter imports only ." in message
    interpreter = layout.evaluate("import sys; result = sys.executable")
    assert f"Install {EXPORTER} with this interpreter: {interpreter} -m pip install" in message


@pytest.mark.parametrize("module", [MODULE, *(PACKAGES[name].module for name in CONSUMERS)])
def test_the_exporters_wheel_itself_is_on_the_path(
    layout: Layout, wheels: Wheelhouse, tmp_path: Path, module: str
) -> None:
    shutil.rmtree(layout.homes[EXPORTER] / MODULE)
    wheel = shutil.copy2(wheels.repaired(EXPORTER), tmp_path)
    separator = layout.evaluate("import os; result = os.pathsep")
    home = layout.environment["PYTHONPATH"]
    error = layout.with_environment(PYTHONPATH=f"{home}{separator}{wheel}").error(module)
    assert error["type"] == "ImportError"
    assert error["name"] == MODULE
    assert f"{MODULE} can't be loaded: it was imported from within {wheel}, where the loader" in error["message"]
    assert f"Install the wheel with pip, and remove {wheel} from sys.path." in error["message"]
