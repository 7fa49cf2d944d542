"""tox loads every environment, here and in projects: the newest tox, and the oldest that tox.ini allows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from library_wheel.cache import made_once
from library_wheel.processes import CommandError, run
from library_wheel.project.builds import CACHE
from library_wheel.project.edits import replace_once
from library_wheel.project.hosted import tox_settings
from library_wheel.project.packages import ROOT
from library_wheel.variables import clean_environment
from library_wheel.workflows.checks import SETTINGS
from support.rendering import render

KINDS = ("in-tree", "meson", "cmake", "prebuilt")


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """This repository, and a project of each kind."""
    made = {kind: render(tmp_path_factory.mktemp(kind), {"name": "spam", "kind": kind}) for kind in KINDS}
    return {"example": ROOT, **made}


def oldest() -> Path:
    """Return an interpreter with the oldest tox that tox.ini allows."""
    (version,) = tox_settings(ROOT, "min_version")["tox"]["min_version"]

    def install(unfinished: Path) -> None:
        run([sys.executable, "-m", "venv", unfinished])
        run([unfinished / "bin" / "python", "-m", "pip", "install", "--quiet", f"tox=={version}"])

    name = f"tox-{version}-{sys.version_info.major}.{sys.version_info.minor}"
    return made_once(CACHE / name, install, f"installing tox {version}") / "bin" / "python"


@pytest.fixture(scope="session", params=["newest", "oldest"])
def python(request: pytest.FixtureRequest) -> Path:
    """An interpreter with a tox."""
    return Path(sys.executable) if request.param == "newest" else oldest()


@pytest.mark.parametrize("name", ["example", *KINDS])
def test_every_environment_loads(projects: dict[str, Path], python: Path, name: str) -> None:
    settings = tox_settings(projects[name], *SETTINGS, python=python)
    assert {"wheels", "workflows", "lint", "release"} < set(settings)
    assert all(settings[environment]["commands"] for environment in settings if environment != "tox")


def with_ini(folder: Path, old: str, new: str) -> Path:
    """Make a folder with this repository's tox.ini, edited."""
    shutil.copy2(ROOT / "tox.ini", folder)
    replace_once(folder / "tox.ini", old, new)
    return folder


def test_an_environment_that_does_not_load_is_noticed(tmp_path: Path, python: Path) -> None:
    root = with_ini(tmp_path, "pass_env = *\n", "pass_env = A B\n")
    with pytest.raises(CommandError, match="cannot contain whitespace"):
        tox_settings(root, *SETTINGS, python=python)


def test_a_semicolon_in_a_variable_which_newer_versions_refuse_is_noticed(tmp_path: Path) -> None:
    root = with_ini(tmp_path, "pass_env = *\n", "pass_env = *\nset_env = FRONTEND = pip; args: --no-deps\n")
    with pytest.raises(CommandError, match=r"wheels\.set_env: invalid marker for set_env key 'FRONTEND'"):
        tox_settings(root, *SETTINGS)


def test_a_tox_that_is_older_than_the_oldest_is_noticed(tmp_path: Path) -> None:
    root = with_ini(tmp_path, "min_version = 4.26\n", "min_version = 4.999\n")
    with pytest.raises(CommandError, match=r"4\.999"):
        tox_settings(root, *SETTINGS)


def test_the_wheels_environment_gets_as_far_as_cibuildwheel(projects: dict[str, Path], tmp_path: Path) -> None:
    project = shutil.copytree(projects["cmake"], tmp_path / "project")
    command = [sys.executable, "-m", "tox", "-e", "wheels", "--", "--platform=linux", "--print-build-identifiers"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOX")}
    result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    # For the exporter and for the consumer, which have different build backends.
    assert len([line for line in lines if line.startswith("cp314-manylinux_x86_64")]) == 2


def tox_where_path_has(folder: Path, programs: Sequence[str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run `abi`, and an environment that needs no programs, with only these on PATH."""
    for name in ("tox.ini", "toxfile.py"):
        shutil.copy2(ROOT / name, folder)
    path = folder / "bin"
    path.mkdir()
    for program in programs:
        (path / program).symlink_to(shutil.which("true"))
    replaced = ("abi.deps=", "abi.commands=python --version", "report.deps=", "report.commands=python --version")
    options = (*options, *(f"--override=testenv:{setting}" for setting in replaced))
    command = [sys.executable, "-m", "tox", "run", "-e", "abi,report", *options]
    return subprocess.run(
        command, cwd=folder, env=clean_environment({"PATH": str(path)}), capture_output=True, text=True
    )


def test_an_environment_without_the_programs_that_it_needs_is_skipped(tmp_path: Path) -> None:
    result = tox_where_path_has(tmp_path, [])
    assert result.returncode == 0, result.stdout
    assert "abi: skipped because abidiff is not installed (Debian: apt install abigail-tools)\n" in result.stdout
    assert re.search(r"^  abi: SKIP .*\n  report: OK ", result.stdout, re.MULTILINE)


def test_an_environment_with_the_programs_that_it_needs_runs(tmp_path: Path) -> None:
    result = tox_where_path_has(tmp_path, ["abidiff", "abidw"])
    assert re.search(r"^  abi: OK .*\n  report: OK ", result.stdout, re.MULTILINE), result.stdout


def test_a_missing_program_is_an_error_if_nothing_may_be_skipped(tmp_path: Path) -> None:
    result = tox_where_path_has(tmp_path, ["abidiff"], "--skip-missing-interpreters=false")
    assert result.returncode != 0
    assert "abi: failed with abidw is not installed (Debian: apt install abigail-tools)\n" in result.stdout


def test_pips_index_reaches_the_programs_that_tests_start(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"PIP_INDEX_URL": "https://index.example/simple", "PIP_CERT": "ca.pem", "NODE_EXTRA_CA_CERTS": "ca.pem"}
    for name, value in {**wanted, "PIP_TARGET": "elsewhere", "PIP_NO_DEPS": "1"}.items():
        monkeypatch.setenv(name, value)
    environment = clean_environment()
    assert {name: environment.get(name) for name in wanted} == wanted
    assert not {"PIP_TARGET", "PIP_NO_DEPS"} & set(environment)
