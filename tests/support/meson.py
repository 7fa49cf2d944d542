"""Meson projects that have nothing to do with Python."""

import subprocess
import sys
from pathlib import Path

from library_wheel.variables import clean_environment


def run_meson(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Meson and capture its output."""
    command = [sys.executable, "-m", "mesonbuild.mesonmain", *arguments]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True)


def meson(*arguments: str | Path) -> None:
    """Run Meson. Raise AssertionError if it failed."""
    result = run_meson(*arguments)
    assert result.returncode == 0, result.stdout + result.stderr


def install_library(source: Path, directory: Path) -> Path:
    """Build a library in `directory`/build, install it into `directory`/prefix, and return that."""
    prefix = directory / "prefix"
    meson("setup", directory / "build", source, "--prefix", prefix, "-Dlibdir=lib")
    meson("install", "-C", directory / "build")
    return prefix
