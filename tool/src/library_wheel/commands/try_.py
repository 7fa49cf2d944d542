"""Install wheels across site-packages of disposable interpreters and show which copy of a library each pair uses.

If you name no wheels, those of the project in the current folder are built. Its pyproject.toml must have
`[tool.library-wheel]`.

A consumer is a wheel that requires another one with libraries, its exporter. Each of the two is installed into the
interpreter's own site-packages, the user's, or a virtual environment, in all combinations, and the consumer's module is
imported. A pair that can't be imported, or that maps a copy other than the exporter's, is a problem.
"""

import argparse
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from ..catalogue import load
from ..console import Output, print_json, print_table, progress
from ..errors import CannotRunError
from ..layouts import Layouts, folder_for_layouts
from ..platforms.known import PLATFORMS, named
from ..platforms.native import Native
from ..platforms.platform import Platform
from ..project.settings import find_root
from ..project.settings import settings as project_settings
from ..trial import PLACES, Pair, Trial, pairs, trials
from ..wheel import Wheel

NAME = "try"
HELP = "install wheels across site-packages and show which copy of a library each pair uses"
EXAMPLES = """\
  library-wheel try dist/libfoo-1.1.0-*.whl dist/consumer_ext-1.0.0-*.whl
  library-wheel try
  library-wheel try --platform musl dist/*-musllinux_1_2_x86_64.whl
  library-wheel try dist/ --import consumer-ext=consumer_ext._ext --expression 'consumer.intern("a") == 1'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "wheels",
        nargs="*",
        type=Path,
        metavar="WHEEL",
        help="a wheel, or a folder of wheels (default: build those of the project in the current folder)",
    )
    parser.add_argument(
        "--import",
        dest="modules",
        action="append",
        default=[],
        metavar="DISTRIBUTION=MODULE",
        help="the module of a consumer to import (default: its only package); repeat the option for more",
    )
    parser.add_argument(
        "--expression",
        metavar="PYTHON",
        help="an expression to evaluate in each layout, in which `consumer` is the imported module of a consumer that "
        "exports no library itself; False or an exception is a problem",
    )
    parser.add_argument(
        "--layouts",
        default=",".join(PLACES),
        metavar="PLACES",
        help=f"the kinds of site-packages to install into, separated by commas (default: {','.join(PLACES)})",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--python", type=Path, metavar="PYTHON", help="the interpreter to copy (default: this command's)"
    )
    where.add_argument(
        "--platform",
        metavar="NAME",
        help="try the wheels on another platform, whose interpreter is downloaded and set up once: "
        f"{', '.join(runnable())}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Try the wheels; return 1 if a pair does not share the exporter's library."""
    places = arguments.layouts.split(",")
    if unknown := [place for place in places if place not in PLACES]:
        raise CannotRunError(f"--layouts can't have {unknown[0]!r}; choose from {', '.join(PLACES)}")
    settings = project_settings(find_root(Path.cwd()) or Path.cwd())
    modules = {**settings.get("import", {}), **dict(map(module, arguments.modules))}
    modules = {str(canonicalize_name(name)): value for name, value in modules.items()}
    wheels = load(arguments.wheels or of_project(arguments))
    refuse_alternatives(wheels)
    refuse_unknown([canonicalize_name(module(text)[0]) for text in arguments.modules], wheels)
    found = pairs(wheels, modules)
    expression = arguments.expression or expression_of(settings)
    seen = run_trials(wheels, found, places, expression, chosen(arguments))
    print_json(answer(seen)) if arguments.json else show(seen, arguments.expression, expression)
    return 0 if all(trial.shares for trial in seen) else 1


def runnable() -> list[str]:
    """Return the names of the platforms whose interpreters run here."""
    return [name for name, platform in PLATFORMS.items() if platform.is_foreign and not platform.unmet(["interpreter"])]


def chosen(arguments: argparse.Namespace) -> Platform:
    """Return the platform whose interpreter runs the wheels. Raises CannotRunError if none can be copied."""
    if arguments.platform:
        platform = named(arguments.platform)
        if reason := platform.unmet(["interpreter"]):
            others = f". Platforms that can: {', '.join(names)}" if (names := runnable()) else ""
            raise CannotRunError(f"wheels for {platform.name} can't be tried: {reason}{others}")
        return platform
    native = Native(arguments.python) if arguments.python else Native()
    if native.loader not in ("glibc", "musl"):
        raise CannotRunError("library-wheel try copies the interpreter, which works only on Linux")
    return native


