"""Check wheels from PyPI and write docs/real-wheels.md: `python real_wheels.py`. Missing wheels are downloaded.

wheels.toml lists the wheels. verdicts.toml has the results of verifying each reported problem by hand.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import platformdirs
from packaging.tags import parse_tag
from packaging.utils import parse_wheel_filename

from library_wheel.commands.check import check
from library_wheel.problem import Problem
from library_wheel.rules import RULES
from library_wheel.wheel import Wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "real-wheels.md"
CACHE = platformdirs.user_cache_path("library-wheel") / "real-wheels"


@dataclass(frozen=True)
class Entry:
    """A wheel to check, and those that meet its requirements, by their file names."""

    file: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The result of verifying by hand the problems that a rule finds in a wheel."""

    wheels: tuple[str, ...]
    rule: str
    real: bool
    why: str

    def is_about(self, problem: Problem) -> bool:
        """Return whether a problem is one of those that were verified."""
        name = problem.wheel.path.name if problem.wheel else ""
        return problem.rule == self.rule and any(fnmatchcase(name, pattern) for pattern in self.wheels)


@dataclass(frozen=True)
class Result:
    """The findings of the check of one wheel."""

    wheel: Wheel
    seconds: float  # Processor time, which other programs on the machine don't affect.
    problems: Sequence[Problem]

    @property
    def serious(self) -> list[Problem]:
        """The errors and warnings."""
        return [problem for problem in self.problems if problem.severity != "note"]


def entries() -> list[Entry]:
    """Return the wheels that are listed."""
    listed = tomllib.loads((HERE / "wheels.toml").read_text(encoding="utf-8"))
    return [Entry(wheel["file"], tuple(wheel.get("with", ()))) for wheel in listed["wheel"]]


def verdicts() -> list[Verdict]:
    """Return the verdicts."""
    listed = tomllib.loads((HERE / "verdicts.toml").read_text(encoding="utf-8"))
    return [Verdict(tuple(one["wheels"]), one["rule"], one["real"], one["why"]) for one in listed["verdict"]]


def download(name: str) -> Path:
    """Return a wheel's file, downloaded by pip if it is not there yet."""
    path = CACHE / name
    if not path.exists():
        distribution, version, _, _ = parse_wheel_filename(name)
        tags = parse_tag("-".join(name.removesuffix(".whl").split("-")[-3:]))
        options = [f"--platform={tag.platform}" for tag in tags]
        options += [f"--abi={abi}" for abi in {"none", *(tag.abi for tag in tags)}]
        # The newest CPython also accepts wheels for older ones.
        minors = [int(match[1]) for tag in tags if (match := re.fullmatch(r"cp3(\d+)", tag.interpreter))]
        python = f"--python-version=3.{max(minors, default=12)}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += [f"--dest={CACHE}", "--implementation=cp", python, *options]
        subprocess.run([*command, f"{distribution}=={version}"], check=True, stdout=sys.stderr)
    return path


def checked(entry: Entry) -> Result:
    """Check a wheel and return the findings, with the time of reading and checking."""
    paths = [download(name) for name in (entry.file, *entry.beside)]
    began = time.process_time()
    wheel, *beside = map(Wheel, paths)
    problems = check([wheel], beside, RULES, [])
    return Result(wheel, time.process_time() - began, problems)


def unverified(results: Sequence[Result], known: Sequence[Verdict]) -> list[Problem]:
    """Return the errors and warnings without a verdict."""
    found = [problem for result in results for problem in result.serious]
    return [problem for problem in found if not any(verdict.is_about(problem) for verdict in known)]


def megabytes(result: Result) -> float:
    """Return the size of a wheel's file."""
    return result.wheel.path.stat().st_size / 1e6


def page(results: Sequence[Result], known: Sequence[Verdict]) -> str:
    """Return the page."""
    serious = [problem for result in results for problem in result.serious]
    false = [p for p in serious if any(verdict.is_about(p) and not verdict.real for verdict in known)]
    clean = [result for result in results if not result.serious]
    slowest = max(results, key=lambda result: result.seconds)
    largest = max(results, key=megabytes)
    lines = [
        "# Real wheels",
        "",
        "This page shows what `library-wheel check` finds in wheels from PyPI that share or bundle native libraries. A",
        "command wrote it. Each error and warning was verified by hand, with readelf, llvm-otool and pefile, or by",
        "reading the files.",
        "",
        "<!-- run: tox.ini -->",
        "",
        "    tox -e real-wheels",
        "",
        f"- {len(results)} wheels with {sum(len(result.wheel.native_files) for result in results)} native files, "
        f"{sum(map(megabytes, results)):.0f} MB",
        f"- {len(clean)} without errors or warnings, {len(results) - len(clean)} with some",
        f"- {len(serious)} errors and warnings: {len(serious) - len(false)} are real, {len(false)} are not",
        f"- {largest.seconds:.1f} s of one processor for the largest wheel, which has {megabytes(largest):.0f} MB; "
        f"{slowest.seconds:.1f} s for the slowest, which has {megabytes(slowest):.0f} MB without its requirements",
        "",
        "## By rule",
        "",
        "| rule | severity | wheels | findings |",
        "|---|---|---|---|",
    ]
    for rule in RULES:
        found = [problem for result in results for problem in result.problems if problem.rule == rule.id]
        if found:
            wheels = len({problem.wheel for problem in found})
            lines.append(f"| [{rule.id}](rules/{rule.id}.md) | {rule.severity} | {wheels} | {len(found)} |")
    lines += ["", "## By wheel", "", "The last column counts the notes, which are not listed.", ""]
    lines += ["| wheel | MB | s | errors and warnings | notes |", "|---|---|---|---|---|"]
    for result in results:
        counts = Counter(problem.rule for problem in result.serious)
        rules = ", ".join(rule if count == 1 else f"{rule} ({count})" for rule, count in counts.items())
        name = re.sub(r"-(cp|py)\d[^-]*-[^-]+-", " ", result.wheel.path.name.removesuffix(".whl"))
        notes = len(result.problems) - len(result.serious)
        lines.append(f"| {name} | {megabytes(result):.1f} | {result.seconds:.1f} | {rules or 'none'} | {notes} |")
    lines += ["", "## What each problem turned out to be", "", "| wheels | rule | real | cause |", "|---|---|---|---|"]
    for verdict in known:
        wheels = ", ".join(f"`{pattern}`" for pattern in verdict.wheels)
        lines.append(f"| {wheels} | {verdict.rule} | {'yes' if verdict.real else 'no'} | {verdict.why} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page. Exits with 1 if a problem has no verdict."""
    results = []
    for entry in entries():
        print(entry.file, file=sys.stderr)
        results.append(checked(entry))
    known = verdicts()
    PAGE.write_text(page(results, known), encoding="utf-8")
    for problem in (open_ones := unverified(results, known)):
        print(f"{problem.wheel.path.name if problem.wheel else ''}: {problem.rule}: {problem.message}")
    sys.exit(1 if open_ones else 0)


if __name__ == "__main__":
    main()
