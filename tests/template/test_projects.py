"""A project passes its own tests right after `copier copy`, before it is a git repository."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.cache import CommandError
from support.edits import replace_once
from support.rendering import assert_passes, outcomes

Render = Callable[..., Path]


@pytest.mark.parametrize(("language", "compatible"), [("C", "==2.3.*"), ("C++", ">=2.3,<3")])
def test_a_new_project_passes_its_matrix_and_its_audits(
    render: Render, tmp_path: Path, language: str, compatible: str
) -> None:
    answers = {"name": "My-Lib", "version": "2.3.4", "language": language, "compatible": compatible}
    project = shutil.copytree(render(**answers), tmp_path / "project")
    assert_passes(project)
    assert not (project / ".git").exists()


def test_a_failure_in_a_project_would_be_noticed(render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="My-Lib"), tmp_path / "project")
    replace_once(project / "tests" / "support" / "library.py", "ANSWER = [1, 2, 3]", "ANSWER = [4, 5, 6]")
    with pytest.raises(CommandError, match=r"\d+ failed"):
        outcomes(project, "tests/test_places.py")
