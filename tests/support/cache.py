"""What is downloaded or built once, and never half of it."""

import logging
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

logger = logging.getLogger(__name__)


class CommandError(Exception):
    """A command that failed; its output is the message."""


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Run a command and return its output. Raises CommandError with the output if it fails."""
    result = subprocess.run(
        command, env=environment, cwd=cwd, umask=0o022, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode != 0:
        raise CommandError(f"{' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


def made_once(directory: Path, make: Callable[[Path], None], what: str) -> Path:
    """Return `directory`, filled by `make` if it is not there.

    `make` fills another directory, which gets the name when it is finished: whenever a process is killed, the next one
    begins anew. Of two processes one waits for the other.
    """
    from filelock import FileLock  # cibuildwheel's interpreters, which run commands with this module, have none

    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{directory}.lock"):
        if not directory.is_dir():
            start = time.monotonic()
            logger.info("%s", what)
            unfinished = directory.with_name(f"{directory.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(directory)
            logger.info("%s took %.0f s", what, time.monotonic() - start)
    return directory
