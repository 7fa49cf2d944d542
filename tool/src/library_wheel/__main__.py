"""The command line: `library-wheel --help`."""

import argparse
import io
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from types import ModuleType

from .commands import check, env, loaded, try_
from .console import drop_output
from .errors import CannotRunError

# Each has NAME, HELP and EXAMPLES (texts), `add_arguments(parser)` and `run(arguments)`, which returns the exit code:
# 0, 1 if it has found problems, or 2 if it could not do what it was asked for.
COMMANDS: tuple[ModuleType, ...] = (check, env, loaded, try_)
EXIT_CODES = "Exit code: 0 if no problem was found, 1 if one was found, 2 if the command can't run, 130 after Ctrl-C."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="library-wheel", description="Check native libraries shared between wheels.")
    made.add_argument("--version", action="version", version=version("library-wheel"))
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        command = commands.add_parser(
            module.NAME,
            help=module.HELP,
            description=module.__doc__,
            epilog=f"Examples:\n{module.EXAMPLES}\n{EXIT_CODES}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return made


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 without problems, 1 with problems, 2 if it can't run, 130 after Ctrl-C."""
    arguments = parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Paths may contain bytes that are no text, and the terminal's encoding may lack characters.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = arguments.run(arguments)
    except CannotRunError as error:
        print(f"library-wheel: error: {error}", file=sys.stderr)
        code = 2
    except OSError as error:
        print(f"library-wheel: error: {error}", file=sys.stderr)
        # If it is the output that can't be written, Python would fail again when it flushes the rest at its exit.
        drop_output()
        code = 2
    except KeyboardInterrupt:
        print("library-wheel: interrupted", file=sys.stderr)
        # As shells count it: 128 and the number of SIGINT.
        code = 130
    except Exception:
        # By itself, Python would exit with 1, as if the command had found a problem.
        traceback.print_exc()
        print(
            "library-wheel: error: library-wheel has a fault. Please report it with the lines above.", file=sys.stderr
        )
        code = 2
    sys.exit(code)


if __name__ == "__main__":
    main()
