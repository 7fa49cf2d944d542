"""libfoo by itself, for those who want no wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.elf import read_elf
from support.environment import clean_environment
from support.libraries import compiler
from support.packages import ROOT


def meson(*arguments: str | Path) -> str:
    """Run Meson and return its output."""
    command = [sys.executable, "-m", "mesonbuild.mesonmain", *arguments]
    result = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """libfoo, built and installed into `prefix` beside the build folder."""
    directory = tmp_path_factory.mktemp("libfoo")
    meson("setup", directory / "build", ROOT / "libfoo", "--prefix", directory / "prefix", "-Dlibdir=lib")
    meson("install", "-C", directory / "build")
    return directory / "build"


@pytest.fixture(scope="module")
def prefix(build: Path) -> Path:
    """Where libfoo is installed."""
    return build.parent / "prefix"


def test_its_own_tests_pass(build: Path) -> None:
    output = meson("test", "-C", build)
    assert "Ok:                4" in output


def test_it_is_installed_as_libraries_are(prefix: Path) -> None:
    assert sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()) == [
        "include/foo.h",
        "include/foo_version.h",
        "lib/libfoo.so",
        "lib/libfoo.so.1",
        "lib/libfoo.so.1.1.0",
        "lib/pkgconfig/foo.pc",
    ]


def test_it_exports_its_functions_with_their_versions_and_nothing_else(prefix: Path) -> None:
    elf = read_elf((prefix / "lib" / "libfoo.so.1").read_bytes())
    assert elf.soname == "libfoo.so.1"
    assert elf.exports == {
        "foo_count": "LIBFOO_1.0",
        "foo_hash": "LIBFOO_1.1",
        "foo_intern": "LIBFOO_1.0",
        "foo_name": "LIBFOO_1.0",
        "foo_version": "LIBFOO_1.0",
        "foo_version_number": "LIBFOO_1.0",
    }


PROGRAM = """
#include <foo.h>
#include <stdio.h>
int main(void) { return printf("%s %u\\n", foo_version(), (unsigned)foo_intern("alpha")) < 0; }
"""


def test_a_program_finds_it_by_pkg_config(prefix: Path, tmp_path: Path) -> None:
    environment = clean_environment({"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")})
    query = [sys.executable, "-m", "pkgconf", "--cflags", "--libs", "foo"]
    flags = subprocess.run(query, env=environment, check=True, capture_output=True, text=True).stdout.split()
    program = tmp_path / "program"
    link = [*compiler(), "-xc", "-", "-o", program, *flags, f"-Wl,-rpath,{prefix / 'lib'}"]
    subprocess.run(link, input=PROGRAM, check=True, text=True)
    assert subprocess.run([program], check=True, capture_output=True, text=True).stdout == "1.1.0 1\n"


@pytest.mark.parametrize("language", ["c -std=c99", "c -std=c11", "c++ -std=c++17"])
def test_its_header_compiles_alone_and_without_warnings(prefix: Path, language: str) -> None:
    flags = f"-x {language} -Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only -I{prefix / 'include'} -".split()
    subprocess.run([*compiler(), *flags], input="#include <foo.h>\n", check=True, text=True)
