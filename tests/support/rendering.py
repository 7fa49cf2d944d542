"""Projects that the template makes."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import copier

from .sources import copy_files


def render(destination: Path, answers: Mapping[str, object]) -> Path:
    """Render the template as it stands, with its defaults for what `answers` leaves out; return the project.

    From a copy of the files: the repository itself copier would clone.
    """
    with tempfile.TemporaryDirectory() as template:
        copy_files(Path(template), ".")
        copier.run_copy(template, destination, data=dict(answers), defaults=True, quiet=True)
    return destination
