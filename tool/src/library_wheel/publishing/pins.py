"""Write build-requirements.txt: the versions and hashes of what builds of published wheels install."""

import argparse
import subprocess
import sys
from pathlib import Path

from .. import toml
from ..project.builds import PINS, outside_requirements
from ..project.packages import EXPORTER, PACKAGES, ROOT

# Exporters that don't build their library themselves read it with this.
OF_OTHER_EXPORTERS = "lief>=0.16"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Add no arguments."""


def run(_arguments: argparse.Namespace) -> int:
    """Let uv choose the versions."""
    pyproject = toml.read(ROOT / PACKAGES[EXPORTER].folder / "pyproject.toml")
    lowest = pyproject["project"]["requires-python"].removeprefix(">=")
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "pip", "compile", "--universal", f"--python-version={lowest}", "-"]
    # Most tampered releases are discovered within days.
    options = ["--generate-hashes", "--exclude-newer=7 days", "--no-annotate", "--quiet"]
    output = ["--custom-compile-command=tox -e pins", f"--output-file={PINS}", "--upgrade"]
    requirements = "\n".join([*outside_requirements(), OF_OTHER_EXPORTERS])
    return subprocess.run([*command, *options, *output], input=requirements, text=True).returncode
