"""Make the target's interpreter and the wheels before pytest runs, showing progress: `python prepare.py`.

This takes long, and pytest-xdist's workers would show nothing.
"""

import argparse
import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cross.debian import MissingPackagesError
from support.cache import CommandError

logger = logging.getLogger("prepare")


def main() -> None:
    """Run the command line."""
    argparse.ArgumentParser(prog="prepare", description=__doc__.splitlines()[0]).parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    start = time.monotonic()
    try:
        # Importing these makes the target's interpreter.
        from support.target import TARGET
        from support.wheels import wheelhouse

        directory = wheelhouse().directory
    except (CommandError, MissingPackagesError) as error:
        sys.exit(f"{error}\nprepare: the output above shows what failed. Run this again to continue where it was")
    except KeyboardInterrupt:
        sys.exit("prepare: interrupted. Run this again to continue where it was")
    logger.info("%s: ready after %.0f s, wheels in %s", TARGET.name, time.monotonic() - start, directory)


if __name__ == "__main__":
    main()
