"""`library-wheel check` finds no problem in this platform's wheels, but reports a missing exporter."""

from library_wheel.project.packages import BINARY, CONSUMERS
from library_wheel.project.tool import check
from library_wheel.project.wheels import Wheelhouse


def test_the_tool_finds_no_problem_in_the_wheels(wheels: Wheelhouse) -> None:
    assert check(*map(wheels.repaired, BINARY)) == []


def test_the_tool_misses_the_exporters_of_each_consumer_if_they_are_not_there(wheels: Wheelhouse) -> None:
    consumers = [wheels.repaired(name) for name in CONSUMERS if name in BINARY]
    missing = {problem.wheel for problem in check(*consumers) if problem.rule == "unknown-provider"}
    assert missing == set(map(str, consumers))
