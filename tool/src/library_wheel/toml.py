"""Reads TOML on every supported Python."""

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read(file: Path) -> dict[str, Any]:
    """Return a file's content. Raises ValueError if it is not TOML."""
    return tomllib.loads(file.read_text(encoding="utf-8"))
