"""Each error and warning that the rules report about wheels from PyPI was verified by hand, and is real."""

import subprocess
import sys
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from real_wheels import CACHE, Entry, Result, Verdict, checked, entries, unverified, verdicts

from library_wheel.problem import Problem
from library_wheel.wheel import Wheel

ENTRIES = entries()


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Whether pip can download a small wheel."""
    folder = tmp_path_factory.mktemp("download")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--dest={folder}", "iniconfig"]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.file for entry in ENTRIES])
def test_each_problem_of_a_wheel_was_found_to_be_real(entry: Entry, network: bool) -> None:
    if not network and not all((CACHE / name).exists() for name in (entry.file, *entry.beside)):
        pytest.skip("pip can't download anything, and the wheel is not in the cache")
    result = checked(entry)
    assert [(problem.rule, problem.message) for problem in unverified([result], verdicts())] == []
    assert [v for v in verdicts() if not v.real and any(v.is_about(problem) for problem in result.serious)] == []


def test_a_problem_without_a_verdict_is_unverified(tmp_path: Path) -> None:
    path = tmp_path / "c-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("c.py", "")
    wheel = Wheel(path)
    problem = Problem("symlink", "error", wheel, "", ("c.so",), "c.so is a symbolic link.")
    result = Result(wheel, 0, [problem])
    assert unverified([result], []) == [problem]
    assert unverified([result], [Verdict(("c-*",), "sbom", True, ""), Verdict(("d-*",), "symlink", True, "")]) == [
        problem
    ]
    assert unverified([result], [Verdict(("c-*",), "symlink", True, "")]) == []


def test_each_verdict_is_about_a_wheel_that_is_listed() -> None:
    known = verdicts()
    assert len({(verdict.wheels, verdict.rule) for verdict in known}) == len(known)
    unused = [verdict for verdict in known if not any(matches(verdict, entry) for entry in ENTRIES)]
    assert unused == []


def matches(verdict: Verdict, entry: Entry) -> bool:
    """Return whether a verdict is about a wheel."""
    return any(fnmatchcase(entry.file, pattern) for pattern in verdict.wheels)
