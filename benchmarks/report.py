"""Renders docs/benchmarks.md, and the part of README.md that quotes it, only from docs/benchmarks.json."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from library_wheel.project.packages import ROOT

from . import calls
from .builds import BUNDLED, SHARED
from .consumers import BUNDLING, SHARING
from .exporters import FLOOR_CASE, OURS
from .targets import Results, further, targets

DATA = ROOT / "docs" / "benchmarks.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- benchmarks -->\n", "<!-- /benchmarks -->\n"
PAGE = Path(__file__).with_name("page.md.in")
PICTURES = {
    "imports": "Import times of exporters",
    "consumers": "Import times of consumers, by their number",
    "memory": "Bytes and threads of two consumers of OpenBLAS, and the bytes installed",
}
COUNTS = (1, 2, 5, 20, 100)

Spread = Mapping[str, float]


def write(results: Results, docs: Path) -> list[Path]:
    """Write the page, its data and its pictures; return their paths."""
    from .plots import draw

    docs.mkdir(exist_ok=True)
    data, page = docs / DATA.name, docs / "benchmarks.md"
    data.write_text(f"{json.dumps(results, indent=1)}\n", encoding="utf-8")
    page.write_text(as_markdown(results), encoding="utf-8")
    return [data, page, *draw(results, docs / "benchmarks")]


def quote(results: Results) -> Path:
    """Put the quoted figures between the marks in README.md; return its path."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{README} must have the figures between lines {BEGIN.strip()} and {END.strip()}")
    README.write_text(f"{before}{BEGIN}{for_readme(results)}{END}{after}", encoding="utf-8")
    return README


def for_readme(results: Results) -> str:
    """Return the lines that README.md quotes: a figure each for time, memory and builds."""
    measured = {target.what: f"{target.value:.2f} times as" for target in targets(results)}
    imports, threads, builds = (
        measured[what]
        for what in (
            "import of libfoo: the pattern / floor + dlopen",
            "two consumers of OpenBLAS: threads started, shared / bundled",
            "build from sdist to repaired wheel: shared / bundled",
        )
    )
    return (
        f"- Importing an exporter takes {imports} long as importing a bare extension that calls `dlopen()`.\n"
        f"- Two consumers that share OpenBLAS start {threads} many threads as two that bundle it.\n"
        f"- Building a consumer that shares takes {builds} long as building one that bundles.\n"
    )


def as_markdown(results: Results) -> str:
    """Return the page."""
    parts = {
        "date": results["machine"]["date"],
        **{f"{name}_picture": f"![{text}](benchmarks/{name}.svg)" for name, text in PICTURES.items()},
        "machine": machine_table(results["machine"], results["rounds"]),
        "targets": targets_table(results),
        "imports": "\n\n".join(import_table(*item) for item in results["imports"].items()),
        "consumers": consumers_table(results["consumers"]),
        "calls": calls_table(results["calls"]),
        "sizes": "\n\n".join(sizes_table(*item) for item in results["sizes"].items()),
        "memory": memory_table(results["memory"]),
        "builds": builds_table(results),
    }
    return PAGE.read_text(encoding="utf-8").format_map(parts)


def machine_table(machine: Mapping[str, Any], rounds: Mapping[str, Any]) -> str:
    """Return the machine, the versions and the number of rounds."""
    taken = ", ".join(f"{what} {rounds[what]}" for what in ("imports", "consumers", "calls", "memory", "builds"))
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    processors = f"{machine['processors']}, {machine['processor']}; load {machine['load']:.1f} at the beginning"
    system = f"{machine['system']}, {machine['libc']}, {machine['compiler']}"
    return table(["processors", processors], [["system", system], ["versions", versions], ["rounds", taken]])


def targets_table(results: Results) -> str:
    """Return the promised and the measured figures."""
    words = {True: "yes", False: "**no**", None: ""}
    return table(
        ["", "measured", "promised", "kept"],
        ([target.what, f"{target.value:.2f}", target.limit, words[target.met]] for target in targets(results)),
    )


