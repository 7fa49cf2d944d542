"""Write the portability report, from the results of tox's environments: platform by consumer by layout.

`python report.py RESULTS [--output DIRECTORY]` writes portability.json, .md and .svg; `tox -e report` does it for the
results in .tox. Environments without results are reported as not run.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from library_wheel.platforms.known import PLATFORMS
from library_wheel.platforms.native import Native
from library_wheel.project.packages import ALL, CONSUMERS
from support.picture import draw

# The environments of tox.ini that run the layouts, in the report's order. The first stands for several interpreters.
INTERPRETERS = ("py310", "py311", "py312", "py313", "py314", "py315", "system")
OTHERS = {name: platform for name, platform in PLATFORMS.items() if name != "windows-freethreaded"}
ENVIRONMENTS = {**dict.fromkeys(INTERPRETERS, Native()), **OTHERS}

# Words for the outcome of several tests, the worst first.
FAILED, NOT_RUN, CHECKED, ONE_COPY = "failed", "not run", "checked", "one copy"

INTRODUCTION = """# Portability report

`tox -e report` wrote this page from the results of the tests. A cell has the result of one consumer on one platform:

- *one copy*: every process in these tests had one copy of the library;
- *checked*: no code ran, but the wheels were checked with real tools and a model of the loader;
- *layouts*: pairs of places where exporter and consumer are installed;
- *not run*: there is no result, for the reason given.

"""


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder with the JUnit XML file of each environment of tox")
    parser.add_argument(
        "--machines",
        nargs="*",
        default=[],
        help="folders inside the results' folder, each with the results of one Linux machine, such as arm64",
    )
    parser.add_argument("--output", type=Path, help="the folder to write to (default: the results' folder)")
    arguments = parser.parse_args()
    output = arguments.output or arguments.results
    output.mkdir(parents=True, exist_ok=True)
    report = [of_environment(name, arguments.results / f"{name}.xml") for name in ENVIRONMENTS]
    for machine in arguments.machines:
        for name in INTERPRETERS:
            where = {"environment": f"{name} on {machine}", "platform": f"Linux {machine}, glibc"}
            report.append(of_environment(name, arguments.results / machine / f"{name}.xml") | where)
    write(report, output)
    print(as_markdown(report))
    print(f"Written: {', '.join(str(output / f'portability.{suffix}') for suffix in ('json', 'md', 'svg'))}")


def write(report: list[dict[str, Any]], output: Path) -> None:
    """Write the report in its three forms."""
    texts = {"json": json.dumps(report, indent=1), "md": as_markdown(report), "svg": draw(report)}
    for suffix, text in texts.items():
        (output / f"portability.{suffix}").write_text(f"{text}\n", encoding="utf-8")


def of_environment(name: str, results: Path) -> dict[str, Any]:
    """Return the report on one environment, from its results if it was run."""
    platform = ENVIRONMENTS[name]
    report: dict[str, Any] = {"environment": name, "platform": platform.title, "verdict": NOT_RUN}
    if not results.is_file():
        return report
    suite = ElementTree.parse(results).getroot().find("testsuite")
    assert suite is not None, f"{results} has no testsuite"
    cases = list(suite.iter("testcase"))
    outcomes = [outcome(case) for case in cases]
    facts = dict(fact for case in cases for fact in properties(case).items())
    consumers = {consumer: of_consumer(consumer, cases) for consumer in CONSUMERS}
    return report | {
        "verdict": worst(outcomes),
        "date": suite.attrib["timestamp"][:10],
        **{key: facts[key] for key in ("interpreter", "runner") if facts.get(key)},
        "tests": Counter(outcomes),
        "consumers": {
            consumer: of if of["verdict"] != NOT_RUN else {**of, "reason": platform.unmet(ALL[consumer].needs) or ""}
            for consumer, of in consumers.items()
        },
        "not run": Counter(reasons(cases)),
    }


def of_consumer(consumer: str, cases: list[ElementTree.Element]) -> dict[str, Any]:
    """Return the outcome of a consumer's tests, in total and for each pair of places (exporter, consumer)."""
    its = [(properties(case), outcome(case)) for case in cases if properties(case).get("consumer") == consumer]
    layouts: dict[str, dict[str, list[str]]] = {}
    for facts, result in its:
        if "exporter_place" in facts:
            layouts.setdefault(facts["exporter_place"], {}).setdefault(facts["consumer_place"], []).append(result)
    return {
        "verdict": worst(result for _, result in its),
        "tests": sum(result not in (FAILED, NOT_RUN) for _, result in its),
        "layouts": {
            exporter: {place: worst(results) for place, results in places.items()}
            for exporter, places in layouts.items()
        },
    }


