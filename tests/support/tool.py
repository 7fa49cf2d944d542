"""The tool library-wheel, run as users run it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from library_wheel.variables import clean_environment


class Problem(NamedTuple):
    """An error or a warning about a wheel."""

    rule: str
    library: str | None
    message: str


def check(wheel: Path, beside: Sequence[Path] = ()) -> list[Problem]:
    """Return what `library-wheel check` finds in a wheel whose requirements others may meet; notes are left out."""
    options = [f"--with={other}" for other in beside]
    command = [sys.executable, "-m", "library_wheel", "check", wheel, *options, "--json"]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)["problems"]
    serious = [Problem(one["rule"], one["library"], one["message"]) for one in found if one["severity"] != "note"]
    assert bool(serious) == bool(done.returncode), "the exit code says something else than the report"
    return serious
