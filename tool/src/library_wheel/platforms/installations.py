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
    return made_once(installation(name, make), make, what)


def installation(name: str, make: Callable[[Path], None]) -> Path:
    """Return the directory that `installed_once` returns, whether or not it exists yet."""
    digest = hashlib.sha256(Path(inspect.getfile(make)).read_bytes()).hexdigest()[:8]
    return CACHE / f"{name}-{digest}"
