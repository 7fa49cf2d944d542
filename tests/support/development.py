"""Exporter and consumer under development: edits of either, and uv's workspace."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from library_wheel.processes import run

from .edits import replace_once

# uv reads what clean_environment() would remove: index and cache. But these are for other environments.
NOT_FOR_UV = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


def hash_one_more(library: Path) -> None:
    """Let the library's hash be one more."""
    replace_once(library / "src" / "hash.c", "return hash;", "return hash + 1;")


def count_thousand_more(consumer: Path) -> None:
    """Let the consumer's count be 1000 more."""
    file = consumer / "consumer_ext" / "_ext.c"
    replace_once(file, "FromUnsignedLong(foo_count())", "FromUnsignedLong(1000 + foo_count())")


def uv(project: Path, *arguments: str, environment: Mapping[str, str] = {}) -> str:
    """Run uv in a project, with this interpreter; return what it printed. Raises CommandError if it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_UV}
    command = [Path(sys.executable).with_name("uv"), *arguments, f"--python={sys.executable}", "--quiet"]
    return run(command, {**kept, **environment}, cwd=project)
