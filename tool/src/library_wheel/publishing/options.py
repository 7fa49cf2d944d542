"""cibuildwheel's options for each package of a project."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import toml

HERE = Path(__file__).parent


def options(root: Path, folder: str) -> dict[str, Any]:
    """Return the options for the package in a folder below `root`: the tool's, the project's and the package's own.

    cibuildwheel itself reads only one file. Each of these adds to the ones before and overrides them.
    """
    own = toml.read(root / folder / "pyproject.toml")
    of_the_backend = HERE / f"{own['build-system'].get('build-backend')}.toml"
    merged: dict[str, Any] = {}
    for table in (
        toml.read(HERE / "cibuildwheel.toml"),
        toml.read(of_the_backend) if of_the_backend.is_file() else {},
        *(content.get("tool", {}).get("cibuildwheel", {}) for content in (toml.read(root / "pyproject.toml"), own)),
    ):
        merged = merge(merged, table)
    return merged


def merge(table: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two tables. The second one's value wins, except that tables under the same key are merged.

    cibuildwheel applies `overrides` in order, so the second table's come after the first one's.
    """
    merged = {**table, **more}
    for key in table.keys() & more.keys():
        if isinstance(table[key], dict) and isinstance(more[key], dict):
            merged[key] = merge(table[key], more[key])
        elif key == "overrides":
            merged[key] = [*table[key], *more[key]]
    return merged
