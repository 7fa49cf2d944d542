"""Write what the steps that cibuildwheel runs need into the folder for the wheels."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from ..layouts import PROBE
from ..project.builds import PINS
from ..project.packages import ALL, ANSWER, EXPRESSION

STEPS = Path(__file__).with_name("steps.py")


def prepare(folder: Path) -> None:
    """Write the file of the steps and the files that it reads, and run its first step for exporters already there."""
    for file in (STEPS, PROBE, *([PINS] if PINS.is_file() else [])):
        shutil.copy2(file, folder)
    packages = {
        name: {"module": package.module, "requires": package.requires, "libraries": package.libraries}
        for name, package in ALL.items()
    }
    known = {"packages": packages, "expression": EXPRESSION, "answer": ANSWER}
    (folder / "packages.json").write_text(json.dumps(known, indent=2), encoding="utf-8")
    subprocess.run([sys.executable, folder / STEPS.name, "exporters", folder], check=True)
