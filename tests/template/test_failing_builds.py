"""If a project's library does not compile, its tests end with the compiler's message."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.variables import clean_environment
from template.test_builds import add_library

Render = Callable[..., Path]

WITHOUT_WHEELS = "def test_of_nothing_built() -> None:\n    assert True\n"


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Path:
    """A project around a library with a syntax error."""
    project = shutil.copytree(render(name="spam", kind="cmake"), tmp_path / "project")
    add_library(project, "spam", "cmake", "C")
    with open(project / "libspam-wheel" / "upstream" / "source.c", "a") as source:
        source.write("int broken( {\n")
    return project


def run_tests(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a project's tests."""
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, cwd=project, env=clean_environment(), capture_output=True, text=True)


@pytest.mark.parametrize("options", [["--numprocesses=2", "--dist=loadgroup"], ["-p", "no:xdist"]], ids=" ".join)
def test_a_build_that_fails_is_reported_once_and_stops_the_run(project: Path, options: list[str]) -> None:
    result = run_tests(project, *options, "--pyargs", "library_wheel.matrix", "tests")
    said = result.stdout + result.stderr
    assert result.returncode == 1, said
    assert len(said.splitlines()) <= 60
    assert said.count("Building libspam, consumer-ext; the tests start afterwards.\n") == 1
    assert said.count("A build failed. Its last lines:") == 1
    assert len(re.findall(r"source\.c:\d+:13: error: expected declaration specifiers", said)) == 1
    assert "no tests ran" in said
    log = (project / "build" / "failed-build.log").read_text()
    assert log.count("Configuring CMake...") == 1
    assert len(log.splitlines()) > len(said.splitlines())


def test_tests_that_need_no_wheels_start_without_a_build(project: Path) -> None:
    (project / "tests" / "test_own.py").write_text(WITHOUT_WHEELS)
    result = run_tests(project, "--numprocesses=2", "tests/test_own.py")
    assert " 1 passed in " in f" {result.stdout}", result.stdout + result.stderr
    assert "Building " not in result.stderr
    assert not (project / "build").exists()
