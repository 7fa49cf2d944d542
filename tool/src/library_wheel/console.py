"""Output of commands: tables on standard output, and progress on standard error if that is a terminal."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

# A file or a pipe has no width. This is wide enough for paths.
WIDTH_WITHOUT_TERMINAL = 200


class Output(Console):
    """Standard output, for people or programs, without guesses about what a text means."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
        super().__init__(highlight=False, emoji=False, markup=False, width=width)

    def on_broken_pipe(self) -> None:
        """Drop the rest if the reader, such as `head`, has ended. The exit code still says what was found."""
        drop_output()


def drop_output() -> None:
    """Send what is still to be written to standard output nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_table(console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print an empty line, a title and a table. A column "MB" is aligned to the right."""
    made = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns:
        made.add_column(column, justify="right" if column == "MB" else "left", overflow="fold")
    for row in rows:
        made.add_row(*row)
    # rich would wrap a title of the table to the width of the table.
    console.print(f"\n{title}", style="bold", soft_wrap=True)
    console.print(made)


def print_json(answer: dict[str, Any]) -> None:
    """Print an answer for programs."""
    try:
        print(json.dumps(answer, indent=2), flush=True)
    except BrokenPipeError:
        drop_output()


def count(number: int, noun: str) -> str:
    """Return a number with a noun, in the plural if needed."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{number} {noun}s"


def megabytes(size: int) -> str:
    """Return a size in megabytes of a million bytes, with one decimal."""
    return f"{size / 1e6:.1f}"


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """Show the progress of a task while it lasts; yield a function to call with the steps done and the total."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f}/{task.total:.0f}")
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(text, total=1)
        yield lambda done, of: shown.update(task, completed=done, total=of)
