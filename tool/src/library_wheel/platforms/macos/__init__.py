"""macOS on arm64 and x86-64: wheels cross-compiled by Debian's LLVM, and checked with a model of dyld. Nothing runs."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...processes import run
from ..foreign import CROSS_COMPILED, Foreign
from . import interpreter


class MacOS(Foreign):
    """A platform with headers and an SDK to build against, but no interpreter."""

    name = "macos"
    title = "macOS arm64 and x86-64"
    loader = "dyld"
    version = sys.version_info[:2]
    platform_tags = ("macosx_11_0_universal2",)
    tag = "macosx_11_0_universal2"
    machines = ("arm64", "x86_64")
    checked_by = "our model of dyld's rules"
    repair_options = ("--require-archs=universal2",)
    files = Path(__file__).parent
    # Replacements for Apple's tools.
    programs = files / "bin"
    lacks: Mapping[str, str] = {**CROSS_COMPILED, "interpreter": "there is no interpreter for macOS here"}

    def make_interpreter(self) -> Path:
        """See Foreign. The prefix has only the headers and the SDK."""
        return interpreter.interpreter()

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """See Foreign."""
        return interpreter.build_details(prefix)

    def compilers(self) -> None:
        """See Platform. Debian's compilers are on PATH."""

    def machine_environment(self, machine: str) -> dict[str, str]:
        """See Foreign."""
        return interpreter.environment(self.interpreter.prefix, machine)

    def merge(self, wheels: Sequence[Path], output: Path, environment: Mapping[str, str]) -> None:
        """See Foreign."""
        command = [sys.executable, "-m", "delocate.cmd.delocate_merge"]
        run([*command, *wheels, "--wheel-dir", output], self.with_programs(environment))

    def with_programs(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which delocate finds its tools."""
        return {**environment, "PATH": f"{self.programs}{os.pathsep}{environment['PATH']}"}

    def meson_python(self, machine: str, details: dict[str, Any], site: Path, variables: dict[str, str]) -> list[str]:
        """See Foreign. For macOS Meson 1.12 ignores build-details.json and asks the Python that runs it."""
        variables["_PYTHON_SYSCONFIGDATA_NAME"] = "_sysconfigdata__darwin_darwin"
        known = sysconfig_variables(details)
        (site / "_sysconfigdata__darwin_darwin.py").write_text(f"build_time_vars = {known}\n")
        return self.cross_files(machine)

    def python_for_cmake(self, folder: Path) -> Path:
        """See Foreign. The platform has no interpreter to ask."""
        return Path(sys.executable)

    def cmake_definitions(self, details: dict[str, Any]) -> dict[str, str]:
        """See Foreign. This machine's interpreter would name its own headers."""
        return {"Python_INCLUDE_DIR": details["c_api"]["headers"]}


def sysconfig_variables(details: Mapping[str, Any]) -> dict[str, object]:
    """Return the sysconfig variables that meson-python and Meson ask for, from an interpreter's build details."""
    suffix, headers = details["abi"]["extension_suffix"], details["c_api"]["headers"]
    return {
        "EXT_SUFFIX": suffix,
        "SOABI": suffix.split(".")[1],
        "SHLIB_SUFFIX": ".so",
        "INCLUDEPY": headers,
        "CONFINCLUDEPY": headers,
        # Extensions don't link to libpython.
        "LIBPYTHON": "",
    }
