"""TagLib, a C++ library that builds with CMake, through the template; and pytaglib, which knows it as -ltag.

Its targets say nothing of include directories, its headers lie in many folders, and users include them from one.
"""

import shutil
from pathlib import Path

import pytest

from real.projects import (
    Consumer,
    assert_it_is_another_file_or_none,
    assert_no_runpath_but_the_interpreters_own,
    assert_the_exporters_copy_is_mapped,
    build_exporter,
    debian_source,
    environment_for_dash_l,
    extensions,
    repair_consumer,
)
from support.layouts import Layout, Layouts
from support.rendering import render
from support.wheels import Wheelhouse

SOURCE_SHA256 = "58f08b4db3dc31ed152c04896ee9172d22052bc7ef12888028c01d8b1d60ade0"
ANSWERS = {
    "name": "tag",
    "kind": "cmake",
    "language": "C++",
    "description": "Reads and edits the metadata of audio files",
    "version": "1.13",
    "soversion": "1",
    "library_license": "LGPL-2.1-only OR MPL-1.1",
    "library_license_files": ["COPYING.LGPL", "COPYING.MPL"],
    "headers": [
        "taglib/*.h",
        "taglib/*/*.h",
        "taglib/*/*/*.h",
        "taglib/*/*/*/*.h",
        "taglib/toolkit/*.tcc",
        "taglib_config.h",
    ],
    "headers_folder": "taglib",
    "includes": ["taglib/fileref.h"],
    "smoke_test": "TagLib::FileRef::defaultFileExtensions().size() > 1",
    "pkgconfig_name": "taglib",
    "upstream_sha256": SOURCE_SHA256,
    "cmake_target": "tag",
    "cmake_options": ["BUILD_BINDINGS=OFF", "WITH_ZLIB=OFF", "CMAKE_POLICY_VERSION_MINIMUM=3.5"],
}
PYTAGLIB = Consumer(
    name="pytaglib",
    version="1.5.0",
    sha256="8f7603dffdb1930428b305e79b8ca127e9cffc4ce4d2f7440a5f5226a82e6e5f",
    build_requirements=("setuptools>=77", "wheel", "Cython>=3"),
    test_requirements=("pytest>=8",),
)
MODULES = "taglib"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of libtag and of pytaglib, built against it."""
    answers = {**ANSWERS, "upstream_url": debian_source("taglib", SOURCE_SHA256).as_uri()}
    project = render(tmp_path_factory.mktemp("project"), answers) / "libtag-wheel"
    directory = tmp_path_factory.mktemp("wheels")
    house = build_exporter(project, directory)

    exporter = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("libtag"), exporter, format="zip")
    # The sdist's C++ code is for CPythons before 3.11. Its setup.py can make it anew, but does not require Cython.
    tools = tmp_path_factory.mktemp("tools")
    for wheel in (PYTAGLIB.downloads() / "build").glob("*.whl"):
        shutil.unpack_archive(wheel, tools, format="zip")
    environment = {
        **environment_for_dash_l(exporter / "libtag", "tag", "libtag.so.1"),
        "PYTAGLIB_CYTHONIZE": "1",
        "PYTHONPATH": str(tools),
    }
    PYTAGLIB.build(directory, environment, "--no-isolation")
    repair_consumer(house.wheel("pytaglib"), directory / "repaired", "libtag")
    return house


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """TagLib in the user's site-packages, pytaglib in a virtual environment."""
    return layouts.layout({"libtag": "user", "pytaglib": "venv"})


def test_the_extension_needs_the_library_and_has_no_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    ((name, elf),) = extensions(built.repaired("pytaglib")).items()
    assert name == "taglib"
    assert "libtag.so.1" in elf.needed
    assert_no_runpath_but_the_interpreters_own(elf)


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    assert_the_exporters_copy_is_mapped(layout, "libtag", MODULES)


def test_without_the_exporter_it_is_another_file_or_none(layout: Layout) -> None:
    assert_it_is_another_file_or_none(layout, "libtag", MODULES, "libtag.so.1: cannot open shared object file")


def test_pytaglibs_own_tests_pass(layout: Layout, tmp_path: Path) -> None:
    tests = shutil.copytree(PYTAGLIB.downloads() / "source" / "tests", tmp_path / "tests")
    assert PYTAGLIB.run_tests(layout, "libtag", tests, tmp_path) >= 18
