"""The projects from PyPI with which the pattern is compared, downloaded once in these versions."""

import functools
import hashlib
import shutil
import sys
from pathlib import Path

from library_wheel.cache import made_once
from library_wheel.processes import run
from library_wheel.project.builds import CACHE
from library_wheel.variables import clean_environment

# Exact, so that the figures are reproducible. To measure later versions, change them here.
VERSIONS = {"scipy-openblas32": "0.3.34.481.3", "hatch-nativelib": "0.2.2", "dynamic-library": "0.2.0"}

# The build backends among them.
BUILDERS = ("hatch-nativelib", "hatchling")


def downloads() -> Path:
    """Return a folder with the peers' wheels and their dependencies."""
    requirements = [f"{name}=={version}" for name, version in VERSIONS.items()]
    key = hashlib.sha256("\n".join([*requirements, sys.version]).encode()).hexdigest()[:12]

    def download(unfinished: Path) -> None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", unfinished]
        run([*pip, *requirements])

    return made_once(CACHE / f"peers-{key}", download, f"downloading {', '.join(VERSIONS)}")


def wheel(name: str) -> Path:
    """Return the wheel of a peer."""
    (path,) = downloads().glob(f"{name.replace('-', '_')}-*.whl")
    return path


@functools.cache
def unpacked(name: str) -> Path:
    """Return a folder with the contents of a peer's wheel."""

    def unpack(unfinished: Path) -> None:
        shutil.unpack_archive(wheel(name), unfinished, format="zip")

    return made_once(downloads().with_name(f"{downloads().name}-{name}"), unpack, f"unpacking {name}")


@functools.cache
def builders() -> Path:
    """Return a folder for PYTHONPATH with the build backends of peers."""

    def install(unfinished: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", downloads()]
        run([*pip, "--target", unfinished, *BUILDERS], clean_environment())

    return made_once(downloads().with_name(f"{downloads().name}-builders"), install, "installing hatchling")
