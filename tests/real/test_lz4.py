"""A library and a consumer from elsewhere: LZ4, exported through the template, and python-lz4, unmodified.

The exporter's build downloads LZ4's sources. These tests look at DT_NEEDED and at the mapped file, because python-lz4
silently compiles its own copy if pkg-config fails, and Debian has a liblz4.so.1 as well.
"""

import os
import shutil
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.wheels import Wheelhouse
from real.projects import (
    BY_HAND,
    SKIPPED,
    Consumer,
    answers_for_debians_archive,
    assert_it_is_another_file_or_none,
    assert_no_runpath_but_the_interpreters_own,
    assert_the_exporters_copy_is_mapped,
    build_exporter,
    by_hand,
    extensions,
    files,
    repair_consumer,
)
from support.rendering import assert_passes, render

PYTHON_LZ4 = Consumer(
    name="lz4",
    version="4.4.5",
    sha256="5f0b9e53c1e82e88c10d7c180069363980136b9d7a8306c4dca4f760d60c39f0",
    build_requirements=("setuptools>=77", "setuptools_scm[toml]>=8", "pkgconfig>=1.5", "wheel"),
    test_requirements=("pytest>=8", "pytest-xdist>=3.5", "psutil"),
)
MODULES = "lz4.block, lz4.frame, lz4.stream"
EXTENSIONS = ["lz4/_version", "lz4/block/_block", "lz4/frame/_frame", "lz4/stream/_stream"]


@pytest.fixture(scope="session")
def given() -> dict[str, object]:
    """The answers."""
    return answers_for_debians_archive("lz4")


@pytest.fixture(scope="session")
def project(given: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's project for these answers."""
    return render(tmp_path_factory.mktemp("project"), given)


@pytest.fixture(scope="session")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of liblz4 and of lz4, built against it through pkg-config."""
    directory = tmp_path_factory.mktemp("wheels")
    house = build_exporter(project / "liblz4-wheel", directory)

    exporter = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("liblz4"), exporter, format="zip")
    environment = {"PKG_CONFIG_PATH": str(exporter / "liblz4" / "pkgconfig"), "PYLZ4_USE_SYSTEM_LZ4": "1"}
    build_lz4(directory, environment)
    repair_consumer(house.wheel("lz4"), directory / "repaired", house.wheel("liblz4"))
    return house


def build_lz4(output: Path, environment: dict[str, str]) -> None:
    """Build python-lz4's wheel from its sdist."""
    PYTHON_LZ4.build(output, {"PYLZ4_EXPERIMENTAL": "1", **environment})  # lz4.stream, which its tests use


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """LZ4 in the user's site-packages, python-lz4 in a virtual environment."""
    return layouts.layout({"liblz4": "user", "lz4": "venv"})


def test_the_manual_steps_are_those_that_the_documentation_lists(project: Path, given: dict[str, object]) -> None:
    assert by_hand(project, given) == BY_HAND["lz4"]


def test_the_project_passes_its_own_tests(project: Path, tmp_path: Path) -> None:
    assert_passes(shutil.copytree(project, tmp_path / "project"), skipped=SKIPPED)


def test_the_exporter_has_the_same_files_as_the_examples(built: Wheelhouse, wheels: Wheelhouse) -> None:
    expected = {name.replace("foo", "lz4") for name in files(wheels.repaired("libfoo"))}
    expected -= {"liblz4/include/lz4_version.h", "liblz4/pkgconfig/lz4.pc"}
    expected -= {f"liblz4/{name}" for name in ("__main__.py", "_loader.py")}
    expected -= {f"liblz4/_pyinstaller/{name}" for name in ("__init__.py", "hook-liblz4.py")}
    # With CMake, the build writes a module without types.
    expected |= {"liblz4/_libraries.pyi"}
    expected |= {"liblz4/include/lz4frame.h", "liblz4/include/lz4hc.h", "liblz4/pkgconfig/liblz4.pc"}
    assert files(built.repaired("liblz4")) == expected


def test_every_extension_needs_the_library(built: Wheelhouse) -> None:
    found = extensions(built.repaired("lz4"))
    assert sorted(found) == EXTENSIONS
    assert all("liblz4.so.1" in elf.needed for elf in found.values())


def test_no_extension_has_a_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    for elf in extensions(built.repaired("lz4")).values():
        assert_no_runpath_but_the_interpreters_own(elf)


def test_a_build_without_the_answer_of_pkg_config_would_be_noticed(tmp_path: Path) -> None:
    build_lz4(tmp_path, {"PYLZ4_USE_SYSTEM_LZ4": "0"})
    (wheel,) = tmp_path.glob("*.whl")
    assert all("liblz4.so.1" not in elf.needed for elf in extensions(wheel).values())


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    assert_the_exporters_copy_is_mapped(layout, "liblz4", MODULES)


def test_without_the_exporter_another_file_or_none_is_mapped(layout: Layout) -> None:
    assert_it_is_another_file_or_none(layout, "liblz4", MODULES, "liblz4.so.1: cannot open shared object file")


def test_python_lz4s_own_tests_pass(layout: Layout, tmp_path: Path) -> None:
    tests = shutil.copytree(PYTHON_LZ4.downloads() / "source" / "tests", tmp_path / "tests")
    options, least = (["-p", "every_17th"], 1000) if os.environ.get("TESTS_SAMPLE") else ([], 10000)
    assert PYTHON_LZ4.run_tests(layout, "liblz4", tests, tmp_path, "-n", "2", "-q", *options) > least
