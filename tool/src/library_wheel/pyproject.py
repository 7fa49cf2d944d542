"""Reads a project's pyproject.toml."""

from pathlib import Path
from typing import Any

from . import toml


def read(project: Path) -> dict[str, Any]:
    """Return the content of a project's pyproject.toml."""
    return toml.read(project / "pyproject.toml")
