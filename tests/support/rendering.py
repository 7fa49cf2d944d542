"""Projects that the template makes."""

import functools
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import copier

from library_wheel.processes import run
from library_wheel.project.builds import OBJECTS
from library_wheel.project.sources import copy_files
from library_wheel.variables import clean_environment
from summary import count


@functools.cache
def template() -> tempfile.TemporaryDirectory[str]:
    """Return a copy of the template's files, with uncommitted edits. copier would clone the repository itself."""
    copy = tempfile.TemporaryDirectory()
    copy_files(Path(copy.name), ".")
    return copy


def render(
    destination: Path, answers: Mapping[str, object], *, only: Sequence[str] | None = None, quiet: bool = True
) -> Path:
    """Render the template, with uncommitted edits and with defaults for missing `answers`; return the project.

    With `only`, the project has only these files, which takes half the time.
    """
    exclude = [] if only is None else ["*", *(f"!{name}" for name in only)]
    data = dict(answers)
    copier.run_copy(template().name, destination, data=data, defaults=True, quiet=quiet, exclude=exclude)
    return destination


def outcomes(
    project: Path, *arguments: str, environment: Mapping[str, str] = {}, before: Sequence[str | Path] = ()
) -> Counter[str]:
    """Run a project's tests in this environment; return how many passed, failed and were skipped.

    `before` is the beginning of a command that runs the rest.
    """
    results = project / "results.xml"
    pytest = [sys.executable, "-m", "pytest", "--numprocesses=2", "--dist=loadgroup", f"--junitxml={results}"]
    run([*before, *pytest, *arguments], clean_environment({"TESTS_OBJECTS": str(OBJECTS), **environment}), cwd=project)
    sums, _ = count(results)
    return sums


# The number of tests in the matrix about what a project has only with `extras`.
OF_EXTRAS = 17


def assert_passes(project: Path, *, skipped: int = 0, environment: Mapping[str, str] = {}) -> None:
    """Assert that a project without extras passes its matrix, with at most `skipped` more tests skipped, and audits."""
    matrix = outcomes(project, "--pyargs", "library_wheel.matrix", "tests", environment=environment)
    assert matrix.total() > 80
    assert matrix["failed"] == 0
    assert OF_EXTRAS <= matrix["skipped"] <= OF_EXTRAS + skipped
    assert_passes_audits(project, environment=environment)


def assert_passes_smoke_and_audits(project: Path, *, environment: Mapping[str, str] = {}) -> None:
    """Assert that a project without extras passes the tests that its answers choose by default, and audits."""
    smoke = outcomes(project, "--pyargs", "library_wheel.smoke", "tests", environment=environment)
    assert smoke["passed"] > 5
    assert smoke["failed"] == 0
    assert_passes_audits(project, environment=environment)


def assert_passes_audits(project: Path, *, environment: Mapping[str, str] = {}) -> None:
    """Assert that the wheels of a project without extras pass the audits."""
    audits = outcomes(project, "--pyargs", "library_wheel.audit", environment=environment)
    assert audits.total() > 30
    assert audits["failed"] == 0
    # Tests of a bill of materials, of pure consumers and of a version, if there is none.
    assert audits["skipped"] <= 4
