"""The portability report says about each environment what its results say, and nothing more."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from library_wheel.project.packages import CONSUMERS, ROOT

REPORT = ROOT / "tests" / "report.py"
CHECKED_IN = ROOT / "docs" / "portability"

SKIPPED = '<skipped type="pytest.skip" message="windows: it has no such thing"/>'
FAILED = '<failure message="two copies"/>'


def case(what: str = "", **properties: str) -> str:
    """Return a test of consumer-ext in a layout, as pytest writes it."""
    properties = {"consumer": "consumer-ext", "exporter_place": "system", "consumer_place": "venv", **properties}
    entries = "".join(f'<property name="{name}" value="{value}"/>' for name, value in properties.items())
    return f'<testcase classname="tests" name="test"><properties>{entries}</properties>{what}</testcase>'


def environment(directory: Path, *cases: str, name: str = "windows") -> dict:
    """Write the results of an environment; return what the report then says of it."""
    suite = f'<testsuite timestamp="2026-11-21T07:33:58.100542+00:00">{"".join(cases)}</testsuite>'
    (directory / f"{name}.xml").write_text(f"<testsuites>{suite}</testsuites>")
    return report(directory)[name]


def report(directory: Path, *options: str) -> dict[str, dict]:
    """Write the report of results; return it by environment."""
    subprocess.run([sys.executable, REPORT, directory, *options], check=True, capture_output=True)
    return {row["environment"]: row for row in json.loads((directory / "portability.json").read_text())}


def test_an_environment_without_results_was_not_run(tmp_path: Path) -> None:
    rows = report(tmp_path)
    assert {"py310", "system", "manylinux", "musl", "aarch64", "windows"} <= set(rows)
    assert {row["verdict"] for row in rows.values()} == {"not run"}
    assert "| windows | Windows x86-64 | not run |" in (tmp_path / "portability.md").read_text()


def test_rows_of_another_machine_are_marked_even_if_they_were_not_run(tmp_path: Path) -> None:
    (tmp_path / "arm64").mkdir()
    environment(tmp_path / "arm64", case(), name="py312")
    rows = report(tmp_path, "--machines", "arm64")
    verdicts = {name: rows[name]["verdict"] for name in ("py312", "py312 on arm64", "py313 on arm64")}
    assert verdicts == {"py312": "not run", "py312 on arm64": "one copy", "py313 on arm64": "not run"}
    assert rows["py312 on arm64"]["platform"] == "Linux arm64, glibc"


def test_an_environment_is_reported_with_its_date_and_versions(tmp_path: Path) -> None:
    seen = environment(tmp_path, case(interpreter="CPython 3.13.11", runner="wine-8.0"))
    assert (seen["date"], seen["interpreter"], seen["runner"]) == ("2026-11-21", "CPython 3.13.11", "wine-8.0")
    assert "| CPython 3.13.11, wine-8.0 | 2026-11-21 |" in (tmp_path / "portability.md").read_text()


def test_tests_that_passed_are_one_copy_in_their_layout(tmp_path: Path) -> None:
    seen = environment(tmp_path, case(), case())["consumers"]["consumer-ext"]
    assert seen == {"verdict": "one copy", "tests": 2, "layouts": {"system": {"venv": "one copy"}}}


def test_one_test_that_failed_is_a_failure_of_layout_consumer_and_environment(tmp_path: Path) -> None:
    seen = environment(tmp_path, case(), case(FAILED))
    assert seen["consumers"]["consumer-ext"]["layouts"] == {"system": {"venv": "failed"}}
    assert (seen["consumers"]["consumer-ext"]["verdict"], seen["verdict"]) == ("failed", "failed")
    assert seen["tests"] == {"one copy": 1, "failed": 1}


def test_a_skipped_test_is_reported_as_not_run_with_its_reason(tmp_path: Path) -> None:
    seen = environment(tmp_path, case(SKIPPED))
    assert seen["consumers"]["consumer-ext"]["layouts"] == {"system": {"venv": "not run"}}
    assert seen["verdict"] == "not run"
    assert seen["not run"] == {"it has no such thing": 1}


def test_a_consumer_without_a_test_is_reported_as_not_run_with_the_reason(tmp_path: Path) -> None:
    seen = environment(tmp_path, case())["consumers"]["consumer-setuptools"]
    assert seen["verdict"] == "not run"
    assert seen["reason"] == "the interpreter that builds is this machine's, which can't import what it builds"


def test_an_environment_that_was_only_checked_never_counts_as_passed(tmp_path: Path) -> None:
    seen = environment(tmp_path, case(verdict="checked"))
    assert seen["verdict"] == seen["consumers"]["consumer-ext"]["verdict"] == "checked"
    text = (tmp_path / "portability.md").read_text()
    assert "| checked, 1 of 1 layouts, 1 test |" in text
    assert "passed" not in text


def test_the_picture_has_a_square_for_each_layout(tmp_path: Path) -> None:
    environment(tmp_path, case(), case(FAILED, consumer_place="user"))
    picture = ElementTree.parse(tmp_path / "portability.svg")
    paths = [path.attrib for path in picture.iter("{http://www.w3.org/2000/svg}path")]
    squares = {
        colour: sum(p["d"].count("M") for p in paths if p["fill"] == colour) for colour in ("#1a7f37", "#cf222e")
    }
    assert squares == {"#1a7f37": 1, "#cf222e": 1}
    assert len(paths) == len(report(tmp_path)) * len(CONSUMERS) + 2


@pytest.mark.parametrize("suffix", ["md", "svg"])
def test_the_committed_files_are_of_the_same_report(suffix: str) -> None:
    code = (
        "import json, sys; sys.path.insert(0, 'tests'); import report;"
        f"rows = json.load(open({str(CHECKED_IN.with_suffix('.json'))!r}));"
        "print(report.draw(rows) if sys.argv[1] == 'svg' else report.as_markdown(rows))"
    )
    made = subprocess.run([sys.executable, "-c", code, suffix], cwd=ROOT, check=True, capture_output=True, text=True)
    assert made.stdout == CHECKED_IN.with_suffix(f".{suffix}").read_text()
