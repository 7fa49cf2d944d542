"""Windows on x86-64: wheels cross-compiled by zig, tested with the official CPython under Wine."""

import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ... import interpreters
from ...interpreters import Interpreter
from ...processes import run
from .. import zig
from ..foreign import CROSS_COMPILED, OF_THIS_USER, Foreign
from . import interpreter, wine


class Windows(Foreign):
    """An interpreter that Wine runs: scripts in folders `bin` start it."""

    name = "windows"
    title = "Windows x86-64"
    loader = "Windows"
    version = (3, 13)
    platform_tags = ("win_amd64",)
    tag = "win_amd64"
    # With Wine 8, two in some two thousand programs did so, in different tests, which passed when repeated.
    loses_programs = True
    files = Path(__file__).parent
    environment: Mapping[str, str] = {
        **zig.compilers_for("x86_64-windows-gnu"),
        "_PYTHON_HOST_PLATFORM": "win-amd64",
    }
    lacks: Mapping[str, str] = {
        **CROSS_COMPILED,
        "ELF": "its libraries are DLLs; test_windows.py tests them",
        "early binding": "Wine looks for a DLL's functions when they are called, and ends the process if there is none",
        "fork": "Windows has no fork",
        "global symbols": "Windows looks for a function in the DLL that is named with it, and in no other",
        "loader variables": "Windows has no such variable",
        "missing libraries named": "Windows does not say which library is missing",
        "module names of Linux": "extensions have other names on Windows; test_faults.py checks them",
        "ordinary user": OF_THIS_USER,
        "programs": "the programs are for systems with dlopen()",
        "replaceable files": "Windows locks the files of a loaded DLL, and shows the folder behind a link",
        "semicolons in paths": "a semicolon separates folders in Windows' variables",
        "symbolic links": "Wine shows the folder behind a symbolic link",
    }

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.interpreter()

    @cached_property
    def interpreter(self) -> Interpreter:
        """See Platform."""
        prefix = self.make_interpreter()
        return Interpreter(prefix, "python3.13", prefix / "python.exe", prefix / "Include", prefix / "libs")

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """See Foreign."""
        return interpreter.build_details(prefix)

    def start(self) -> None:
        """See Platform. This starts Wine's server."""
        wine.start_server()

    def runner(self) -> str:
        """See Platform."""
        return run([wine.WINE, "--version"]).splitlines()[0]

    def host_paths(self, text: str) -> str:
        """See Platform."""
        return wine.host_paths(text)

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """See Platform. Wine does not support hard links, so the copies share no files."""
        left_out = shutil.ignore_patterns(*interpreters.LEFT_OUT)
        shutil.copytree(self.interpreter.prefix, destination, ignore=left_out, dirs_exist_ok=True)
        (destination / "Lib" / "site-packages").mkdir()
        return script_for(destination, destination / "python.exe")

    def make_venv(self, base: Path, directory: Path) -> Path:
        """See Platform."""
        interpreters.make_venv(base, directory)
        return script_for(directory, directory / "Scripts" / "python.exe")

    def extension(self, name: str) -> str:
        """See Platform."""
        return f"{name}.pyd"

    def site_packages(self, python: Path) -> Path:
        """See Platform."""
        return python.parents[1] / "Lib" / "site-packages"

    def cmake_definitions(self, details: dict[str, Any]) -> dict[str, str]:
        """See Foreign. The interpreter would answer with Windows' paths."""
        wine.start_server()  # otherwise it would start again for each question
        return {
            "Python_INCLUDE_DIR": details["c_api"]["headers"],
            "Python_LIBRARY": details["libpython"]["dynamic"],
            "Python_SABI_LIBRARY": details["libpython"]["dynamic_stableabi"],
        }


class FreeThreadedWindows(Windows):
    """Windows with the free-threaded build of CPython."""

    name = "windows-freethreaded"
    title = "Windows x86-64, free-threaded"

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.free_threaded()

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """See Foreign."""
        return interpreter.free_threaded_build_details(prefix)


def script_for(prefix: Path, program: Path) -> Path:
    """Return a script, in a folder bin, that runs a Windows interpreter here."""
    (prefix / "bin").mkdir()
    return wine.script(prefix / "bin" / "python", program)
