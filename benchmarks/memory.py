"""Memory and threads of a process with two consumers of OpenBLAS."""

import statistics
from dataclasses import dataclass
from pathlib import Path

from .consumers import Consumers, Family
from .timing import WrongCaseError, settle

PROBE = Path(__file__).with_name("memory_probe.py")
CONSUMERS = 2
ALONE, SHARED, BUNDLED, SAME = (
    "no consumer",
    "two sharing one library",
    "two bundling a copy each",
    "two bundling the same bytes",
)


@dataclass(frozen=True)
class Case:
    """Some consumers of a family, and the number of copies that they must load."""

    family: Family
    consumers: int
    copies: int

    def measure(self) -> dict[str, int]:
        """Return the numbers for a fresh interpreter. Raise WrongCaseError if its copies or results are wrong."""
        modules = [f"consumer{number}" for number in range(self.consumers)]
        numbers = self.family.layout.json(PROBE, self.family.prefix, *modules)
        if not numbers.pop("right") or numbers["copies"] != self.copies:
            raise WrongCaseError(f"{self.family.description}: wrong results, or other copies of OpenBLAS: {numbers}")
        return numbers


def cases(consumers: Consumers) -> dict[str, Case]:
    """Return the cases."""
    sharing = consumers.of_one_library(CONSUMERS)
    bundling = consumers.bundling(CONSUMERS)
    same = consumers.bundling(CONSUMERS, differing=False)
    for family in (sharing, bundling, same):
        settle(family.copies)
    return {
        ALONE: Case(sharing, 0, 0),
        SHARED: Case(sharing, CONSUMERS, 1),
        BUNDLED: Case(bundling, CONSUMERS, CONSUMERS),
        SAME: Case(same, CONSUMERS, 1),
    }


def medians(rounds: list[dict[str, int]]) -> dict[str, int]:
    """Return the median of each number."""
    return {name: round(statistics.median(numbers[name] for numbers in rounds)) for name in rounds[0]}
