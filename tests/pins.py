"""Pin what builds of wheels to publish install, by version and hash: write build-requirements.txt."""

import subprocess
import sys
from pathlib import Path

from support.builds import PINS, outside_requirements, pyproject
from support.packages import EXPORTER, PACKAGES, ROOT

# An exporter of a library that it does not build itself reads the files by it.
OF_OTHER_EXPORTERS = "lief>=0.16"


def main() -> None:
    """Run the command line."""
    lowest = pyproject(ROOT / PACKAGES[EXPORTER].folder)["project"]["requires-python"].removeprefix(">=")
    command = [Path(sys.executable).with_name("uv"), "pip", "compile", "--universal", f"--python-version={lowest}", "-"]
    # A release that was tampered with is mostly found out within days.
    options = ["--generate-hashes", "--exclude-newer=7 days", "--no-annotate", "--quiet"]
    output = ["--custom-compile-command=tox -e pins", f"--output-file={PINS}", "--upgrade"]
    requirements = "\n".join([*outside_requirements(), OF_OTHER_EXPORTERS])
    sys.exit(subprocess.run([*command, *options, *output], input=requirements, text=True).returncode)


if __name__ == "__main__":
    main()
