"""Measure the costs and savings of the pattern, compared with current practice; write docs/benchmarks.md and plots.

`python benchmarks [--check | --render]`; `tox -e bench` runs this with its dependencies installed.
"""

import sys

if sys.version_info < (3, 10) or sys.implementation.name != "cpython":  # hence no syntax newer than 3.6 in this file
    sys.exit(f"bench: needs CPython 3.10 or later; this is {sys.implementation.name} {sys.version.split()[0]}")

import argparse
import json
import logging
import tempfile
from pathlib import Path

sys.path.extend(str(Path(__file__).resolve().parents[1] / folder) for folder in ("", "tests"))

from benchmarks.measure import CHECK, FULL, measure
from benchmarks.timing import WrongCaseError
from library_wheel.processes import CommandError
from library_wheel.project.builds import cannot_build


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="run each case once and check it; write no figures")
    mode.add_argument("--render", action="store_true", help="write the page again, from docs/benchmarks.json")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)

    if sys.platform != "linux":
        sys.exit(f"bench: this command reads Linux's /proc, and can't run on {sys.platform}")
    reason = cannot_build()
    if reason is not None:
        sys.exit(f"bench: {reason}")
    # Imported here, so that the messages above need no dependencies.
    from benchmarks.report import DATA, README, quote, write

    try:
        if arguments.check:
            with tempfile.TemporaryDirectory() as directory:
                write(measure(CHECK), Path(directory))
            print("Each case did what its name says, and all cases of a table computed the same results.")
        else:
            results = json.loads(DATA.read_text()) if arguments.render else measure(FULL)
            for path in (*write(results, DATA.parent), quote(results)):
                print(path.relative_to(README.parent))
    except CommandError as error:
        sys.exit(f"{error}\nbench: the build failed; its output is above")
    except WrongCaseError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")


if __name__ == "__main__":
    main()
