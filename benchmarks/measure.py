"""The whole measurement: build the cases, check that each does what it should, then take the times."""

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from library_wheel.project.layouts import Layouts, temporary_layouts
from library_wheel.project.packages import ROOT
from library_wheel.project.wheels import wheelhouse

from . import calls, machine, memory
from .builds import BUNDLED, SHARED, Builds
from .consumers import Consumers
from .exporters import Exporters, Library, home, libfoo, openblas
from .sizes import packed, size_of
from .timing import in_turns, spread

TRANSCRIPT = ROOT / "docs" / "transcript-lz4.md"


class Effort(NamedTuple):
    """The numbers of rounds and consumers, and the share of the calls."""

    imports: int
    consumers: int
    counts: tuple[int, ...]
    calls: int
    share: float
    memory: int
    builds: int


FULL = Effort(imports=60, consumers=25, counts=(1, 2, 5, 20, 100), calls=40, share=1, memory=5, builds=5)
# Quartiles need two of each.
CHECK = Effort(imports=2, consumers=2, counts=(1, 2, 3), calls=2, share=0.001, memory=2, builds=2)


def measure(effort: Effort) -> dict[str, Any]:
    """Return all figures: times in seconds, sizes in bytes."""
    described = machine.describe()  # first, to record the initial load
    with temporary_layouts(wheelhouse) as layouts:
        exporter = layouts.private(layouts.wheels.repaired("libfoo"))
        builds = Builds(layouts.new_directory("builds", frozenset()), layouts.wheels, home(exporter) / "libfoo")
        built = in_turns("builds", {SHARED: timed(builds.shared), BUNDLED: timed(builds.bundled)}, effort.builds)
        wheels = {"libfoo": {way: rounds[0][1] for way, rounds in built.items()}, "OpenBLAS": builds.blas()}
        libraries = [
            libfoo(exporter, layouts.private(wheels["libfoo"][SHARED])),
            openblas(layouts.private(wheels["OpenBLAS"][SHARED])),
        ]
        packages = {library.name: Exporters(layouts, library) for library in libraries}
        families = {
            library.name: Consumers(layouts, library, packages[library.name].ours(), **wheels[library.name])
            for library in libraries
        }
        return {
            "machine": described,
            "rounds": effort._asdict(),
            "imports": imports(packages, effort),
            "consumers": many_consumers(families["libfoo"], effort),
            "calls": of_calls(layouts, home(exporter) / "libfoo", effort),
            "sizes": {
                library.name: sizes(wheels[library.name], exporter_wheel(layouts, packages[library.name], library))
                for library in libraries
            },
            "memory": in_memory(families["OpenBLAS"], effort),
            "builds": {way: spread([seconds for seconds, _ in rounds]) for way, rounds in built.items()},
            "template": {"copied and tested": from_transcript()},
        }


def timed(build: Callable[[], Path]) -> Callable[[], tuple[float, Path]]:
    """Return a function that returns how long a build takes, and the wheel."""

    def call() -> tuple[float, Path]:
        start = time.monotonic()
        wheel = build()
        return time.monotonic() - start, wheel

    return call


def imports(packages: dict[str, Exporters], effort: Effort) -> dict[str, Any]:
    """Return the times of each exporter's import, by library."""
    cases = {
        (library, name): (exporters, case)
        for library, exporters in packages.items()
        for name, case in exporters.cases().items()
    }
    for exporters, case in cases.values():
        case.warm()
        exporters.check(case)
    times = in_turns("imports", {key: case.seconds for key, (_, case) in cases.items()}, effort.imports)
    results: dict[str, Any] = {library: {} for library in packages}
    for (library, name), seconds in times.items():
        results[library][name] = {"what": cases[library, name][1].description, **spread(seconds)}
    return results


def many_consumers(consumers: Consumers, effort: Effort) -> dict[str, Any]:
    """Return the times of importing different numbers of consumers, for each kind of consumer."""
    most = effort.counts[-1]
    makers = (consumers.of_one_library, consumers.as_the_example, consumers.of_a_library_each, consumers.bundling)
    families = [make(most) for make in makers]
    for family in families:
        family.first(most).warm()
        family.check(most)
    cases = {(family.description, count): family.first(count).seconds for family in families for count in effort.counts}
    results: dict[str, Any] = {family.description: {} for family in families}
    for (description, count), seconds in in_turns("consumers", cases, effort.consumers).items():
        results[description][str(count)] = spread(seconds)
    return results


def of_calls(layouts: Layouts, exporter: Path, effort: Effort) -> dict[str, Any]:
    """Return the times of a call, for each way to call the library."""
    ways = calls.ways(layouts, exporter)
    calls.check({name: way.measure(CHECK.share) for name, way in ways.items()})
    measured = in_turns("calls", {name: partial(way.measure, effort.share) for name, way in ways.items()}, effort.calls)
    return {
        name: {kind: spread([kinds[kind][0] for kinds in rounds]) for kind in rounds[0]}
        for name, rounds in measured.items()
    }


def exporter_wheel(layouts: Layouts, exporters: Exporters, library: Library) -> Path:
    """Return the wheel of an exporter; for OpenBLAS, an archive with the same files as a wheel."""
    if library.name == "libfoo":
        return layouts.wheels.repaired("libfoo")
    return packed(home(exporters.ours()), layouts.new_directory("wheel", frozenset()) / f"{library.module}.whl")


def sizes(consumer: dict[str, Path], exporter: Path) -> dict[str, Any]:
    """Return the sizes of the wheels for a library."""
    return {"exporter": size_of(exporter), **{way: size_of(wheel) for way, wheel in consumer.items()}}


def in_memory(consumers: Consumers, effort: Effort) -> dict[str, Any]:
    """Return the memory and threads of a process with consumers of OpenBLAS, for each kind of consumer."""
    cases = {name: case.measure for name, case in memory.cases(consumers).items()}
    return {name: memory.medians(rounds) for name, rounds in in_turns("memory", cases, effort.memory).items()}


def from_transcript() -> int:
    """Return the seconds from `copier copy` to a tested wheel, from docs/transcript-lz4.md."""
    found = re.search(r"^\| together \| (\d+) \|", TRANSCRIPT.read_text(), re.MULTILINE)
    assert found, f"{TRANSCRIPT} does not say how long both commands took together"
    return int(found[1])
