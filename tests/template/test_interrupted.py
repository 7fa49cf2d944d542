"""`copier copy` killed at any point: one more time, with one option, and the project is what it would have been."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import copier

from support.sources import copy_files

Render = Callable[..., Path]


def contents(project: Path) -> dict[str, bytes]:
    """Return a project's files, but for the one in which copier notes where the template was."""
    files = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != ".copier-answers.yml"}


def test_a_killed_copy_is_repeated_with_overwrite(render: Render, tmp_path: Path) -> None:
    template, project = tmp_path / "template", tmp_path / "project"
    copy_files(template, ".")
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--data=name=spam", template, project]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(project.glob("*/*")) and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    assert process.wait() < 0
    wanted = contents(render(name="spam"))
    assert 0 < len(contents(project)) < len(wanted)

    copier.run_copy(str(template), project, data={"name": "spam"}, defaults=True, overwrite=True, quiet=True)
    assert contents(project) == wanted
