"""Reads a project's pyproject.toml."""

from pathlib import Path
from typing import Any

from . import toml

# PyPI refuses a distribution with this classifier.
PRIVATE = "Private :: Do Not Upload"


def read(project: Path) -> dict[str, Any]:
    """Return the content of a project's pyproject.toml."""
    return toml.read(project / "pyproject.toml")
