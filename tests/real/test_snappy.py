"""Snappy, which builds with CMake, exported through the template; and python-snappy, which can only use -lsnappy.

The project contains the sources. Snappy is written in C++, has a C interface, and reports no version.
"""

import shutil
from pathlib import Path

import pytest

from library_wheel.processes import run
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.wheels import Wheelhouse
from real.projects import (
    BY_HAND,
    Consumer,
    answers,
    assert_it_is_another_file_or_none,
    assert_the_exporters_copy_is_mapped,
    assert_the_extension_needs_the_library,
    build_exporter,
    by_hand,
    debian_source,
    environment_for_dash_l,
    files,
    licences,
    repair_consumer,
)
from support.rendering import render

SOURCE_SHA256 = "75c1fbb3d618dd3a0483bff0e26d0a92b495bbe5059c8b4f1c962b478b6e06e7"
ANSWERS = answers("snappy")
PYTHON_SNAPPY = Consumer(
    name="python-snappy",
    version="0.6.1",
    sha256="b6a107ab06206acc5359d4c5632bd9b22d448702a79b3169b0c62e0fb808bb2a",
    build_requirements=("setuptools>=77", "wheel"),
    test_requirements=("pytest>=8",),
)
MODULES = "snappy._snappy"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's project for the answers, with upstream's sources."""
    project = render(tmp_path_factory.mktemp("project"), ANSWERS)
    upstream = project / "libsnappy-wheel" / "upstream"
    upstream.mkdir()
    archive = debian_source("snappy", SOURCE_SHA256)
    run(["tar", "--extract", "--file", archive, "--directory", upstream, "--strip-components=1"])
    return project


@pytest.fixture(scope="session")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of libsnappy and of python-snappy, built against it."""
    directory = tmp_path_factory.mktemp("wheels")
    house = build_exporter(project / "libsnappy-wheel", directory)

    exporter = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("libsnappy"), exporter, format="zip")
    PYTHON_SNAPPY.build(directory, environment_for_dash_l(exporter / "libsnappy", "snappy", "libsnappy.so.1"))
    repair_consumer(house.wheel("python-snappy"), directory / "repaired", house.wheel("libsnappy"))
    return house


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """Snappy in the user's site-packages, python-snappy in a virtual environment."""
    return layouts.layout({"libsnappy": "user", "python-snappy": "venv"})


def test_the_manual_steps_are_those_that_the_documentation_lists(project: Path) -> None:
    assert by_hand(project, ANSWERS) == BY_HAND["snappy"]


def test_the_exporter_has_the_library_once_and_nothing_else_of_upstreams(built: Wheelhouse) -> None:
    found = files(built.repaired("libsnappy"))
    assert {name for name in found if ".so" in name} == {"libsnappy/_init.abi3.so", "libsnappy/libsnappy.so.1"}
    headers = {f"libsnappy/include/{header}" for header in ANSWERS["headers"]}
    assert {name for name in found if name.endswith((".h", ".cc"))} == headers
    assert licences(built.repaired("libsnappy")) == {"COPYING", "LICENSE"}
    assert all(name.startswith("libsnappy/") for name in found)


def test_the_extension_needs_the_library_and_has_no_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    assert_the_extension_needs_the_library(built.repaired("python-snappy"), "snappy/_snappy", "libsnappy.so.1")


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    assert_the_exporters_copy_is_mapped(layout, "libsnappy", MODULES)


def test_without_the_exporter_another_file_or_none_is_mapped(layout: Layout) -> None:
    # Without its extension, python-snappy imports its module for PyPy.
    assert_it_is_another_file_or_none(layout, "libsnappy", MODULES, "No module named 'snappy._snappy_cffi'")


def test_python_snappys_own_tests_pass(layout: Layout, tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    for file in (PYTHON_SNAPPY.downloads() / "source").glob("test_*.py"):
        shutil.copy2(file, tests)
    # These tests are for an extension that it builds only for PyPy.
    (tests / "test_snappy_cffi.py").unlink()
    assert PYTHON_SNAPPY.run_tests(layout, "libsnappy", tests, tmp_path) == 26
