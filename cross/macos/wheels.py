"""What delocate does with wheels for macOS, on this machine: it runs Apple's tools, for which those in bin stand in."""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.cache import run

BIN = Path(__file__).parent / "bin"


def merge(wheels: Sequence[Path], output: Path, environment: Mapping[str, str]) -> None:
    """Make of wheels for one machine each the one for all."""
    run([*delocate("merge"), *wheels, "--wheel-dir", output], with_tools(environment))


def repair(wheel: Path, output: Path, exporters: Sequence[str], environment: Mapping[str, str], *options: str) -> None:
    """Let delocate see to the platform tag, and keep it from bundling the exporters' libraries.

    It wants to find those all the same: they are looked for in the exporters' wheels beside this one.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for exporter in exporters:
            for its in wheel.parent.glob(f"{exporter}-*.whl"):
                shutil.unpack_archive(its, temporary, format="zip")
        folders = os.pathsep.join(str(Path(temporary) / exporter) for exporter in exporters)
        exclude = [f"--exclude={exporter}" for exporter in exporters]
        command = [*delocate("wheel"), "--require-archs=universal2", *exclude, *options, "--wheel-dir", output, wheel]
        run(command, with_tools({**environment, "DYLD_LIBRARY_PATH": folders}))


def delocate(name: str) -> list[str]:
    """Return the beginning of a command of delocate's."""
    return [sys.executable, "-m", f"delocate.cmd.delocate_{name}"]


def with_tools(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which the tools are found."""
    return {**environment, "PATH": f"{BIN}{os.pathsep}{environment['PATH']}"}
