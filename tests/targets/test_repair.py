"""cibuildwheel's commands to repair and test wheels for Windows and macOS, run on this machine."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.hosted import repair
from library_wheel.project.layouts import Layouts
from library_wheel.project.packages import BINARY, EXPORTERS, LIBRARY_FILE, MODULE, ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from library_wheel.publishing.options import options
from library_wheel.publishing.prepare import prepare

OPTIONS = options(ROOT, "consumer-ext")
COMMAND = OPTIONS.get(PLATFORM.name, OPTIONS).get("repair-wheel-command", OPTIONS["repair-wheel-command"])
# The folders of delocate and of the tools that it runs.
TOOLS = [Path(sys.executable).parent, *filter(None, [PLATFORM.programs])]


def libraries(wheel: Path) -> list[str]:
    """Return the names of a wheel's libraries and extension modules."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if name.endswith((".dll", ".dylib", ".pyd", ".so")))


def exporters(wheels: Wheelhouse, folder: Path) -> Path:
    """Make the files that cibuildwheel finds in a folder."""
    (folder / "dist").mkdir()
    prepare(folder / "dist")
    for exporter in EXPORTERS:
        shutil.unpack_archive(wheels.wheel(exporter), folder / "dist" / "exporters", format="zip")
    return folder / "dist" / "exporters"


def repaired(wheels: Wheelhouse, distribution: str, folder: Path) -> Path:
    """Run the command in a folder with exporters."""
    return repair(COMMAND, wheels.wheel(distribution), folder / "repaired", folder, *TOOLS)


@pytest.mark.parametrize("distribution", BINARY)
def test_the_repair_command_adds_and_renames_no_library(wheels: Wheelhouse, tmp_path: Path, distribution: str) -> None:
    exporters(wheels, tmp_path)
    assert libraries(repaired(wheels, distribution, tmp_path)) == libraries(wheels.wheel(distribution))


def test_a_repair_that_does_not_leave_a_library_alone_is_noticed(wheels: Wheelhouse, tmp_path: Path) -> None:
    library = exporters(wheels, tmp_path) / MODULE / LIBRARY_FILE
    library.rename(library.with_name(f"not-{LIBRARY_FILE}"))
    with pytest.raises(CommandError) as failure:
        repaired(wheels, "consumer-ext", tmp_path)
    assert LIBRARY_FILE in str(failure.value)


@pytest.mark.needs("interpreter")
@pytest.mark.parametrize("distribution", BINARY)
def test_the_test_command_finds_one_copy(
    wheels: Wheelhouse, layouts: Layouts, tmp_path: Path, distribution: str
) -> None:
    site = exporters(wheels, tmp_path)
    wheel = repaired(wheels, distribution, tmp_path)
    result = layouts.layout({}).run(site.with_name("steps.py"), "test", wheel, site)
    assert result.stdout == f"{wheel.name}: one copy of each library\n", result.stderr
