"""The tool's own sdist and wheel hold every file that it needs, and work without the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1]
SOURCES = TOOL / "src"


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed."""
    result = subprocess.run(command, capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and with the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, TOOL)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site-packages with the tool and, of the rest, what this environment has."""
    site = tmp_path_factory.mktemp("site")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel)
    return site


def test_pypi_would_accept_sdist_and_wheel(built: Path) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", *built.iterdir())


def test_every_file_is_in_the_wheel_and_can_be_run_if_it_could_before(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    files = [file for file in SOURCES.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    here = {file.relative_to(SOURCES).as_posix(): os.access(file, os.X_OK) for file in files}
    assert "library_wheel/py.typed" in here
    assert {name: bool(modes[name] & 0o100) for name in modes if ".dist-info/" not in name} == here


def test_the_installed_command_knows_its_rules(installed: Path) -> None:
    command = [sys.executable, "-m", "library_wheel", "check", "--explain", "missing-library"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = "import library_wheel; print(library_wheel.__file__)"
    where = run(sys.executable, "-c", code, cwd=installed, env=environment).stdout
    assert Path(where.strip()).is_relative_to(installed)
    assert "missing-library" in run(*command, cwd=installed, env=environment).stdout


def test_pytest_finds_the_plugin(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        text = archive.read(name).decode()
    assert "[pytest11]\nlibrary-wheel = library_wheel.pytest_plugin" in text
