"""Problems that rules find in wheels."""

from dataclasses import dataclass
from typing import Literal

from .wheel import Wheel

# An error breaks an import, or lets others decide what runs. A warning breaks something some day.
# A note is worth knowing. Notes don't make a check fail.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """One thing that a rule has to say about a wheel."""

    rule: str
    severity: Severity
    # None if it is about no wheel in particular.
    wheel: Wheel | None
    # The library it is about, under which reports group problems; "" if about the whole wheel.
    library: str
    # The files of the wheel that it was found in.
    files: tuple[str, ...]
    message: str
