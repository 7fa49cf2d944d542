"""macOS on arm64 and x86-64: wheels cross-compiled by Debian's LLVM, and checked by dyld's rules. Nothing is run."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...processes import run
from ..foreign import CROSS_COMPILED, Foreign
from . import interpreter


class MacOS(Foreign):
    """What wheels are built against: there is no interpreter."""

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
    # What stands in for Apple's tools.
    programs = files / "bin"
    lacks: Mapping[str, str] = {**CROSS_COMPILED, "interpreter": "there is no interpreter for macOS here"}

    def make_interpreter(self) -> Path:
        """As for any foreign platform: what builds need of one, and the SDK."""
        return interpreter.interpreter()

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """As for any foreign platform."""
        return interpreter.build_details(prefix)

    def compilers(self) -> None:
        """As for any platform: they are Debian's."""

    def machine_environment(self, machine: str) -> dict[str, str]:
        """As for any foreign platform."""
        return interpreter.environment(self.interpreter.prefix, machine)

    def merge(self, wheels: Sequence[Path], output: Path, environment: Mapping[str, str]) -> None:
        """As for any foreign platform."""
        command = [sys.executable, "-m", "delocate.cmd.delocate_merge"]
        run([*command, *wheels, "--wheel-dir", output], self.with_programs(environment))

    def with_programs(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return an environment in which the tools are found that delocate runs."""
        return {**environment, "PATH": f"{self.programs}{os.pathsep}{environment['PATH']}"}

    def meson_python(self, machine: str, details: dict[str, Any], site: Path, variables: dict[str, str]) -> list[str]:
        """As for any foreign platform. Meson 1.12 takes no details for macOS, but asks the Python that runs it."""
        variables["_PYTHON_SYSCONFIGDATA_NAME"] = "_sysconfigdata__darwin_darwin"
        known = sysconfig_variables(details)
        (site / "_sysconfigdata__darwin_darwin.py").write_text(f"build_time_vars = {known}\n")
        return self.cross_files(machine)

    def python_for_cmake(self, folder: Path) -> Path:
        """As for any foreign platform: there is none of its own to ask."""
        return Path(sys.executable)

    def cmake_definitions(self, details: dict[str, Any]) -> dict[str, str]:
        """As for any foreign platform: this machine's interpreter would name its own headers."""
        return {"Python_INCLUDE_DIR": details["c_api"]["headers"]}


def sysconfig_variables(details: Mapping[str, Any]) -> dict[str, object]:
    """Return what an interpreter with those details has in sysconfig, of what meson-python and Meson ask for."""
    suffix, headers = details["abi"]["extension_suffix"], details["c_api"]["headers"]
    return {
        "EXT_SUFFIX": suffix,
        "SOABI": suffix.split(".")[1],
        "SHLIB_SUFFIX": ".so",
        "INCLUDEPY": headers,
        "CONFINCLUDEPY": headers,
        # Extensions don't link to it.
        "LIBPYTHON": "",
    }
