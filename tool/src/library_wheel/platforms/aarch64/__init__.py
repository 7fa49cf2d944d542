"""Linux on 64-bit ARM: wheels cross-compiled by zig, tested with Debian's Python under qemu's user-mode emulation."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...processes import run
from .. import zig
from ..foreign import CROSS_COMPILED, OF_THIS_USER, Foreign
from . import interpreter

QEMU = "qemu-aarch64-static"


class AArch64(Foreign):
    """An interpreter that an emulator runs."""

    name = "aarch64"
    title = "Linux arm64, glibc"
    version = (3, 11)
    # The tags that Debian 12's glibc 2.36 accepts, from 2.17 on.
    platform_tags = (*(f"manylinux_2_{minor}_aarch64" for minor in range(36, 16, -1)), "manylinux2014_aarch64")
    tag = "manylinux_2_17_aarch64"
    # pip would take half a minute.
    runs_pip = False
    files = Path(__file__).parent
    environment: Mapping[str, str] = {
        **zig.compilers_for("aarch64-linux-gnu.2.17"),
        "_PYTHON_HOST_PLATFORM": "linux-aarch64",
    }
    lacks: Mapping[str, str] = {
        **CROSS_COMPILED,
        "noexec": "qemu maps code as data, and noexec allows that",
        "ordinary user": OF_THIS_USER,
    }

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.interpreter()

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """See Foreign."""
        return interpreter.build_details(prefix)

    def runner(self) -> str:
        """See Platform."""
        return run([QEMU, "--version"]).splitlines()[0]

    def emulator(self) -> list[str]:
        """See Platform."""
        return [QEMU, "-L", f"{self.interpreter.prefix}/.."]

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """See Platform. A script that the kernel can start takes the place of the executable."""
        executable = super().copy_interpreter(destination, like=like)
        program = executable.with_name(f".{executable.name}")
        executable.rename(program)
        emulator = shlex.join(self.emulator())
        # CPython finds its folders, and a virtual environment's, through the name it was called by: $0.
        executable.write_text(f'#!/bin/sh\nexec {emulator} -0 "$0" {shlex.quote(str(program))} "$@"\n')
        executable.chmod(0o755)
        return executable
