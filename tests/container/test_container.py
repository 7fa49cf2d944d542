"""The system's own Python, into which pip installs as root: not a copy of it, hence only where that is allowed."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from library_wheel.layouts import NOTHING, PIP_RUNNER, Packages
from library_wheel.processes import run
from library_wheel.variables import clean_environment
from support.layouts import Layout, Layouts, temporary_layouts
from support.packages import CONSUMERS, EXPORTER, EXPORTERS, REQUIREMENT
from support.wheels import Wheelhouse

PYTHON = Path("/usr/bin/python3")
PLACES = ("system", "user", "venv")
# Debian's Python is marked as its package manager's (PEP 668), and pip warns of root.
OVERRIDE = {"PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}


class SystemLayouts(Layouts):
    """Layouts of the system's own interpreter: the last that was made is there."""

    there: Packages = NOTHING

    def layout(self, places: Mapping[str, str]) -> Layout:
        """Return a layout as others are, but that making the next one changes."""
        made = super().layout(places)
        required = EXPORTERS if places.get(EXPORTER) == "system" else ()
        self.interpreter(frozenset({*required, *(name for name, place in places.items() if place == "system")}))
        return made

    def interpreter(self, packages: Packages) -> Path:
        """Let the system have these packages and no others of ours."""
        if packages != self.there:
            if self.there:
                run([PYTHON, PIP_RUNNER, "uninstall", "--quiet", "--yes", *self.there], clean_environment(OVERRIDE))
            self.there = packages
            self.install(PYTHON, packages)
        return PYTHON

    def pip(self, python: Path, *arguments: str | Path, environment: Mapping[str, str] = {}) -> None:
        """Install into what a package manager says is its own."""
        super().pip(python, *arguments, environment={**environment, **OVERRIDE})


@pytest.fixture(scope="module")
def layouts(wheels: Wheelhouse) -> Iterator[Layouts]:
    """Layouts of the system's own interpreter; at the end it has none of the packages."""
    if os.environ.get("CI") != "true":
        pytest.fail(f"This installs into the site-packages of {PYTHON}. Where that is allowed, set CI=true.")
    with temporary_layouts(lambda: wheels) as made:
        system = SystemLayouts(made.directory, made.make_wheels)
        yield system
        system.interpreter(NOTHING)


@pytest.mark.parametrize("consumer_place", PLACES)
@pytest.mark.parametrize("exporter_place", PLACES)
def test_consumers_use_the_exporters_copy(layouts: Layouts, exporter_place: str, consumer_place: str) -> None:
    layout = layouts.layout({EXPORTER: exporter_place, **dict.fromkeys(CONSUMERS, consumer_place)})
    layout.assert_one_copy(*CONSUMERS)


def test_without_the_exporter_a_consumer_says_what_is_missing(layouts: Layouts) -> None:
    layout = layouts.layout({"consumer-ext": "system"})
    assert f" needs {REQUIREMENT}. The package libfoo is not installed; " in layout.error("consumer_ext")["message"]
