"""Build systems find the installed exporter, wherever it is and after it was moved."""

import os
import shlex
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler, needed
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

# This environment's tools: pkgconf and CMake from PyPI, not the system's.
SCRIPTS = Path(sysconfig.get_path("scripts"))

PROGRAM = """
#include <foo.h>
#include <stdio.h>
int main(void) { return printf("%s\\n", foo_version()) < 0; }
"""


@pytest.fixture(scope="module")
def unmoved(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter, installed into a folder, for tests that don't depend on which folder it is."""
    return layouts.private(wheels.repaired("libfoo"))


@pytest.fixture(scope="module", params=["plain", "spaces and ünïcödé", "moved"])
def exporter(request: pytest.FixtureRequest, layouts: Layouts, wheels: Wheelhouse, unmoved: Layout) -> Layout:
    """The exporter, in different places."""
    if request.param == "plain":
        return unmoved
    layout = layouts.private(wheels.repaired("libfoo"), below=request.param)
    if request.param == "moved":
        home = layout.homes["libfoo"]
        return layout.at(home.rename(home.with_name("after")))
    return layout


def run(*command: str | Path, environment: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    """Run a command with this environment's tools on PATH, and capture its output."""
    path = {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, env=clean_environment(path | dict(environment)), capture_output=True, text=True)


def output(*command: str | Path, environment: Mapping[str, str] = {}) -> str:
    """Run a command and return what it printed. Raise AssertionError if it failed."""
    result = run(*command, environment=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def pkgconf(exporter: Layout, *arguments: str) -> list[str]:
    """Return the words of pkgconf-pypi's answer; it asks the packages on PYTHONPATH where their .pc files are."""
    return shlex.split(output(SCRIPTS / "pkgconf-pypi", *arguments, environment=exporter.environment))


def test_pkgconf_finds_the_exporter_through_its_entry_point(exporter: Layout) -> None:
    package = exporter.homes["libfoo"] / "libfoo"
    assert pkgconf(exporter, "--modversion", "foo") == ["1.1.0"]
    (include,) = pkgconf(exporter, "--cflags", "foo")
    assert os.path.samefile(include.removeprefix("-I"), package / "include")
    folder, library = pkgconf(exporter, "--libs", "foo")
    assert os.path.samefile(folder.removeprefix("-L"), package)
    assert library == "-l:libfoo.so.1"
    (file,) = pkgconf(exporter, "--variable=libfile", "foo")
    assert os.path.samefile(file, package / "libfoo.so.1")


def test_only_pkgconf_pypi_reads_the_entry_point(unmoved: Layout) -> None:
    result = run(SCRIPTS / "pkgconf", "--modversion", "foo", environment=unmoved.environment)
    assert result.returncode != 0
    assert pkgconf(unmoved, "--modversion", "foo") == ["1.1.0"]


def test_a_program_links_with_the_exporters_pkg_config_flags(exporter: Layout, tmp_path: Path) -> None:
    assert run_program(exporter, tmp_path, pkgconf(exporter, "--cflags", "--libs", "foo")) == "1.1.0\n"


def test_a_program_links_with_the_flags_of_the_exporters_command_line(exporter: Layout, tmp_path: Path) -> None:
    flags = shlex.split(exporter.run("-m", "libfoo", "--cflags", "--libs").stdout)
    assert run_program(exporter, tmp_path, flags) == "1.1.0\n"


def run_program(exporter: Layout, tmp_path: Path, flags: list[str]) -> str:
    """Compile a program with flags; return what it prints when it finds the library through LD_LIBRARY_PATH."""
    source, program = tmp_path / "program.c", tmp_path / "program"
    source.write_text(PROGRAM)
    output(*compiler(), source, "-o", program, *flags)
    assert "libfoo.so.1" in needed(program)
    return output(program, environment={"LD_LIBRARY_PATH": str(exporter.homes["libfoo"] / "libfoo")})


def cmake(tmp_path: Path, version: str, **variables: Path) -> subprocess.CompletedProcess[str]:
    """Configure a project that asks for a version of foo, with variables for the search."""
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
    # Ninja, because a machine with a compiler may have no make.
    options = ["-GNinja", *(f"-D{name}={value}" for name, value in variables.items())]
    return run(SCRIPTS / "cmake", "-S", tmp_path, "-B", tmp_path / "build", *options)


def test_cmake_links_the_library_by_its_soname(exporter: Layout, tmp_path: Path) -> None:
    result = cmake(tmp_path, "1.1", CMAKE_PREFIX_PATH=exporter.homes["libfoo"] / "libfoo")
    assert result.returncode == 0, result.stderr
    output(SCRIPTS / "cmake", "--build", tmp_path / "build")
    assert "libfoo.so.1" in needed(tmp_path / "build" / "program")
    assert output(tmp_path / "build" / "program") == "1.1.0\n"


@pytest.mark.parametrize(("variable", "folder"), [("foo_ROOT", "."), ("foo_DIR", "cmake")])
def test_cmake_finds_the_exporter_through_its_variables(
    unmoved: Layout, tmp_path: Path, variable: str, folder: str
) -> None:
    result = cmake(tmp_path, "1.1", **{variable: unmoved.homes["libfoo"] / "libfoo" / folder})
    assert result.returncode == 0, result.stderr


def test_cmake_does_not_find_the_exporter_without_a_variable(tmp_path: Path) -> None:
    result = cmake(tmp_path, "1.1")
    assert result.returncode != 0
    assert "Could not find a package configuration file provided by" in " ".join(result.stderr.split())


@pytest.mark.parametrize("version", ["", "1.1", "1.0", "1", "1.1.0 EXACT", "1.0...<2", "0.9...1.1.0"])
def test_cmake_finds_a_compatible_version(unmoved: Layout, tmp_path: Path, version: str) -> None:
    result = cmake(tmp_path, version, CMAKE_PREFIX_PATH=unmoved.homes["libfoo"] / "libfoo")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("version", ["1.2", "2", "0.9", "1.0 EXACT", "1.0...1.0.9", "1.0...<1.1.0"])
def test_cmake_refuses_another_version_by_number(unmoved: Layout, tmp_path: Path, version: str) -> None:
    result = cmake(tmp_path, version, CMAKE_PREFIX_PATH=unmoved.homes["libfoo"] / "libfoo")
    assert result.returncode != 0
    assert "considered but not accepted" in result.stderr
    assert "foo-config.cmake, version: 1.1.0" in result.stderr


# Load the package that the entry point names, and look for the file in it, like build backends.
RESOLVE = """
from importlib.metadata import distribution
from importlib.resources import files
config = "cmake/foo-config.cmake"
names = {"pkg_config": "foo.pc", "cmake.prefix": config, "cmake.root": config}
points = [point for point in distribution("libfoo").entry_points if point.group in names]
result = {point.group: str(files(point.load()) / names[point.group]) for point in points}
"""


def test_the_entry_points_lead_to_the_files(exporter: Layout) -> None:
    found = exporter.evaluate(RESOLVE)
    assert sorted(found) == ["cmake.prefix", "cmake.root", "pkg_config"]
    package = exporter.homes["libfoo"] / "libfoo"
    assert os.path.samefile(found["pkg_config"], package / "pkgconfig" / "foo.pc")
    for group in ("cmake.prefix", "cmake.root"):
        assert os.path.samefile(found[group], package / "cmake" / "foo-config.cmake")
