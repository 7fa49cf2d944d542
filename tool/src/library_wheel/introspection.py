"""An interpreter's facts about itself, from a single run."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .errors import CannotRunError
from .formats.reader import read_links
from .native_file import NativeFile, NotReadableError

# This runs on any Python 3. It prints one line, after anything that the environment's start-up code may print.
QUESTION = """
import json, os, sys, sysconfig
try:
    with open("/proc/self/maps", "rb") as maps:
        mapped = sorted(set(os.fsdecode(line.split(None, 5)[5].rstrip(b"\\n")) for line in maps if b"/" in line))
except OSError:
    mapped = []
sys.stdout.write("\\n" + json.dumps({
    "executable": sys.executable,
    "program": os.path.realpath("/proc/self/exe") if mapped else getattr(sys, "_base_executable", sys.executable),
    "version": list(sys.version_info[:3]),
    "search_path": [path for path in sys.path if path],
    "platform": sys.platform,
    "machine": sysconfig.get_platform(),
    "prefix": sys.prefix,
    "base_prefix": sys.base_prefix,
    "mapped": mapped,
}) + "\\n")
"""
TIMEOUT = 60


@dataclass(frozen=True)
class Interpreter:
    """An interpreter's facts about itself."""

    executable: str
    # The file of the program, to which a virtual environment's executable links.
    program: str
    version: tuple[int, int, int]
    # sys.path
    search_path: tuple[str, ...]
    # sys.platform
    platform: str
    # sysconfig.get_platform(), such as linux-x86_64.
    machine: str
    prefix: str
    base_prefix: str
    # On Linux, the files that are mapped before any import.
    mapped: tuple[str, ...]

    @cached_property
    def facts(self) -> NativeFile:
        """The facts about the program. Raises CannotRunError if it can't be read."""
        try:
            found = read_links(Path(self.program))
        except (OSError, NotReadableError) as error:
            raise CannotRunError(f"{self.program}, which runs {self.executable}, can't be read: {error}") from None
        if found is None:
            raise CannotRunError(f"{self.program}, which runs {self.executable}, is not a native file")
        return found


def locate(python: str) -> str:
    """Return the executable of an interpreter: a command, a path, or the folder of a virtual environment."""
    if os.path.isdir(python):
        for name in ("bin/python3", "bin/python", "Scripts/python.exe", "python.exe"):
            if os.path.exists(os.path.join(python, name)):
                return os.path.abspath(os.path.join(python, name))
        raise CannotRunError(f"the folder {python} contains no interpreter; name the interpreter itself after --python")
    if found := shutil.which(python):
        return os.path.abspath(found)
    if os.path.exists(python):
        raise CannotRunError(f"{python} is not executable; name a Python interpreter after --python")
    raise CannotRunError(f"there is no interpreter {python}; name one after --python, such as .venv/bin/python")


def ask(python: str | None = None, environment: Mapping[str, str] | None = None) -> Interpreter:
    """Return the facts about an interpreter, by default the one that runs this.

    Raises CannotRunError if there is none, or if it isn't Python 3.
    """
    executable = locate(python) if python else sys.executable
    command = [executable, "-c", QUESTION]
    try:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotRunError(f"{executable} did not answer within {TIMEOUT} seconds") from None
    except OSError as error:
        raise CannotRunError(f"{executable} can't be run: {error.strerror}") from None
    lines = result.stdout.decode(errors="replace").splitlines()
    try:
        answer: dict[str, Any] = json.loads(lines[-1])
        facts: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in answer.items()
        }
        return Interpreter(**facts)
    except (IndexError, ValueError, AttributeError, TypeError):
        said = message(result.stderr.decode(errors="replace"))[:200]
        ended = f"it ended with exit code {result.returncode}" + (f" and the message: {said}" if said else "")
        raise CannotRunError(f"{executable} is not a working Python 3 interpreter: {ended}") from None


def message(text: str) -> str:
    """Return the line of an error message that says most: the last one if it is Python's, otherwise the first one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1 if re.match(r"[\w.]*(Error|Exception)\b", lines[-1]) else 0] if lines else ""
