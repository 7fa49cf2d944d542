"""Tests with the system's own Python, into which pip installs as root. They run only if CI=true allows it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from library_wheel.layouts import NOTHING, PIP_RUNNER, Packages
from library_wheel.processes import run
from library_wheel.project.layouts import Layout, Layouts, temporary_layouts
from library_wheel.project.packages import CONSUMERS, EXPORTER, EXPORTERS, REQUIREMENT
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

PYTHON = Path("/usr/bin/python3")
PLACES = ("system", "user", "venv")
# Debian marks its Python as managed by its package manager (PEP 668), and pip warns root.
OVERRIDE = {"PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}


class SystemLayouts(Layouts):
    """Layouts of the system's own interpreter. Only the last one exists."""

    there: Packages = NOTHING

    def layout(self, places: Mapping[str, str]) -> Layout:
        """Return a layout. Making the next one changes it."""
        made = super().layout(places)
        required = EXPORTERS if places.get(EXPORTER) == "system" else ()
        self.interpreter(frozenset({*required, *(name for name, place in places.items() if place == "system")}))
        return made

    def interpreter(self, packages: Packages) -> Path:
        """Install these packages into the system, and remove our others."""
        if packages != self.there:
            if self.there:
                run([PYTHON, PIP_RUNNER, "uninstall", "--quiet", "--yes", *self.there], clean_environment(OVERRIDE))
            self.there = packages
            self.install(PYTHON, packages)
        return PYTHON

    def pip(self, python: Path, *arguments: str | Path, environment: Mapping[str, str] = {}) -> None:
        """Install into the folder that the package manager claims."""
        super().pip(python, *arguments, environment={**environment, **OVERRIDE})


@pytest.fixture(scope="module")
def layouts(wheels: Wheelhouse) -> Iterator[Layouts]:
    """Layouts of the system's own interpreter. At the end the packages are removed."""
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
