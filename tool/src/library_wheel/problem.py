"""Problems that rules find in wheels."""

from dataclasses import dataclass
from typing import Literal

from .wheel import Wheel

# An error breaks an import, or lets others decide what code runs. A warning may break something later. A note is only
# information and doesn't make a check fail.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """One finding of a rule in a wheel."""

    rule: str
    severity: Severity
    # None if the problem is not about a single wheel.
    wheel: Wheel | None
    # The library that the problem is about, or "" for the whole wheel. Reports group problems by library.
    library: str
    # The wheel's files with the problem.
    files: tuple[str, ...]
    message: str
