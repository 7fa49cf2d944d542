"""Folders that are downloaded or built once, and are never incomplete."""

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)


def made_once(directory: Path, make: Callable[[Path], None], what: str) -> Path:
    """Return `directory`, filled by `make` if it is not there.

    `make` fills another directory, which gets the name when it is finished. If a process is killed, the next one starts
    again. If two processes need the directory, one waits for the other.
    """
    # Imported here because the import itself tests the file system.
    from filelock import FileLock

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
