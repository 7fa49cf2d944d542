"""Every platform of the tool is run by tox, by .ci/run and by the hosted workflows, in the order of one list.

So is every environment that tox runs by itself.
"""

import re

import pytest

from library_wheel.platforms.known import PLATFORMS
from library_wheel.project.packages import ROOT

PLACES = {
    ".ci/run": r"^platforms=\((.*)\)$",
    ".github/workflows/repository.yml": r"^        environment: \[(manylinux.*)\]$",
}


def named(text: str, pattern: str) -> list[str]:
    """Return the names in the one line of a text that fits a pattern."""
    (found,) = re.findall(pattern, text, re.MULTILINE)
    return re.split(r",? ", found)


@pytest.mark.parametrize("place", PLACES)
def test_tox_ci_and_the_workflows_name_all_platforms(place: str) -> None:
    assert named((ROOT / place).read_text(), PLACES[place]) == list(PLATFORMS)


def test_a_platform_that_is_not_run_would_be_noticed() -> None:
    text = (ROOT / ".ci" / "run").read_text().replace(" musl ", " ")
    assert sorted({*PLATFORMS} - {*named(text, PLACES[".ci/run"])}) == ["musl"]


def test_each_platform_has_an_environment_of_tox() -> None:
    text = (ROOT / "tox.ini").read_text()
    (together,) = re.findall(r"^\[testenv:\{(manylinux.*)\}\]$", text, re.MULTILINE)
    alone = [name for name in PLATFORMS if f"\n[testenv:{name}]\n" in text]
    assert alone == ["windows-freethreaded"]
    assert together.split(",") == [name for name in PLATFORMS if name not in alone]


def not_run(script: str) -> set[str]:
    """Return the environments that tox runs by itself, and .ci/run does not name."""
    (listed,) = re.findall(r"^env_list = (.*)$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    arrays = " ".join(re.findall(r"^\w+=\((.*)\)$", script, re.MULTILINE))
    return {*listed.split(", ")} - {*arrays.split()}


def test_the_script_that_runs_before_a_change_lands_names_each_environment() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    # Debian's own Python, for `system`, is a CPython 3.11.
    assert not_run(script) == {"py311"}
    assert not_run(script.replace(" workflows ", " ")) == {"py311", "workflows"}
