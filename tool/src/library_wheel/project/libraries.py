"""Shared libraries compiled for a test."""

import os
import shlex
import subprocess
from pathlib import Path

from .platform import PLATFORM


def command(language: str) -> list[str]:
    """Return the compiler's command for C or C++: the platform's, or the one that build systems find."""
    variable, default = {"C": ("CC", "cc"), "C++": ("CXX", "c++")}[language]
    return shlex.split(PLATFORM.environment.get(variable) or os.environ.get(variable, default))


def compiler(language: str = "C") -> list[str]:
    """Return the command that compiles C or C++ for a test."""
    # Without optimisation, zig would first build a runtime that detects undefined behaviour, which takes a minute.
    return [*command(language), "-O1"]


def compile_library(destination: Path, source: str, *options: str) -> Path:
    """Compile C source into a shared library with the file's name as its SONAME."""
    command: list[str | Path] = [*compiler(), "-shared", "-fPIC", "-x", "c", "-", "-o", destination]
    subprocess.run([*command, f"-Wl,-soname,{destination.name}", *options], input=source, text=True, check=True)
    return destination


def needed(file: Path) -> list[str]:
    """Return a library's DT_NEEDED entries."""
    command: list[str | Path] = ["patchelf", "--print-needed", file]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
