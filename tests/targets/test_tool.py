"""`library-wheel check` on this platform's wheels finds nothing, and something as soon as an exporter is missing."""

import pytest

from library_wheel.project.packages import BINARY, CONSUMERS, EXPORTERS
from library_wheel.project.tool import check
from library_wheel.project.wheels import Wheelhouse


@pytest.mark.parametrize("distribution", BINARY)
def test_the_tool_finds_no_problem_in_a_wheel(wheels: Wheelhouse, distribution: str) -> None:
    assert check(wheels.repaired(distribution), [wheels.repaired(name) for name in EXPORTERS]) == []


@pytest.mark.parametrize("distribution", [name for name in CONSUMERS if name in BINARY])
def test_the_tool_misses_an_exporter_that_is_not_there(wheels: Wheelhouse, distribution: str) -> None:
    assert "unknown-provider" in {problem.rule for problem in check(wheels.repaired(distribution))}
