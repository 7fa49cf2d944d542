"""A project passes its own tests right after `copier copy`, before it is a git repository."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.edits import replace_once
from library_wheel.project.wheel_files import members
from support.rendering import assert_passes, outcomes
from template.test_builds import UPSTREAM, add_library

Render = Callable[..., Path]


def test_a_new_project_whose_wheel_has_another_name_passes_its_matrix_and_its_audits(
    render: Render, tmp_path: Path
) -> None:
    # The example covers C.
    answers = {"name": "My-Lib", "distribution": "Ham.Native", "language": "C++"}
    project = shutil.copytree(render(**answers, version="2.3.4", compatible="==2.3.*"), tmp_path / "project")
    # The tests of global symbols are skipped, because a library in C++ names no function for them.
    assert_passes(project, skipped=2)
    assert not (project / ".git").exists()
    (wheel,) = project.glob("build/wheels-*/*/as-it-stands/repaired/ham_native-*.whl")
    assert "ham_native/libmy_lib.so.2" in members(wheel)


def test_the_smoke_tests_say_that_the_stub_does_not_load_the_library(render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="spam", kind="cmake", function="strcmp", **UPSTREAM), tmp_path / "project")
    add_library(project, "spam", "cmake", "C")
    with pytest.raises(CommandError, match=r"the stub must refer to a function of each .* exports libspam\.so\.1,"):
        outcomes(project, "--pyargs", "library_wheel.smoke", "-k", "stub")


def test_a_failure_in_a_project_would_be_noticed(render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="My-Lib"), tmp_path / "project")
    replace_once(project / "pyproject.toml", "answer = 1", "answer = 2")
    with pytest.raises(CommandError, match=r"\d+ failed"):
        outcomes(project, "--pyargs", "library_wheel.matrix.test_places")
