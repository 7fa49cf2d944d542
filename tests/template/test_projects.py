"""A project passes its own tests right after `copier copy`, before it is a git repository."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from summary import count
from support.cache import CommandError, run
from support.edits import replace_once
from support.environment import clean_environment

Render = Callable[..., Path]


def outcomes(project: Path, *arguments: str) -> Counter[str]:
    """Run a project's tests and return how many passed, failed and were skipped."""
    results = project / "results.xml"
    pytest = [sys.executable, "-m", "pytest", "--numprocesses=2", "--dist=loadgroup", f"--junitxml={results}"]
    run([*pytest, *arguments], clean_environment(), cwd=project)
    sums, _ = count(results)
    return sums


@pytest.mark.parametrize(("language", "compatible"), [("C", "==2.3.*"), ("C++", ">=2.3,<3")])
def test_a_new_project_passes_its_matrix(render: Render, tmp_path: Path, language: str, compatible: str) -> None:
    answers = {"name": "My-Lib", "version": "2.3.4", "language": language, "compatible": compatible}
    project = shutil.copytree(render(**answers), tmp_path / "project")
    found = outcomes(project)
    assert found.total() > 80
    assert found["failed"] == 0
    assert found["skipped"] < 5
    assert not (project / ".git").exists()


def test_a_failure_in_a_project_would_be_noticed(render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="My-Lib"), tmp_path / "project")
    replace_once(project / "tests" / "support" / "library.py", "ANSWER = [1, 2, 3]", "ANSWER = [4, 5, 6]")
    with pytest.raises(CommandError, match=r"\d+ failed"):
        outcomes(project, "tests/test_places.py")
