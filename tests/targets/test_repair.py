"""The commands by which cibuildwheel repairs and tests wheels for Windows and macOS, run on this machine."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from cross.macos.wheels import BIN
from support.cache import CommandError
from support.hosted import cibuildwheel_options, repair
from support.interpreters import IS_MACOS
from support.layouts import Layouts
from support.packages import BINARY, EXPORTERS, LIBRARY_FILE, ROOT
from support.wheels import Wheelhouse

PLATFORM = "macos" if IS_MACOS else "windows"
COMMAND = cibuildwheel_options(ROOT, "consumer-ext")[PLATFORM]["repair-wheel-command"]
# delocate compares with what the file has.
TOOLS = [Path(sys.executable).parent, *([BIN] if IS_MACOS else [])]


def libraries(wheel: Path) -> list[str]:
    """Return the names of a wheel's libraries and extension modules."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if name.endswith((".dll", ".dylib", ".pyd", ".so")))


def repaired(command: str, wheels: Wheelhouse, distribution: str, folder: Path) -> Path:
    """Run a command in a folder with what tests/exporters.py leaves there."""
    for exporter in EXPORTERS:
        shutil.unpack_archive(wheels.wheel(exporter), folder / "dist" / "exporters", format="zip")
    return repair(command, wheels.wheel(distribution), folder / "repaired", folder, *TOOLS)


@pytest.mark.parametrize("distribution", BINARY)
def test_the_repair_command_adds_and_renames_no_library(wheels: Wheelhouse, tmp_path: Path, distribution: str) -> None:
    assert libraries(repaired(COMMAND, wheels, distribution, tmp_path)) == libraries(wheels.wheel(distribution))


def test_a_wrong_pattern_is_noticed(wheels: Wheelhouse, tmp_path: Path) -> None:
    command = COMMAND.replace("--exclude libfoo", "--exclude libfood").replace('"foo-', '"libfoo-')
    assert command != COMMAND
    # delocate bundles it, delvewheel does not find it.
    try:
        said = " ".join(libraries(repaired(command, wheels, "consumer-ext", tmp_path)))
    except CommandError as error:
        said = str(error)
    assert LIBRARY_FILE in said


@pytest.mark.skipif(IS_MACOS, reason="there is no interpreter for macOS here")
@pytest.mark.parametrize("distribution", BINARY)
def test_the_test_command_finds_one_copy(
    wheels: Wheelhouse, layouts: Layouts, tmp_path: Path, distribution: str
) -> None:
    wheel = repaired(COMMAND, wheels, distribution, tmp_path)
    script = ROOT / "tests" / "installed.py"
    result = layouts.layout({}).run(script, wheel, tmp_path / "dist" / "exporters")
    assert result.stdout == f"{wheel.name}: one copy of each library\n", result.stderr