def import_table(library: str, cases: Mapping[str, Any]) -> str:
    """Return the times of the exporters of a library."""
    floor = cases[FLOOR_CASE]["median"]
    rows = (
        [name, *times(case, 1e3), f"{1e3 * (case['median'] - floor):.2f}", beside(case, cases[OURS]), case["what"]]
        for name, case in cases.items()
    )
    return table([library, "median, ms", "quartiles, ms", "added, ms", "the pattern is", "what is imported"], rows)


def consumers_table(families: Mapping[str, Mapping[str, Spread]]) -> str:
    """Return the times of different numbers of consumers."""
    counts = list(next(iter(families.values())))
    first, *_, some, most = counts
    header = ["ms", *counts, f"each from {first} to {some}", f"each from {some} to {most}"]
    rows = (
        [
            family,
            *(f"{1e3 * case['median']:.2f}" for case in of.values()),
            *(f"{1e3 * further(of, *pair):.3f}" for pair in ((first, some), (some, most))),
        ]
        for family, of in families.items()
    )
    bundling, sharing = families[BUNDLING], families[SHARING]
    verdicts = ["sharing one is", *(beside(bundling[count], sharing[count]) for count in counts), "", ""]
    return table(header, [*rows, verdicts])


def calls_table(ways: Mapping[str, Mapping[str, Spread]]) -> str:
    """Return the times of calls."""
    rows = []
    for kind, description in calls.KINDS.items():
        for way, kinds in ways.items():
            if kind in kinds:
                rows.append([description, way, *times(kinds[kind], 1e9), beside(kinds[kind], ways[calls.OURS][kind])])
    return table(["", "", "median, ns", "quartiles, ns", "the pattern is"], rows)


def sizes_table(library: str, sizes: Mapping[str, Mapping[str, int]]) -> str:
    """Return the bytes for different numbers of consumers."""
    header = [f"{library}, MB", *map(str, COUNTS)]
    return table(
        header,
        (
            [f"{what}, {way}", *(f"{total(sizes, way, what, count) / 1e6:.3f}" for count in COUNTS)]
            for what in ("downloaded", "installed")
            for way in (SHARED, BUNDLED)
        ),
    )


def total(sizes: Mapping[str, Mapping[str, int]], way: str, what: str, count: int) -> int:
    """Return the bytes for this many consumers, and for their exporter if they share."""
    return count * sizes[way][what] + (sizes["exporter"][what] if way == SHARED else 0)


def memory_table(cases: Mapping[str, Mapping[str, int]]) -> str:
    """Return the memory and threads of processes."""
    columns = {"mapped": "mapped of OpenBLAS, MB", "private": "private, MB", "resident": "resident, MB"}
    rows = (
        [
            name,
            *(f"{numbers[column] / 1e6:.1f}" for column in columns),
            str(numbers["copies"]),
            str(numbers["threads"] - 1),
        ]
        for name, numbers in cases.items()
    )
    return table(["", *columns.values(), "copies of OpenBLAS", "threads started"], rows)


def builds_table(results: Results) -> str:
    """Return the times of builds."""
    names = {
        SHARED: "consumer-ext's sdist, to a wheel that shares libfoo",
        BUNDLED: "the same sdist, to a wheel into which auditwheel bundles the system's libfoo",
    }
    building = results["builds"]
    rows = [[names[way], *times(case, 1), beside(case, building[SHARED])] for way, case in building.items()]
    link = "from `copier copy` to a tested project for LZ4 ([transcript](transcript-lz4.md))"
    rows.append([link, str(results["template"]["copied and tested"]), "", ""])
    return table(["", "median, s", "quartiles, s", "sharing is"], rows)


def times(case: Spread, factor: float) -> tuple[str, str]:
    """Return median and quartiles as text."""
    median, lower, upper = (f"{factor * case[key]:.2f}" for key in ("median", "lower_quartile", "upper_quartile"))
    return median, f"{lower} - {upper}"


def beside(other: Spread, ours: Spread) -> str:
    """Return our way compared with another one."""
    if other is ours:
        return ""
    if ours["lower_quartile"] > other["upper_quartile"]:
        return "slower"
    return "faster" if ours["upper_quartile"] < other["lower_quartile"] else "equal"


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])
