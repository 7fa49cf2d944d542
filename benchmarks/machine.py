"""The machine and the versions of a measurement."""

import json
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from library_wheel.processes import run
from library_wheel.project.libraries import compiler

from . import peers


def describe() -> dict[str, Any]:
    """Return the machine, as pyperf describes it, and the versions of the software."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "metadata.json"
        run([sys.executable, "-m", "pyperf", "collect_metadata", "--output", file])
        found = json.loads(file.read_text())["metadata"]
    return {
        "date": found["date"][:10],
        "processor": found["cpu_model_name"],
        "processors": found["cpu_count"],
        "load": found["load_avg_1min"],
        "system": " ".join([platform.system(), ".".join(platform.release().split(".")[:2]), platform.machine()]),
        "libc": " ".join(platform.libc_ver()),
        "compiler": run([compiler()[0], "--version"]).splitlines()[0],
        "versions": {
            "CPython": platform.python_version(),
            "auditwheel": version("auditwheel"),
            **peers.VERSIONS,
        },
    }
