"""docs/others.md has exactly the measured figures between its marks."""

import copy
from typing import Any

import pytest
import ways_page


@pytest.fixture
def measured() -> dict[str, Any]:
    """The measurements."""
    return ways_page.recorded()


def test_the_page_has_the_measured_results(measured: dict[str, Any]) -> None:
    page = ways_page.PAGE.read_text(encoding="utf-8")
    assert ways_page.quoted(page) == ways_page.tables(measured)
    assert ways_page.with_tables(page, measured) == page


def test_another_count_error_or_finding_changes_the_page(measured: dict[str, Any]) -> None:
    first = next(name for name, way in measured["ways"].items() if way["glibc"].get("one", {}).get("files"))
    for key, value in {
        "one": {"files": {"<venv>/a": "found by RPATH", "<venv>/b": "found by RPATH", "<venv>/c": ""}},
        "above": {"error": "another"},
        "check": {"missing-library": 7},
        "not run": "another reason",
    }.items():
        changed = copy.deepcopy(measured)
        changed["ways"][first]["glibc"][key] = value
        assert ways_page.tables(changed) != ways_page.tables(measured)


def test_each_way_was_run_or_says_why_not(measured: dict[str, Any]) -> None:
    for name, way in measured["ways"].items():
        for libc in ways_page.LIBCS:
            assert bool(way[libc].get("not run")) != all(layout in way[libc] for layout in ways_page.LAYOUTS), name
