"""The wheels have no errors, and each consumer uses the exporter's copy across three site-packages."""

from pathlib import Path

import pytest

from ..project.layouts import Layouts
from ..project.packages import CONSUMERS, EXPORTER, EXPORTERS, MODULE, PACKAGES
from ..project.tool import check, findings
from ..project.wheels import Wheelhouse


@pytest.mark.parametrize("distribution", PACKAGES)
def test_a_wheel_has_no_errors(wheels: Wheelhouse, distribution: str) -> None:
    wheel = wheels.repaired(distribution)
    assert [problem for problem in check(wheel, beside=[wheel.parent]) if problem.severity == "error"] == []


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_the_stub_loads_each_library(wheels: Wheelhouse, exporter: str) -> None:
    rules = ("no-stub", "stub-reference")
    missing = [found.message for found in findings(wheels.repaired(exporter)) if found.rule in rules]
    assert not missing, f"the stub must refer to a function of each library, because linkers drop others: {missing[0]}"


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize(
    ("exporter_place", "consumer_place"), [("system", "user"), ("user", "venv"), ("venv", "system")]
)
def test_a_consumer_uses_the_exporters_copy(
    layouts: Layouts, exporter_place: str, consumer_place: str, consumer: str
) -> None:
    layouts.layout({EXPORTER: exporter_place, consumer: consumer_place}).assert_one_copy(consumer)


def test_the_exporter_runs_its_own_library(layouts: Layouts) -> None:
    code = f"import {MODULE} as exporter; result = [exporter.get_library(), exporter.get_loaded_library()]"
    own, running = layouts.layout({EXPORTER: "system"}).evaluate(code)
    assert Path(own).samefile(running)
