"""What a type checker sees of the installed packages: stubs that are true, and every function's types."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.environment import clean_environment
from support.layouts import Layout, Layouts
from support.packages import CONSUMERS, PACKAGES
from support.variants import replace_once
from support.wheels import Wheelhouse

ALLOWED = r"""
.*\.error  # the variable of an `except ... as` at module level, which is gone when the module has been imported
.*\.__test__  # Cython's own
consumer_cmake\._ext\..*  # nanobind's functions, which are no functions to stubtest
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """All packages, in a folder of their own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def mypy(layout: Layout, module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a module of mypy that finds the installed packages."""
    site = str(layout.homes["libfoo"])
    environment = clean_environment({"PYTHONPATH": site, "MYPYPATH": site})
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, cwd=site, capture_output=True, text=True)


def stubtest(layout: Layout, directory: Path, *modules: str) -> subprocess.CompletedProcess[str]:
    """Compare stubs with what they describe."""
    allowed = directory / "allowed"
    allowed.write_text(ALLOWED)
    return mypy(layout, "mypy.stubtest", "--ignore-unused-allowlist", "--allowlist", allowed, *modules)


def test_the_stubs_describe_what_is_there(layout: Layout, tmp_path: Path) -> None:
    result = stubtest(layout, tmp_path, *(package.module for package in PACKAGES.values()))
    assert result.returncode == 0, result.stdout
    assert "no issues found in " in result.stdout


def test_a_stub_that_is_wrong_is_noticed(layout: Layout, tmp_path: Path) -> None:
    stub = layout.homes["libfoo"] / "libfoo" / "_init.pyi"
    replace_once(stub, "def library_version() -> str: ...", "def library_version() -> str: ...\nnothing: int")
    result = stubtest(layout, tmp_path, "libfoo")
    assert result.returncode == 1
    assert "libfoo._init.nothing is not present at runtime" in result.stdout


PROGRAM = """
import {module} as consumer
import libfoo

consumer.name(consumer.intern("spam")).upper()
consumer.hash(b"spam") + consumer.count()
libfoo.get_include().upper()
libfoo.loader.load(["foo"], prefer_system=False)
"""


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_program_is_checked_against_the_installed_packages(layout: Layout, tmp_path: Path, consumer: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(module=PACKAGES[consumer].module))
    result = mypy(layout, "mypy", "--strict", program)
    assert result.returncode == 0, result.stdout
    replace_once(program, 'intern("spam")', "intern(1)")
    result = mypy(layout, "mypy", "--strict", program)
    assert 'Argument 1 to "intern" has incompatible type "int"; expected "str"' in result.stdout
