"""Check which libraries wheels need and export, for any platform, without installing anything.

Each library that a wheel needs must come from the platform that the wheel's tag names, from the wheel itself, or from a
wheel that it requires. Errors and warnings make the check fail; notes don't.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from rich.table import Table
from rich.text import Text

from ..catalogue import Catalogue, load
from ..console import Output, count, print_json, progress
from ..errors import CannotRunError
from ..problem import Problem
from ..resolution import Resolver, Subject, matches, needs
from ..rules import BY_ID, RULES, Rule
from ..wheel import Wheel

NAME = "check"
HELP = "check which libraries wheels need and export, for any platform"
EXAMPLES = """\
  library-wheel check consumer-1.0-cp310-abi3-manylinux_2_17_x86_64.whl --with dist/
  library-wheel check dist/*.whl --ignore hardening,sbom
  library-wheel check --explain missing-library
"""
STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
GITHUB = {"error": "error", "warning": "warning", "note": "notice"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("wheels", nargs="*", type=Path, metavar="WHEEL", help="a wheel to check, or a folder of wheels")
    parser.add_argument(
        "--with",
        dest="beside",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER_OR_WHEEL",
        help="wheels that may satisfy the requirements; repeat the option for more",
    )
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="a library that users bring themselves, as for auditwheel's --exclude; repeat the option for more",
    )
    parser.add_argument(
        "--select", action="append", metavar="RULES", help="apply only these rules (ids, separated by commas)"
    )
    parser.add_argument(
        "--ignore", action="append", metavar="RULES", help="don't apply these rules (ids, separated by commas)"
    )
    parser.add_argument(
        "--format", choices=("table", "json", "github"), default="table", help="format of the report (default: table)"
    )
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.add_argument("--explain", metavar="RULE", help="print what a rule means and how to fix what it finds")


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.explain is not None:
        explained = rules_of([arguments.explain])
        if not explained:
            raise CannotRunError("--explain names no rule")
        # Imported here because nothing else needs it, and it takes as long to import as all the rest.
        from rich.markdown import Markdown

        for rule in explained:
            Output().print(Markdown(rule.text))
        return 0
    rules = chosen(arguments.select, arguments.ignore)
    if not arguments.wheels:
        raise CannotRunError("no wheel is named: run library-wheel check WHEEL")
    wheels = load(arguments.wheels)
    beside = load(arguments.beside)
    problems = check(wheels, beside, rules, arguments.exclude)
    {"table": as_table, "json": as_json, "github": as_annotations}[arguments.format](wheels, problems)
    return 1 if any(problem.severity != "note" for problem in problems) else 0


def chosen(select: Sequence[str] | None, ignore: Sequence[str] | None) -> list[Rule]:
    """Return the rules to apply."""
    selected = list(RULES) if select is None else rules_of(select)
    if not selected:
        # An empty variable in a script must not turn all rules off.
        raise CannotRunError("--select names no rule. Name some, or leave the option out to apply all")
    ignored = rules_of(ignore or [])
    return [rule for rule in selected if rule not in ignored]


def rules_of(texts: Iterable[str]) -> list[Rule]:
    """Return rules by ids, separated by commas."""
    ids = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    for found in ids:
        if found not in BY_ID:
            near = get_close_matches(found, BY_ID, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"The rules are: {', '.join(BY_ID)}"
            raise CannotRunError(f"there is no rule {found}. {hint}")
    return [BY_ID[found] for found in ids]


def check(
    wheels: Sequence[Wheel], beside: Sequence[Wheel], rules: Sequence[Rule], excludes: Sequence[str]
) -> list[Problem]:
    """Return what rules find in wheels. Requirements may be met by these wheels and by those beside them."""
    resolver = Resolver(Catalogue([*wheels, *beside]), excludes)
    problems: list[Problem] = []
    with progress("Checking wheels") as advance:
        for done, wheel in enumerate(wheels):
            advance(done, len(wheels))
            subject = Subject(wheel, resolver)
            problems += [problem for rule in rules for problem in rule.problems(subject)]
    if BY_ID["unmatched-exclude"] in rules:
        problems += unmatched(excludes, wheels)
    return problems


def unmatched(patterns: Sequence[str], wheels: Sequence[Wheel]) -> Iterator[Problem]:
    """Yield a problem for each pattern of --exclude that no needed library matches."""
    needed = {library for wheel in wheels for _, _, library in needs(wheel)} if patterns else set()
    for pattern in dict.fromkeys(patterns):
        if not any(matches(pattern, library) for library in needed):
            rule = BY_ID["unmatched-exclude"]
            message = (
                f"--exclude {pattern} matches no library that the wheels need. Correct the pattern, or remove the "
                "option."
            )
            yield Problem(rule.id, rule.severity, None, pattern, (), message)


def as_json(wheels: Sequence[Wheel], problems: Sequence[Problem]) -> None:
    """Print problems as JSON."""
    found = [
        {
            "wheel": str(problem.wheel.path) if problem.wheel else None,
            "rule": problem.rule,
            "severity": problem.severity,
            "library": problem.library or None,
            "files": list(problem.files),
            "message": problem.message,
        }
        for problem in problems
    ]
    print_json({"wheels": [str(wheel.path) for wheel in wheels], "problems": found})


def as_annotations(wheels: Sequence[Wheel], problems: Sequence[Problem]) -> None:
    """Print problems as annotations, which GitHub Actions reads from the log."""
    console = Output()
    for problem in problems:
        file = f"file={escaped(str(problem.wheel.path))}," if problem.wheel else ""
        kind = GITHUB[problem.severity]
        text = f"::{kind} {file}title=library-wheel {problem.rule}::{escaped(placed(problem), properties=False)}"
        console.print(text, soft_wrap=True)
    console.print(summary(wheels, problems))


def escaped(text: str, *, properties: bool = True) -> str:
    """Return text with the escapes that GitHub Actions requires in an annotation's properties, or in its message."""
    for character in "%\r\n:," if properties else "%\r\n":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def placed(problem: Problem) -> str:
    """Return a problem's message, after the file's name if the message doesn't contain it."""
    (file,) = problem.files if len(problem.files) == 1 else ("",)
    return problem.message if not file or file in problem.message else f"{file}: {problem.message}"


def as_table(wheels: Sequence[Wheel], problems: Sequence[Problem]) -> None:
    """Print problems as a table for each wheel, grouped by library."""
    console = Output()
    for wheel in [*wheels, None]:
        own = [problem for problem in problems if problem.wheel is wheel]
        if not own:
            continue
        console.print(Text(wheel.path.name if wheel else "--exclude", style="bold"))
        for library, of_library in grouped(own).items():
            table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
            table.add_column(no_wrap=True)
            table.add_column(no_wrap=True)
            table.add_column(overflow="fold")
            for problem in of_library:
                style = STYLES[problem.severity]
                table.add_row(Text(f"    {problem.severity}", style=style), Text(problem.rule), Text(placed(problem)))
            console.print(Text(f"  {library or 'the wheel'}", style="underline"))
            console.print(table)
        console.print()
    console.print(summary(wheels, problems))


def grouped(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Return problems by library, the worst first."""
    order = list(STYLES)
    found: dict[str, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: order.index(problem.severity)):
        found.setdefault(problem.library, []).append(problem)
    return found


def summary(wheels: Sequence[Wheel], problems: Sequence[Problem]) -> str:
    """Return how many wheels and native files were read and how many problems they have."""
    files = sum(len(wheel.native_files) for wheel in wheels)
    counts = [count(sum(p.severity == severity for p in problems), severity) for severity in STYLES]
    return f"{count(len(wheels), 'wheel')} with {count(files, 'native file')}: {', '.join(counts)}"
