"""A release waits for what only this repository tests."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from library_wheel.project.edits import replace_once
from library_wheel.project.packages import ROOT
from library_wheel.workflows.checks import TOX, environments, needed

FOLDER = Path(".github") / "workflows"


def jobs(root: Path, file: str) -> dict[str, dict[str, Any]]:
    """Return a workflow's jobs."""
    return yaml.safe_load((root / FOLDER / file).read_text())["jobs"]


def run_by(root: Path, job: dict[str, Any]) -> set[str]:
    """Return the environments of tox that a job runs, in the workflow that it calls if it calls one."""
    if called := job.get("uses"):
        return {name for its in jobs(root, Path(called).name).values() for name in run_by(root, its)}
    found = [(step, TOX.fullmatch(step.get("run", ""))) for step in job["steps"]]
    named = [tox["environments"] or step["env"]["TOXENV"] for step, tox in found if tox]
    return {name for text in named for name in environments(text, job)}


def before_a_release(root: Path) -> set[str]:
    """Return the environments that run before anything is published."""
    every = jobs(root, "ci.yml")
    return {name for job in needed("exporters", every) for name in run_by(root, every[job])}


def test_a_release_waits_for_the_abi_each_platform_and_real_libraries() -> None:
    assert {"abi", "audit", "py310", "musl", "windows", "real", "wheels", "release"} <= before_a_release(ROOT)


def test_a_release_that_does_not_wait_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    replace_once(tmp_path / FOLDER / "ci.yml", "needs: [tests, repository, check]", "needs: [tests, check]")
    assert before_a_release(ROOT) - before_a_release(tmp_path) >= {"abi", "musl", "windows", "real"}
