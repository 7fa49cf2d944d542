"""Measure what `import libfoo` costs, beside an extension without a library and beside loading the same file by ctypes.

`python import_cost.py [--rounds N] [--json | --markdown]`; `tox -e bench` does it with what it needs installed.
"""

import sys

if sys.version_info < (3, 10) or sys.implementation.name != "cpython":  # hence no syntax newer than 3.6 in this file
    sys.exit(f"bench: needs CPython 3.10 or later; this is {sys.implementation.name} {sys.version.split()[0]}")

import argparse
import json
import logging
import platform
import random
import statistics
from pathlib import Path
from typing import NamedTuple

sys.path.extend(str(Path(__file__).resolve().parents[1] / folder) for folder in ("", "tests"))

from demo import cannot_build
from support.cache import CommandError
from support.edits import replace_once
from support.layouts import Layout, Layouts, temporary_layouts
from support.wheels import variant, wheelhouse

CTYPES_LOADER = Path(__file__).with_name("ctypes_loader.py")

# Run in a fresh interpreter, after what a case imports before. It also says whether the library is in the process: a
# case that does not do what it is named for must not be measured.
MEASURE = """
from time import perf_counter
start = perf_counter()
import libfoo
seconds = perf_counter() - start
with open("/proc/self/maps") as maps:
    loaded = any(line.endswith("/libfoo.so.1\\n") for line in maps)
result = [seconds, loaded]
"""

# The files that an import compiles, for lack of valid bytecode: what is measured must not include that.
COMPILED = """
from importlib.machinery import SourceFileLoader
result = []
original = SourceFileLoader.source_to_code
SourceFileLoader.source_to_code = lambda self, data, path, **options: (
    result.append(path) or original(self, data, path, **options)
)
import libfoo
"""


class Case(NamedTuple):
    """A package `libfoo` of another make: what it is, whether its import loads the library, and what runs before."""

    description: str
    loads: bool
    before: str = ""


CASES = {
    "empty": Case("a package with an empty __init__.py", loads=False),
    "floor": Case("the same package, its extension not linked to the library", loads=False),
    "libfoo": Case("libfoo, as it is", loads=True),
    "ctypes": Case("the same library, loaded by ctypes and pathlib", loads=True),
    "warm ctypes": Case("that, in a program that has imported both", loads=True, before="import ctypes, pathlib"),
}


class Ratio(NamedTuple):
    """A result that is comparable between machines; `value` and `met` are None if it is lost in the noise."""

    name: str
    value: float | None
    target: str
    met: bool | None


logger = logging.getLogger("bench")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds",
        type=number_of_rounds,
        default=60,
        metavar="N",
        help="fresh interpreters for each case (default: 60)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the figures as JSON, times in seconds")
    form.add_argument("--markdown", action="store_true", help="print Markdown tables")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)

    reason = cannot_build()
    if reason is not None:
        sys.exit(f"bench: {reason}")
    try:
        with temporary_layouts(wheelhouse) as layouts:
            times = measure({name: make_case(layouts, name) for name in CASES}, arguments.rounds)
    except CommandError as error:
        sys.exit(f"{error}\nbench: the build failed; its output is above")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")

    print(as_json(times) if arguments.json else as_text(times, markdown=arguments.markdown))


def number_of_rounds(text: str) -> int:
    """Return the value of --rounds; quartiles need two."""
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"a whole number of at least 2 is needed, not {text!r}")
    return int(text)


def without_library(tree: Path) -> None:
    """Compile the two functions that the stub calls into it, instead of linking it to the library."""
    meson = tree / "libfoo-wheel" / "meson.build"
    replace_once(meson, "link_with: foo,", "sources: upstream.get_variable('foo_sources')[0],")


def make_case(layouts: Layouts, name: str) -> Layout:
    """Install a case's package, alone in a folder."""
    built = variant(without_library) if name == "floor" else layouts.wheels
    layout = layouts.private(built.wheel("libfoo"))
    package = layout.homes["libfoo"] / "libfoo"
    if name == "empty":
        (package / "__init__.py").write_text("")
    elif name.endswith("ctypes"):
        (package / "__init__.py").write_text(CTYPES_LOADER.read_text())
    # Writes the bytecode, its own and the standard library's. compileall would keep what pip has just written of the
    # other __init__.py: it compares the time, in seconds, and not the size.
    layout.with_environment(PYTHONDONTWRITEBYTECODE="").evaluate("import libfoo; result = None")
    compiled = layout.evaluate(COMPILED)
    assert compiled == [], f"{name}: no bytecode of {compiled}"
    return layout


def measure(layouts: dict[str, Layout], rounds: int) -> dict[str, list[float]]:
    """Return the times of so many imports of each case, in seconds, taken in turns, in an order that changes."""
    times: dict[str, list[float]] = {name: [] for name in layouts}
    for number in range(1, rounds + 1):
        for name in random.sample(list(layouts), len(layouts)):
            case = CASES[name]
            seconds, loaded = layouts[name].evaluate(case.before + MEASURE)
            assert loaded == case.loads, f"{name}: the library is {'' if loaded else 'not '}loaded"
            times[name].append(seconds)
        if number % 10 == 0 or number == rounds:
            logger.info("round %d of %d", number, rounds)
    return times


def ratios(times: dict[str, list[float]]) -> list[Ratio]:
    """Return what the project promises, as measured."""
    median = {name: statistics.median(values) for name, values in times.items()}
    share = median["libfoo"] / median["floor"]
    added = median["libfoo"] - median["floor"]
    gain = (median["ctypes"] - median["floor"]) / added if added > 0 else None
    return [
        Ratio("libfoo / floor", share, "at most 1.4", share <= 1.4),
        Ratio("(ctypes - floor) / (libfoo - floor)", gain, "at least 20", None if gain is None else gain >= 20),
    ]


def quartiles(values: list[float]) -> list[float]:
    """Return lower quartile, median and upper quartile; none of them lies outside of the values."""
    return statistics.quantiles(values, method="inclusive")


def as_json(times: dict[str, list[float]]) -> str:
    """Return the results for programs."""
    return json.dumps(
        {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "rounds": len(times["libfoo"]),
            "ratios": [ratio._asdict() for ratio in ratios(times)],
            "seconds": {
                name: dict(zip(("lower_quartile", "median", "upper_quartile"), quartiles(values), strict=True))
                for name, values in times.items()
            },
        },
        indent=2,
    )


def as_text(times: dict[str, list[float]], *, markdown: bool) -> str:
    """Return the results for people: the ratios first, since times are those of one machine."""
    heading = [["ratio of medians", "measured", "target", "met"]]
    for ratio in ratios(times):
        value = "lost in the noise" if ratio.value is None else f"{ratio.value:.2f}"
        heading.append([ratio.name, value, ratio.target, {True: "yes", False: "NO", None: "unknown"}[ratio.met]])
    rows = [["case", "median, ms", "quartiles, ms", "what is imported"]]
    for name, values in times.items():
        lower, median, upper = (f"{1000 * value:.2f}" for value in quartiles(values))
        rows.append([name, median, f"{lower} - {upper}", CASES[name].description])
    rounds = len(times["libfoo"])
    machine = f"{platform.system()} {platform.machine()}"
    source = f"CPython {platform.python_version()}, {machine}; {rounds} fresh interpreters for each case."
    return "\n\n".join([as_table(heading, markdown=markdown), as_table(rows, markdown=markdown), source])


def as_table(rows: list[list[str]], *, markdown: bool) -> str:
    """Return rows, the first of which is the header, as a table."""
    if markdown:
        return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


if __name__ == "__main__":
    main()
