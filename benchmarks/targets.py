"""The promised figures, and the measured ones."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import calls, consumers, memory
from .builds import BUNDLED, SHARED
from .exporters import CTYPES_LOADERS, DLOPEN_CASE, FLOOR_CASE, OURS

Results = Mapping[str, Any]


class Target(NamedTuple):
    """A ratio or number, and its limit."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether it is within the limit, if it has one."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"


def targets(results: Results) -> list[Target]:
    """Return all promises."""
    found = []
    for library, cases in results["imports"].items():
        found += of_imports(library, {name: case["median"] for name, case in cases.items()})
    return [*found, *of_consumers(results), *of_calls(results), *of_the_rest(results)]


def of_imports(library: str, median: Mapping[str, float]) -> list[Target]:
    """Return the promises for the import of an exporter."""
    floor = median[FLOOR_CASE]
    added = {name: value - floor for name, value in median.items()}
    cheapest = min((name for name in CTYPES_LOADERS if name in median), key=median.get)
    adds = f"what {cheapest} adds to the floor / what"
    return [
        Target(f"import of {library}: the pattern / floor + dlopen", median[OURS] / median[DLOPEN_CASE], at_most=1.1),
        Target(f"import of {library}: {adds} the pattern adds", added[cheapest] / added[OURS], at_least=20),
        Target(f"import of {library}: {adds} a bare dlopen adds", added[cheapest] / added[DLOPEN_CASE]),
    ]


def further(times: Mapping[str, Mapping[str, float]], first: str, last: str) -> float:
    """Return the seconds for each additional consumer, between two numbers of them."""
    return (times[last]["median"] - times[first]["median"]) / (int(last) - int(first))


def of_consumers(results: Results) -> list[Target]:
    """Return the promises for the import of many consumers."""
    found = []
    for family, times in results["consumers"].items():
        if family == consumers.BUNDLING:
            continue
        first, *_, some, most = times
        ratio = further(times, some, most) / further(times, first, some)
        what = f"N consumers {family}: each from {some} to {most} / each from {first} to {some}"
        found.append(Target(what, ratio, at_most=1.25))
    return found


def of_calls(results: Results) -> list[Target]:
    """Return the promises for calls."""
    found = []
    for kind, description in calls.KINDS.items():
        median = {way: kinds[kind]["median"] for way, kinds in results["calls"].items() if kind in kinds}
        ours = median[calls.OURS]
        found += [
            Target(f"{description}: the pattern / bundled copy", ours / median[calls.BUNDLED], at_most=1.05),
            Target(f"{description}: the pattern / static link", ours / median[calls.STATIC], at_most=1.05),
            Target(f"{description}: {calls.WITH_PLT} / static link", median[calls.WITH_PLT] / median[calls.STATIC]),
        ]
    return found


def of_the_rest(results: Results) -> list[Target]:
    """Return the promises for memory and builds."""
    shared, bundled = results["memory"][memory.SHARED], results["memory"][memory.BUNDLED]
    building = results["builds"]
    pools = (shared["threads"] - 1) / max(1, bundled["threads"] - 1)
    return [
        Target("two consumers of OpenBLAS: copies in the process", shared["copies"], at_most=1),
        Target("two consumers of OpenBLAS: threads started, shared / bundled", pools, at_most=1 / memory.CONSUMERS),
        Target(
            "build from sdist to repaired wheel: shared / bundled",
            building[SHARED]["median"] / building[BUNDLED]["median"],
            at_most=1,
        ),
    ]
