"""Write build-requirements.txt, which pins what builds for publication install, by version and hash."""

import argparse
import importlib.util
import re
import subprocess
import sys

from .. import toml
from ..errors import CannotRunError
from ..project.builds import PINS, outside_requirements
from ..project.packages import EXPORTER, PACKAGES, ROOT

# Exporters that don't build their library themselves use this to read it.
OF_OTHER_EXPORTERS = "lief>=0.17"


def run(_arguments: argparse.Namespace) -> int:
    """Let uv choose the versions."""
    file = ROOT / PACKAGES[EXPORTER].folder / "pyproject.toml"
    if not (lowest := re.fullmatch(r">= *([\d.]+)", toml.read(file)["project"].get("requires-python", ""))):
        raise CannotRunError(f'{file} must name the oldest Python to build for, in the form requires-python = ">=3.10"')
    if not importlib.util.find_spec("uv"):
        raise CannotRunError(f'uv is missing: run {sys.executable} -m pip install "library-wheel[publishing]"')
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", f"--python-version={lowest[1]}", "-"]
    # Most tampered releases are discovered within days.
    options = ["--generate-hashes", "--exclude-newer=7 days", "--no-annotate", "--quiet"]
    output = ["--custom-compile-command=tox -e pins", f"--output-file={PINS}", "--upgrade"]
    requirements = "\n".join([*outside_requirements(), OF_OTHER_EXPORTERS])
    return subprocess.run([*command, *options, *output], input=requirements, text=True).returncode
