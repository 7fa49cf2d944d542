"""After `copier copy` is killed at any point, deleting its files and running it again makes the project."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from library_wheel.project.sources import copy_files


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository, with uncommitted edits."""
    tree = tmp_path_factory.mktemp("template")
    copy_files(tree, ".")
    return tree


def contents(project: Path) -> dict[str, bytes]:
    """Return a project's files, except the one in which copier records the template's place."""
    files = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != ".copier-answers.yml"}


def copy(template: Path, project: Path, *options: str) -> subprocess.Popen[str]:
    """Start `copier copy`."""
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--data=name=spam", *options, template, project]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_killed_copy_can_be_deleted_and_repeated_as_copier_says_before(template: Path, tmp_path: Path) -> None:
    project, whole = tmp_path / "project", tmp_path / "whole"
    with copy(template, whole) as process:
        assert process.communicate()[1]
    wanted = contents(whole)
    for _ in range(10):
        with copy(template, project) as process:
            while not contents(project) and process.poll() is None:
                time.sleep(0.001)
            process.kill()
            assert "If copier is interrupted, delete the destination and start again" in process.communicate()[1]
        if len(contents(project)) < len(wanted):
            break
        # The copy was finished before it was killed.
        shutil.rmtree(project)
    else:
        pytest.fail("each of ten copies had finished before it was killed")
    assert contents(project)

    shutil.rmtree(project)
    with copy(template, project) as process:
        assert process.communicate()[1]
    assert contents(project) == wanted


def test_overwriting_would_keep_a_users_file_that_was_cut_off(template: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    cut_off = project / "README.md"
    cut_off.touch()
    with copy(template, project, "--overwrite") as process:
        process.communicate()
    assert (project / "tox.ini").is_file()
    assert cut_off.read_text() == ""
