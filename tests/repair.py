"""Repair a wheel for publishing: `python repair.py EXPORTERS WHEEL FOLDER [OPTION...]`.

EXPORTERS is a site-packages with the exporters. The wheel's tag decides which tool repairs it: auditwheel, delocate or
delvewheel. That leaves the wheel's own libraries and the exporters' where they are.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from support.repair import auditwheel, delocate, delvewheel

TOOLS = {"linux": auditwheel, "macosx": delocate, "win": delvewheel}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exporters", type=Path)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    arguments, options = parser.parse_known_args()
    platform = arguments.wheel.stem.rpartition("-")[2]
    tool = next(tool for tag, tool in TOOLS.items() if platform.startswith(tag))
    try:
        tool(arguments.wheel, arguments.folder, arguments.exporters, os.environ, *options)
    except subprocess.CalledProcessError as error:
        # It has said why.
        sys.exit(error.returncode)


if __name__ == "__main__":
    main()
