"""Build and check a project's files to publish: `python -m library_wheel.publishing COMMAND`."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from ..errors import CannotRunError

# Each is a module with a function `run(arguments)`, which returns the exit code. The modules read the project, so they
# are imported only to run, and `--help` works anywhere.
COMMANDS = {
    "wheels": "empty dist/, then build, repair and test the wheels there with cibuildwheel, which gets all arguments",
    "sdists": "make the sdists to publish, and the wheels that work on every platform",
    "pins": "write build-requirements.txt, which pins what builds for publication install, by version and hash",
    "release": "check that the files to publish agree with each other and with the tag",
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m library_wheel.publishing",
        description=(__doc__ or "").partition(":")[0],
        epilog="Example: python -m library_wheel.publishing release dist v1.1.0. "
        "Exit code: 0 if no problem was found, 1 if one was found, 2 if the command can't run.",
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name == "wheels":
            command.usage = f"{command.prog} [-h] [CIBUILDWHEEL_ARGUMENT ...]"
        if name in ("sdists", "release"):
            command.add_argument("folder", type=Path, help="the folder with the files to publish, such as dist")
        if name == "release":
            command.add_argument("tag", help="the tag: v and the exporter's version, such as v1.1.0")
    return made


def main() -> None:
    """Run the command line and exit: 0 without problems, 1 with problems, 2 if it can't run."""
    arguments, others = parser().parse_known_args()
    if arguments.command == "wheels":
        # For cibuildwheel. argparse.REMAINDER would not do: the parser refuses an option that comes first.
        arguments.options = others
    elif others:
        parser().error(f"unrecognized arguments: {' '.join(others)}")
    try:
        command = import_module(f"library_wheel.publishing.{arguments.command}")
        sys.exit(command.run(arguments))
    except CannotRunError as error:
        said = str(error)
    except ModuleNotFoundError as error:
        said = f'{error.name} is missing: run {sys.executable} -m pip install "library-wheel[publishing]"'
    print(f"{parser().prog} {arguments.command}: error: {said}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
