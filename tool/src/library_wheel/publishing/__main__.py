"""Prepare and check a project's files to publish: `python -m library_wheel.publishing COMMAND`."""

import argparse
import sys

from ..errors import CannotRunError
from . import pins, prepare, release, sdists

COMMANDS = {"prepare": prepare, "sdists": sdists, "pins": pins, "release": release}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m library_wheel.publishing", description=__doc__.partition(":")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        text = (module.__doc__ or "").partition("\n")[0]
        module.add_arguments(commands.add_parser(name, help=text, description=text))
    arguments = parser.parse_args()
    try:
        sys.exit(COMMANDS[arguments.command].run(arguments))
    except CannotRunError as error:
        sys.exit(f"{parser.prog} {arguments.command}: {error}")


if __name__ == "__main__":
    main()
