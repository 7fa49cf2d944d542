"""Make what the tests need and take long to make, with progress: the target's interpreter and the wheels.

`python prepare.py`, before pytest: the workers of pytest-xdist show none.
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
        # At their import the target's interpreter is made.
        from support.target import TARGET
        from support.wheels import wheelhouse

        directory = wheelhouse().directory
    except (CommandError, MissingPackagesError) as error:
        sys.exit(f"{error}\nprepare: the output above says what failed; run it again, what is finished is kept")
    except KeyboardInterrupt:
        sys.exit("prepare: interrupted; run it again, what is finished is kept")
    logger.info("%s: ready after %.0f s, wheels in %s", TARGET.name, time.monotonic() - start, directory)


if __name__ == "__main__":
    main()