def of_project(arguments: argparse.Namespace) -> list[Path]:
    """Build the wheels of the project here and return them. Raises CannotRunError if there is none."""
    if find_root(Path.cwd()) is None:
        raise CannotRunError(
            "no wheels are named, and there is no project to build: neither this folder nor one above it has a "
            "pyproject.toml with [[tool.library-wheel.packages]]. Run library-wheel try WHEEL..."
        )
    if arguments.python or arguments.platform:
        raise CannotRunError(
            "with --python or --platform, name the wheels to try: the project's wheels are built for this interpreter "
            "only"
        )
    # Imported here because the import reads the project.
    from ..project.builds import cannot_build
    from ..project.packages import PACKAGES
    from ..project.wheels import wheelhouse

    if reason := cannot_build():
        raise CannotRunError(reason)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    house = wheelhouse()
    return [house.repaired(name) for name in PACKAGES]


def expression_of(settings: Mapping[str, Any]) -> str | None:
    """Return a project's expression; if the project has an answer, an expression that compares the two."""
    expression: str | None = settings.get("expression")
    return f"({expression}) == {settings['answer']!r}" if expression and "answer" in settings else expression


def module(named: str) -> tuple[str, str]:
    """Return the distribution and the module in the value of --import."""
    distribution, sign, name = named.partition("=")
    if not sign:
        raise CannotRunError(f"--import {named} names no module: write --import DISTRIBUTION=MODULE")
    return distribution, name


def refuse_alternatives(wheels: Sequence[Wheel]) -> None:
    """Raise CannotRunError if several wheels are of the same distribution, of which only one can be installed."""
    seen: dict[str, Wheel] = {}
    for wheel in wheels:
        other = seen.setdefault(wheel.distribution, wheel)
        if other is not wheel:
            raise CannotRunError(
                f"{other.path.name} and {wheel.path.name} are both of {wheel.distribution}, and only one can be "
                "installed. Leave one out: name single wheels instead of a folder"
            )


def refuse_unknown(distributions: Sequence[str], wheels: Sequence[Wheel]) -> None:
    """Raise CannotRunError if a distribution of --import is none of the wheels'."""
    known = {str(wheel.distribution) for wheel in wheels}
    if unknown := [name for name in distributions if name not in known]:
        raise CannotRunError(f"--import names {unknown[0]}, but the wheels are of {', '.join(sorted(known))}")


def run_trials(
    wheels: Sequence[Wheel], found: Sequence[Pair], places: Sequence[str], expression: str | None, platform: Platform
) -> list[Trial]:
    """Return the result of each pair in each layout."""
    by_name = {wheel.distribution: wheel.path.resolve() for wheel in wheels}
    total = len(found) * len(places) ** 2
    platform.put_compilers_on_path()
    with progress("Trying layouts") as update, folder_for_layouts(platform) as folder:
        layouts = Layouts(folder, platform, lambda name: by_name[canonicalize_name(name)])
        done = iter(range(total))
        return list(trials(layouts, found, places, expression, lambda: update(next(done), total)))


def answer(seen: Sequence[Trial]) -> dict[str, Any]:
    """Return the report for programs."""
    rows = [
        {
            "exporter": trial.pair.exporter.distribution,
            "exporter_in": trial.exporter_place,
            "consumer": trial.pair.consumer.distribution,
            "consumer_in": trial.consumer_place,
            "module": trial.pair.module,
            "copies": {name: list(found) for name, found in trial.copies.items()},
            "error": trial.error,
            "answer": trial.answer,
            "shares": trial.shares,
        }
        for trial in seen
    ]
    return {"trials": rows, "shares": all(trial.shares for trial in seen)}


def show(seen: Sequence[Trial], asked: str | None, expression: str | None) -> None:
    """Print the report for people, with the answers to an expression that was asked for."""
    console = Output()
    columns = ["Exporter", "In", "Consumer", "In", "Mapped", "Shares"]
    if asked:
        columns.insert(5, asked)
    print_table(console, "Which copy each pair uses", columns, rows(seen, with_answer=bool(asked)))
    shared = sum(trial.shares for trial in seen)
    also = " and give the answer in pyproject.toml" if expression and not asked else ""
    console.print(f"\n{shared} of {len(seen)} pairs share the exporter's copy{also}.")


def rows(seen: Sequence[Trial], *, with_answer: bool) -> Iterator[tuple[str, ...]]:
    """Yield a row for each trial."""
    for trial in seen:
        mapped = ", ".join(copy for found in trial.copies.values() for copy in found)
        row = [
            f"{trial.pair.exporter.distribution} {trial.pair.exporter.version}",
            trial.exporter_place,
            trial.pair.module,
            trial.consumer_place,
            trial.error or mapped or "nothing",
            "yes" if trial.shares else "NO",
        ]
        if with_answer:
            row.insert(5, "" if trial.error else str(trial.answer))
        yield tuple(row)
