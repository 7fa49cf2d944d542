"""Packages work in site-packages that have unusual names, have been moved, or are read-only, and when frozen."""

import subprocess
from pathlib import Path

import pytest

from ..project.extras import only_with
from ..project.layouts import Layout, Layouts
from ..project.packages import CONSUMERS, EXPORTER, LIBRARY_FILE, MODULE, PACKAGES
from ..project.platform import PLATFORM
from ..project.users import ordinary_user
from ..project.wheels import Wheelhouse


def everything(wheels: Wheelhouse) -> list[Path]:
    """Return all wheels, as published."""
    return [wheels.repaired(name) for name in PACKAGES]


@pytest.mark.parametrize(
    "below",
    [
        pytest.param("with some spaces", id="spaces"),
        pytest.param("ünïcödé 語", id="non-ASCII"),
        pytest.param(
            "with$dollar;semicolon'quote", id="shell characters", marks=pytest.mark.needs("semicolons in paths")
        ),
        pytest.param("/".join(["a" * 200] * 10), id="2000 letters", marks=pytest.mark.needs("long paths")),
    ],
)
def test_a_path_with_unusual_characters_works(layouts: Layouts, wheels: Wheelhouse, below: str) -> None:
    layouts.private(*everything(wheels), below=below).assert_one_copy(*CONSUMERS)


def test_packages_work_after_their_site_packages_was_moved(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels), below="before")
    layout.assert_one_copy(*CONSUMERS)
    before = layout.homes[EXPORTER]
    after = before.rename(before.with_name("after"))
    layout.at(after).assert_one_copy(*CONSUMERS)


@pytest.mark.needs("symbolic links")
def test_packages_work_through_a_symbolic_link_to_their_site_packages(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels), below="real")
    link = layout.homes[EXPORTER].with_name("link")
    link.symlink_to("real")
    layout.at(link).assert_one_copy(*CONSUMERS)


@pytest.mark.needs("ordinary user")
def test_packages_work_in_a_read_only_site_packages(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels))
    home = layout.homes[EXPORTER]
    for path in [home, *home.rglob("*")]:
        path.chmod(0o555)
    writing = layout.run("-c", f"open({str(home / 'new')!r}, 'w')", **ordinary_user())
    assert "PermissionError" in writing.stderr
    layout.assert_one_copy(*CONSUMERS, **ordinary_user())
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755)


# The report says which files the exporter has and runs.
reports = only_with(f"{MODULE}/__main__.py")
# Frozen programs import Python code from an archive, with a finder of their own, and extension modules from files.
FROZEN = """
import importlib.abc, importlib.util, os, sys

class Frozen(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    def path(self, name):
        path = os.path.join({home!r}, *name.split("."))
        return path + ("/__init__.py" if os.path.isdir(path) else ".py")
    def find_spec(self, name, path=None, target=None):
        if name == "{exporter}._init":
            return importlib.util.spec_from_file_location(name, {stub!r})
        if name.partition(".")[0] == "{exporter}":
            return importlib.util.spec_from_loader(name, self, is_package=self.is_package(name))
    def is_package(self, name):
        return os.path.basename(self.path(name)) == "__init__.py"
    def get_source(self, name):
        with open(self.path(name)) as file:
            return file.read()

sys.meta_path.insert(0, Frozen())
import {exporter} as exporter
assert not hasattr(exporter, "__file__")
{then}
from {exporter}.__main__ import report, LIBRARIES
result = [exporter.get_library(), exporter.get_loaded_library(), report(next(iter(LIBRARIES)))["because"]]
"""


@pytest.fixture
def frozen(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter, in a folder that is not on sys.path."""
    layout = layouts.private(wheels.repaired(EXPORTER))
    return layout.with_environment(PYTHONPATH="")


def code(layout: Layout, then: str = "") -> str:
    """Return a program that imports the exporter like a frozen program."""
    stub = layout.homes[EXPORTER] / MODULE / PLATFORM.extension("_init")
    return FROZEN.format(home=str(layout.homes[EXPORTER]), exporter=MODULE, stub=str(stub), then=then)


@reports
@pytest.mark.needs("freezer")
@pytest.mark.parametrize("then", ["", f"del sys.modules['{MODULE}._init'].__file__"], ids=["of the package", "any"])
def test_modules_in_a_freezers_archive_have_no_file(frozen: Layout, then: str) -> None:
    library = str(frozen.homes[EXPORTER] / MODULE / LIBRARY_FILE)
    assert frozen.evaluate(code(frozen, then)) == [library, library, "it is the wheel's own"]


@reports
@pytest.mark.needs("freezer", "ELF")
def test_a_freezer_puts_the_library_into_another_folder_than_the_stub(frozen: Layout) -> None:
    package = frozen.homes[EXPORTER] / MODULE
    for file in package.glob("*.so.*"):
        file.rename(package.with_name(file.name))
    subprocess.run(["patchelf", "--set-rpath", "$ORIGIN/..", package / PLATFORM.extension("_init")], check=True)
    library = str(package.with_name(LIBRARY_FILE))
    assert frozen.evaluate(code(frozen)) == [library, library, "it is the wheel's own"]
    report = frozen.with_environment(PYTHONPATH=package.parent).run("-m", MODULE)
    assert report.returncode == 0, report.stderr
    assert f"file in wheel    {library}" in report.stdout
