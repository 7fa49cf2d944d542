"""Make the platform's interpreter and the wheels before pytest runs, showing progress: `python prepare.py`.

This takes long, and pytest-xdist's workers would show nothing.
"""

import argparse
import logging
import sys
import time

from library_wheel.errors import CannotRunError
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import wheelhouse

logger = logging.getLogger("prepare")


def main() -> None:
    """Run the command line."""
    argparse.ArgumentParser(prog="prepare", description=__doc__.splitlines()[0]).parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    start = time.monotonic()
    try:
        PLATFORM.put_compilers_on_path()
        directory = wheelhouse().directory
    except CannotRunError as error:
        sys.exit(f"{error}\nprepare: a command failed; its output is above. Run this again to continue")
    except KeyboardInterrupt:
        sys.exit("prepare: interrupted. Run this again to continue")
    logger.info("%s: ready after %.0f s, wheels in %s", PLATFORM.name, time.monotonic() - start, directory)


if __name__ == "__main__":
    main()
