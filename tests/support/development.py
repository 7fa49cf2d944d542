"""Exporter and consumer under development: edits of either, and uv's workspace."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from library_wheel.processes import run
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts

# uv needs variables that clean_environment() would remove, for its index and cache, but not these.
NOT_FOR_UV = ("PYTHONHOME", "PYTHONPATH", "UV_COMPILE_BYTECODE", "VIRTUAL_ENV")


class Developed:
    """A folder with sources, and an environment with editable installs of some of them."""

    def __init__(self, layouts: Layouts, tree: Path) -> None:
        self.layouts = layouts
        self.tree = tree
        self.layout = Layout(layouts.new_venv(layouts.interpreter(frozenset()), frozenset()))

    def install(self, *arguments: str | Path) -> None:
        """Run `pip install --no-build-isolation`."""
        self.layouts.pip_without_isolation(self.layout.python, *arguments)

    def evaluate(self, expression: str, first: str = "") -> object:
        """Return the value of an expression about consumer_ext in a new process."""
        return self.layout.evaluate(f"{first}\nimport consumer_ext\nresult = {expression}")


def hash_one_more(library: Path) -> None:
    """Add one to the library's hash."""
    replace_once(library / "src" / "hash.c", "return hash;", "return hash + 1;")


def count_thousand_more(consumer: Path) -> None:
    """Add 1000 to the consumer's count."""
    file = consumer / "consumer_ext" / "_ext.c"
    replace_once(file, "(foo_count())", "(1000 + foo_count())")


def uv(project: Path, *arguments: str, environment: Mapping[str, str] = {}) -> str:
    """Run uv in a project, with this interpreter, and return its output. Raises CommandError if it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_UV}
    command = [Path(sys.executable).with_name("uv"), *arguments, f"--python={sys.executable}", "--quiet"]
    return run(command, {**kept, **environment}, cwd=project)


def result_of(project: Path, expression: str) -> int:
    """Return the value of an expression about consumer_ext in `uv run python`."""
    return int(uv(project, "run", "python", "-c", f"import consumer_ext; print({expression})").split()[-1])
