"""Makes a wheel as a backend built it one to publish, on Linux and Windows.

Each way is a function of the wheel, the folder for the new one, the exporters whose libraries are to be left alone, an
environment, and options for the tool.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .cache import run


def auditwheel(
    wheel: Path, output: Path, exporters: Sequence[str], environment: Mapping[str, str], *options: str
) -> None:
    """Let auditwheel give the platform tag, and keep it from bundling or renaming the exporters' libraries."""
    exclude = [f"--exclude={exporter}*.so.*" for exporter in exporters]
    command = [sys.executable, "-m", "auditwheel", "repair", *options, *exclude, "--wheel-dir", output, wheel]
    run(command, environment)


def delvewheel(
    wheel: Path, output: Path, exporters: Sequence[str], environment: Mapping[str, str], *options: str
) -> None:
    """Let delvewheel bundle what else a wheel needs, but neither another exporter's DLLs nor its own once more."""
    dlls = os.pathsep.join(f"{exporter.removeprefix('lib')}*-*.dll" for exporter in exporters)
    command = [sys.executable, "-m", "delvewheel", "repair", *options, "--ignore-existing", "--exclude", dlls]
    run([*command, "--wheel-dir", output, wheel], environment)
