"""Running commands, and the output of those that fail."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import CannotRunError


class CommandError(CannotRunError):
    """A command that failed; its output is the message."""


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run a command and return its output. Raises CommandError with the output if it fails."""
    result = subprocess.run(
        command,
        env=environment,
        cwd=cwd,
        umask=0o022,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A compiler may print in any encoding.
        errors="backslashreplace",
    )
    if result.returncode != 0:
        raise CommandError(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout
