"""Write build-requirements.txt: the versions and hashes of what builds of published wheels install."""

import subprocess
import sys
from pathlib import Path

from support.builds import PINS, outside_requirements, pyproject
from support.packages import EXPORTER, PACKAGES, ROOT

# Exporters that don't build their library themselves read it with this.
OF_OTHER_EXPORTERS = "lief>=0.16"


def main() -> None:
    """Run the command line."""
    lowest = pyproject(ROOT / PACKAGES[EXPORTER].folder)["project"]["requires-python"].removeprefix(">=")
    command = [Path(sys.executable).with_name("uv"), "pip", "compile", "--universal", f"--python-version={lowest}", "-"]
    # Most tampered releases are discovered within days.
    options = ["--generate-hashes", "--exclude-newer=7 days", "--no-annotate", "--quiet"]
    output = ["--custom-compile-command=tox -e pins", f"--output-file={PINS}", "--upgrade"]
    requirements = "\n".join([*outside_requirements(), OF_OTHER_EXPORTERS])
    sys.exit(subprocess.run([*command, *options, *output], input=requirements, text=True).returncode)


if __name__ == "__main__":
    main()
