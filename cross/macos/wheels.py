"""What delocate does with wheels for macOS, on this machine: it runs Apple's tools, for which those in bin stand in."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.cache import run
from support.repair import delocate as repair_by_delocate

BIN = Path(__file__).parent / "bin"


def merge(wheels: Sequence[Path], output: Path, environment: Mapping[str, str]) -> None:
    """Make of wheels for one machine each the one for all."""
    run([*delocate("merge"), *wheels, "--wheel-dir", output], with_tools(environment))


def repair(wheel: Path, output: Path, exporters: Sequence[Path], environment: Mapping[str, str], *options: str) -> None:
    """As on macOS, but let delocate see to it that the wheel is for both machines."""
    repair_by_delocate(wheel, output, exporters, with_tools(environment), "--require-archs=universal2", *options)


def delocate(name: str) -> list[str]:
    """Return the beginning of a command of delocate's."""
    return [sys.executable, "-m", f"delocate.cmd.delocate_{name}"]


def with_tools(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which the tools are found."""
    return {**environment, "PATH": f"{BIN}{os.pathsep}{environment['PATH']}"}
