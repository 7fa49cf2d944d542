"""A project's hosted workflows are valid and safe, and the commands that they run exist."""

import re
import sys
from pathlib import Path

import copier
import pytest

from library_wheel.processes import run
from library_wheel.project.sources import copy_files
from library_wheel.variables import clean_environment

# Without wheels: for other kinds, the library is not available here.
STATIC = ["library_wheel.workflows.test_workflows"]
RIGHT = [*STATIC, "-k", "finds_nothing_wrong"]


@pytest.mark.parametrize(
    ("answers", "tests", "least"),
    [
        ({"distribution": "Ham.Native"}, ["library_wheel.workflows"], 60),
        # Mistakes are tried in the project above, and in the newcomer's, of kind cmake (tests/real/test_newcomer.py).
        ({"kind": "cmake"}, RIGHT, 14),
        ({"language": "C++"}, RIGHT, 14),
        ({"kind": "meson"}, RIGHT, 14),
        ({"kind": "prebuilt"}, RIGHT, 14),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_project_passes_the_same_checks(
    tmp_path: Path, answers: dict[str, str], tests: list[str], least: int
) -> None:
    copy_files(tmp_path / "template", ".")
    project = tmp_path / "project"
    data = {"name": "My-Lib", **answers}
    copier.run_copy(str(tmp_path / "template"), project, data=data, defaults=True, quiet=True)
    command = [sys.executable, "-m", "pytest", "-q", "--numprocesses=2", "--dist=loadgroup", "--pyargs", *tests]
    # Checks that need pinned builds are skipped. If a check fails, run() raises an error.
    assert int(re.findall(r"(\d+) passed", run(command, clean_environment(), cwd=project))[0]) >= least