def properties(case: ElementTree.Element) -> dict[str, str]:
    """Return the properties that tool/src/library_wheel/project/fixtures.py recorded for a test."""
    return {entry.attrib["name"]: entry.attrib["value"] for entry in case.iter("property")}


def outcome(case: ElementTree.Element) -> str:
    """Return the word for a test's outcome."""
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    if case.find("skipped") is not None:
        return NOT_RUN
    return properties(case).get("verdict", ONE_COPY)


def worst(outcomes: Iterator[str] | list[str]) -> str:
    """Return the word for several tests: "failed" if one failed, "not run" if none was run."""
    found = set(outcomes)
    return next((word for word in (FAILED, CHECKED, ONE_COPY) if word in found), NOT_RUN)


def reasons(cases: list[ElementTree.Element]) -> Iterator[str]:
    """Yield why tests were not run."""
    for case in cases:
        skipped = case.find("skipped")
        if skipped is not None:
            yield skipped.attrib.get("message", "").partition(": ")[2] or skipped.attrib.get("message", "")


def as_markdown(report: list[dict[str, Any]]) -> str:
    """Return a report as a page: a table, followed by the tests that were not run and the reasons."""
    columns = ["`tox -e`", "platform", "interpreter, run by", "date", *CONSUMERS, "all tests"]
    lines = [columns, ["---"] * len(columns)]
    for row in report:
        if row["verdict"] == NOT_RUN:
            lines.append([row["environment"], row["platform"], NOT_RUN, *[""] * (len(columns) - 3)])
            continue
        runs = ", ".join(row[key] for key in ("interpreter", "runner") if key in row)
        cells = [as_cell(row["consumers"][consumer]) for consumer in CONSUMERS]
        tests = ", ".join(f"{number} {word}" for word, number in passed_first(row["tests"]))
        lines.append([row["environment"], row["platform"], runs, row["date"], *cells, tests])
    text = INTRODUCTION + "\n".join(f"| {' | '.join(line)} |" for line in lines)
    if any(row.get("not run") for row in report):
        text += "\n\n## Tests that were not run, and why"
    for row in report:
        if row.get("not run"):
            text += f"\n\n### {row['platform']} (`{row['environment']}`)\n\n"
            text += "\n".join(f"- {count(number)}: {reason}" for reason, number in sorted(row["not run"].items()))
    return text


def as_cell(of: Mapping[str, Any]) -> str:
    """Return a table's cell for one consumer."""
    if of["verdict"] == NOT_RUN:
        return f"{NOT_RUN}: {of['reason']}" if of["reason"] else NOT_RUN
    layouts = [verdict for places in of["layouts"].values() for verdict in places.values()]
    fine = layouts.count(ONE_COPY) + layouts.count(CHECKED)
    which = f"{fine} of {len(layouts)} layouts, " if layouts else ""
    return f"{of['verdict']}, {which}{count(of['tests'])}"


def count(tests: int) -> str:
    """Return a number of tests in words."""
    return f"{tests} test{'' if tests == 1 else 's'}"


def passed_first(tests: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the number of tests for each outcome."""
    for word, outcome_word in (("passed", ONE_COPY), (CHECKED, CHECKED), (FAILED, FAILED), (NOT_RUN, NOT_RUN)):
        if tests.get(outcome_word):
            yield word, tests[outcome_word]


if __name__ == "__main__":
    main()
