"""A project's own tests pass on a machine that has the library itself, where the loader finds it."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_builds import SOURCE, add_library

from support.cache import CommandError
from support.edits import replace_once
from support.environment import clean_environment
from support.libraries import compile_library
from support.rendering import outcomes
from support.system_copy import on_a_machine_that_has

Render = Callable[..., Path]

LIBRARY = "libspam.so.1"
WORKFLOWS = "tests/workflows/test_repair.py"


@pytest.fixture(scope="module")
def system() -> Iterator[Path]:
    """A folder with another libspam than the project's, which every user can enter."""
    with tempfile.TemporaryDirectory(prefix="system-") as temporary:
        folder = Path(temporary).resolve()
        folder.chmod(0o755)
        source = SOURCE["C"].format(name="spam", header="stddef.h")
        compile_library(folder / LIBRARY, source.replace("1.0.0", "1.0.1"))
        yield folder


@pytest.fixture(scope="module")
def command(system: Path) -> list[str | Path]:
    """What runs programs where the loader finds that."""
    try:
        return on_a_machine_that_has(system, [])
    except OSError as error:
        pytest.skip(f"not run: {error}")


@pytest.fixture(scope="module")
def project(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for libspam, whose wheel has another name."""
    made = render(name="spam", kind="cmake", distribution="Spam.Native")
    made = shutil.copytree(made, tmp_path_factory.mktemp("made") / "project")
    add_library(made, "spam", "cmake", "C")
    return made


def found(*before: str | Path) -> list[str]:
    """Return the file that a fresh interpreter finds by the library's name."""
    probe = Path(__file__).parents[1] / "support" / "probe.py"
    code = f"import ctypes, json, probe\ntry: ctypes.CDLL({LIBRARY!r})\nexcept OSError: pass\n"
    environment = clean_environment({"PYTHONPATH": str(probe.parent)})
    return json.loads(
        subprocess.run(
            [*before, sys.executable, "-c", f"{code}print(json.dumps(probe.images({LIBRARY!r})))"],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )


def test_the_loader_finds_the_systems_copy_there_and_nowhere_else(command: list[str | Path], system: Path) -> None:
    assert found(*command) == [str(system / LIBRARY)]
    assert found() == []


@pytest.mark.parametrize(
    "tests",
    [["tests/test_faults.py", "tests/test_controls.py", "tests/test_order.py"], [WORKFLOWS]],
    ids=["matrix", "workflows"],
)
def test_a_project_passes_its_tests_where_the_system_has_its_library(
    project: Path, command: list[str | Path], tests: list[str]
) -> None:
    passed = outcomes(project, *tests, before=command)
    assert passed["passed"] > 10
    assert passed["skipped"] == passed["failed"] == 0


def test_a_wheel_that_bundles_the_systems_copy_is_noticed_there(
    project: Path, command: list[str | Path], tmp_path: Path
) -> None:
    wrong = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("build"))
    repair = wrong / "tests" / "support" / "repair.py"
    old = 'exclude = [f"--exclude={library.name}" for library in libraries(wheel, *exporters)]\n    run('
    replace_once(repair, old, old.replace("={library.name}", "=not-{library.name}"))
    with pytest.raises(CommandError, match=r"it has a library of its own: .*consumer_ext\.libs/libspam-"):
        outcomes(wrong, WORKFLOWS, "-vv", "-k", "finds_one_copy", before=command)
