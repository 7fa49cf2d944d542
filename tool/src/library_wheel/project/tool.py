"""Runs the tool library-wheel like users."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..variables import clean_environment


class Problem(NamedTuple):
    """An error, a warning or a note about a wheel, by its file."""

    wheel: str
    rule: str
    severity: str
    library: str | None
    message: str


def check(*wheels: Path, beside: Sequence[Path] = ()) -> list[Problem]:
    """Return the errors and warnings of `library-wheel check` about wheels. Those in `beside` may meet requirements."""
    return [problem for problem in findings(*wheels, beside=beside) if problem.severity != "note"]


def findings(*wheels: Path, beside: Sequence[Path] = ()) -> list[Problem]:
    """Return the errors, warnings and notes of `library-wheel check`."""
    command: list[str | Path] = [sys.executable, "-m", "library_wheel", "check", "--json", *wheels]
    command += [f"--with={other}" for other in beside]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    problems = [Problem(*map(one.get, Problem._fields)) for one in json.loads(done.stdout)["problems"]]
    serious = any(problem.severity != "note" for problem in problems)
    assert serious == bool(done.returncode), "the exit code says something else than the report"
    return problems
