"""What platforms download or build once for all: interpreters, compilers, Wine's prefix, in the user's cache folder."""

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path

import platformdirs

from ..cache import made_once

CACHE = platformdirs.user_cache_path("library-wheel")


def installed_once(name: str, make: Callable[[Path], None], what: str) -> Path:
    """Return a directory of the user's cache, filled by `make` if that has not been done, or was by another recipe.

    The recipe is the whole module that `make` is of.
    """
    digest = hashlib.sha256(Path(inspect.getfile(make)).read_bytes()).hexdigest()[:8]
    return made_once(CACHE / f"{name}-{digest}", make, what)
