"""Interpreters, compilers and Wine's prefix, which are downloaded or built once, into the user's cache folder."""

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path

import platformdirs

from ..cache import made_once

CACHE = platformdirs.user_cache_path("library-wheel")


def installed_once(name: str, make: Callable[[Path], None], what: str) -> Path:
    """Return a directory in the user's cache. `make` fills it at the first call, and after changes to its module."""
    digest = hashlib.sha256(Path(inspect.getfile(make)).read_bytes()).hexdigest()[:8]
    return made_once(CACHE / f"{name}-{digest}", make, what)
