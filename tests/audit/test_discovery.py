"""The installed exporter, as build systems find it, wherever it is and after it was moved."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

import pytest

from support.environment import clean_environment
from support.layouts import Layout, Layouts
from support.libraries import compiler, needed
from support.wheels import Wheelhouse

PROGRAM = """
#include <foo.h>
#include <stdio.h>
int main(void) { return printf("%s\\n", foo_version()) < 0; }
"""


@pytest.fixture(params=["plain", "with some spaces", "moved"])
def exporter(request: pytest.FixtureRequest, layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter, installed into a folder."""
    layout = layouts.private(wheels.repaired("libfoo"), below=request.param)
    if request.param != "moved":
        return layout
    home = layout.homes["libfoo"]
    return layout.at(home.rename(home.with_name("after")))


@pytest.fixture
def unmoved(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter, installed into a folder: for what does not depend on which folder it is."""
    return layouts.private(wheels.repaired("libfoo"))


def output(*command: str | Path, environment: Mapping[str, str] = {}, **options: object) -> str:
    """Run a command and return what it printed."""
    result = subprocess.run(command, env=clean_environment(environment), capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def pkgconf(exporter: Layout, *arguments: str) -> str:
    """Run pkgconf-pypi, which asks the packages on PYTHONPATH where their .pc files are."""
    code = "import sys; from pkgconf.__main__ import _python_aware_entrypoint as main; sys.exit(main())"
    return output(sys.executable, "-c", code, *arguments, environment=exporter.environment).strip()


def test_pkgconf_finds_it_by_its_entry_point(exporter: Layout) -> None:
    package = exporter.homes["libfoo"] / "libfoo"
    assert pkgconf(exporter, "--modversion", "foo") == "1.1.0"
    (include,) = shlex.split(pkgconf(exporter, "--cflags", "foo"))
    assert os.path.samefile(include.removeprefix("-I"), package / "include")
    folder, library = shlex.split(pkgconf(exporter, "--libs", "foo"))
    assert os.path.samefile(folder.removeprefix("-L"), package)
    assert library == "-l:libfoo.so.1"
    assert os.path.samefile(*(shlex.split(pkgconf(exporter, "--variable=libfile", "foo"))), package / "libfoo.so.1")


def test_a_program_is_linked_by_its_pkg_config_flags(exporter: Layout, tmp_path: Path) -> None:
    flags = shlex.split(pkgconf(exporter, "--cflags", "--libs", "foo"))
    assert run_program(exporter, tmp_path, flags) == "1.1.0\n"


def test_a_program_is_linked_by_the_flags_of_its_command_line(exporter: Layout, tmp_path: Path) -> None:
    flags = shlex.split(exporter.run("-m", "libfoo", "--cflags", "--libs").stdout)
    assert run_program(exporter, tmp_path, flags) == "1.1.0\n"


def run_program(exporter: Layout, tmp_path: Path, flags: list[str]) -> str:
    """Compile a program with flags, and return what it prints when it finds the library by LD_LIBRARY_PATH."""
    source, program = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM)
    output(*compiler(), source, "-o", program, *flags)
    assert "libfoo.so.1" in needed(program)
    return output(program, environment={"LD_LIBRARY_PATH": str(exporter.homes["libfoo"] / "libfoo")})


def cmake(exporter: Layout, tmp_path: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Configure and build a project that asks for a version of foo, with the exporter's package as prefix."""
    (tmp_path / "main.c").write_text(PROGRAM)
    (tmp_path / "CMakeLists.txt").write_text(
        f"""
        cmake_minimum_required(VERSION 3.20)
        project(program LANGUAGES C)
        find_package(foo {version} CONFIG REQUIRED)
        add_executable(program main.c)
        target_link_libraries(program PRIVATE foo::foo)
        """
    )
    prefix = exporter.homes["libfoo"] / "libfoo"
    command = ["cmake", "-S", tmp_path, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={prefix}"]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True)


@pytest.mark.parametrize("version", ["", "1.1", "1.0", "1", "1.1.0 EXACT", "1.0...<2"])
def test_cmake_finds_a_compatible_version(unmoved: Layout, tmp_path: Path, version: str) -> None:
    assert cmake(unmoved, tmp_path, version).returncode == 0


@pytest.mark.parametrize("version", ["1.2", "2", "0.9", "1.0 EXACT"])
def test_cmake_refuses_another_version_by_number(unmoved: Layout, tmp_path: Path, version: str) -> None:
    result = cmake(unmoved, tmp_path, version)
    assert result.returncode != 0
    assert "considered but not accepted" in result.stderr
    assert "foo-config.cmake, version: 1.1.0" in result.stderr


def test_cmake_links_the_library_by_its_soname(exporter: Layout, tmp_path: Path) -> None:
    assert cmake(exporter, tmp_path, "1.1").returncode == 0
    output("cmake", "--build", tmp_path / "build")
    assert "libfoo.so.1" in needed(tmp_path / "build" / "program")
    assert output(tmp_path / "build" / "program") == "1.1.0\n"


def test_the_entry_points_lead_to_the_files(exporter: Layout) -> None:
    (distribution,) = distributions(path=[str(exporter.homes["libfoo"])])
    home = exporter.homes["libfoo"]
    folders = {point.group: home.joinpath(*point.value.split(".")) for point in distribution.entry_points}
    assert (folders["pkg_config"] / "foo.pc").is_file()
    for group in ("cmake.prefix", "cmake.root"):
        assert (folders[group] / "cmake" / "foo-config.cmake").is_file()
