"""Comparable times: fresh interpreters take turns in a changing order, and give medians and quartiles."""

import logging
import os
import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from library_wheel.project.layouts import Layout

Key = TypeVar("Key")
Result = TypeVar("Result")

logger = logging.getLogger("bench")

# The files that an import compiles because they have no valid bytecode. Measurements must not include that.
COMPILED = """
from importlib.machinery import SourceFileLoader
result = []
original = SourceFileLoader.source_to_code
SourceFileLoader.source_to_code = lambda self, data, path, **options: (
    result.append(path) or original(self, data, path, **options)
)
"""

# Defined before the timed code, so that it is not timed itself.
MAPPED = """
def mapped(prefix):
    with open("/proc/self/maps") as maps:
        paths = {line.rstrip().split(maxsplit=5)[-1] for line in maps}
    return sorted(path for path in paths if path.rpartition("/")[2].startswith(prefix))
"""


class WrongCaseError(Exception):
    """A case does not do what its name says, so it must not be measured."""


@dataclass(frozen=True)
class Import:
    """A statement that imports something, the code that runs before it, and the files that it must load.

    Of the files whose names begin with `prefix`, it must load exactly those in `loads`.
    """

    description: str
    layout: Layout
    statement: str
    prefix: str
    loads: tuple[Path, ...] = ()
    before: str = ""

    def warm(self) -> None:
        """Write all bytecode, even of the standard library. Raise WrongCaseError if some is missing afterwards."""
        settle(self.loads)
        # compileall would keep the bytecode that pip has just written for another __init__.py, because it compares only
        # the time, in seconds.
        self.layout.with_environment(PYTHONDONTWRITEBYTECODE="").evaluate(f"{self.statement}\nresult = None")
        compiled = self.layout.evaluate(COMPILED + self.statement)
        if compiled:
            raise WrongCaseError(f"{self.statement}: no bytecode of {compiled}")

    def seconds(self) -> float:
        """Return the seconds it takes in a fresh interpreter. Raise WrongCaseError if it loads other files."""
        code = f"{MAPPED}{self.before}\nfrom time import perf_counter\nstart = perf_counter()\n{self.statement}\n"
        seconds, loaded = self.layout.evaluate(
            f"{code}seconds = perf_counter() - start\nresult = [seconds, mapped({self.prefix!r})]"
        )
        expected = sorted(map(str, self.loads))
        if loaded != expected:
            raise WrongCaseError(f"{self.description}: {self.statement} loads {loaded}, not {expected}")
        return seconds


def settle(files: Iterable[Path]) -> None:
    """Drop newly written files from the kernel's cache, and read them. Otherwise some take twice as much memory."""
    for file in files:
        descriptor = os.open(file, os.O_RDWR)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
        file.read_bytes()


def in_turns(what: str, cases: Mapping[Key, Callable[[], Result]], rounds: int) -> dict[Key, list[Result]]:
    """Return the results of each case. Every round calls all cases once, in random order."""
    results: dict[Key, list[Result]] = {key: [] for key in cases}
    for number in range(1, rounds + 1):
        for key in random.sample(list(cases), len(cases)):
            results[key].append(cases[key]())
        if number in (1, rounds) or number % 10 == 0:
            logger.info("%s: round %d of %d", what, number, rounds)
    return results


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and quartiles, which lie within the range of the values."""
    lower, median, upper = statistics.quantiles(values, method="inclusive")
    return {"median": median, "lower_quartile": lower, "upper_quartile": upper}
