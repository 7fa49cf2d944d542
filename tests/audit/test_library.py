"""libfoo by itself, without a wheel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from library_wheel.processes import run
from library_wheel.project import edits
from library_wheel.project.elf import read_elf
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import LIBRARIES, ROOT
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment
from support.meson import install_library, meson, run_meson


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """libfoo, built and installed into `prefix` beside the build folder."""
    directory = tmp_path_factory.mktemp("libfoo")
    install_library(ROOT / "libfoo", directory)
    return directory / "build"


@pytest.fixture(scope="module")
def prefix(build: Path) -> Path:
    """The folder where libfoo is installed."""
    return build.parent / "prefix"


def test_libfoos_own_tests_pass(build: Path) -> None:
    meson("test", "-C", build)
    log = [json.loads(line) for line in (build / "meson-logs" / "testlog.json").read_text().splitlines()]
    names = ["hash", "intern", "threads", "version"]
    assert {test["name"]: test["result"] for test in log} == {f"libfoo:{name}": "OK" for name in names}


def test_libbars_own_tests_pass_with_a_libfoo_that_cmake_finds(wheels: Wheelhouse, tmp_path: Path) -> None:
    shutil.unpack_archive(wheels.repaired("libfoo"), tmp_path / "site", format="zip")
    source, folder = ROOT / LIBRARIES["libbar"], tmp_path / "build"
    options = ["-GNinja", f"-Dfoo_ROOT={tmp_path / 'site' / 'libfoo'}"]
    # Ninja is beside CMake.
    environment = clean_environment({"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])})
    run(["cmake", "-S", source, "-B", folder, *options], environment)
    run(["cmake", "--build", folder], environment)
    run(["ctest", "--test-dir", folder, "--output-junit", tmp_path / "results.xml"], environment)
    results = ElementTree.parse(tmp_path / "results.xml").getroot()
    assert {test.get("name"): test.get("status") for test in results} == {"words": "run", "errors": "run"}
    assert results.get("failures") == "0"


def sanitized(directory: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """Run the test of threads of libfoo's sources under ThreadSanitizer; skip where it does not work."""
    command = [*compiler(), "-fsanitize=thread", "-xc", "-", "-o", directory.with_name("program")]
    if subprocess.run(command, input="int main(void) { return 0; }", text=True, capture_output=True).returncode:
        pytest.skip("this compiler has no ThreadSanitizer")
    meson("setup", directory, source, "-Db_sanitize=thread", "-Db_lundef=false")
    result = run_meson("test", "-C", directory, "--print-errorlogs", "threads")
    if "FATAL: ThreadSanitizer" in result.stdout:
        pytest.skip("ThreadSanitizer does not start: its memory layout does not fit this kernel, or it is linked twice")
    return result


def test_threads_do_not_race(tmp_path: Path) -> None:
    result = sanitized(tmp_path / "build", ROOT / "libfoo")
    assert result.returncode == 0, result.stdout


def test_without_its_lock_threads_would_race(tmp_path: Path) -> None:
    source = shutil.copytree(ROOT / "libfoo", tmp_path / "libfoo")
    edits.replace_once(source / "src" / "lock.h", "{ pthread_mutex_lock(&table_lock); }", "{}")
    edits.replace_once(source / "src" / "lock.h", "{ pthread_mutex_unlock(&table_lock); }", "{}")
    result = sanitized(tmp_path / "build", source)
    assert result.returncode != 0
    assert "ThreadSanitizer: data race" in result.stdout


def test_libfoo_is_installed_like_other_libraries(prefix: Path) -> None:
    assert sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir()) == [
        "include/foo.h",
        "include/foo_version.h",
        "lib/libfoo.so",
        "lib/libfoo.so.1",
        "lib/libfoo.so.1.1.0",
        "lib/pkgconfig/foo.pc",
    ]


def test_libfoo_exports_its_functions_with_their_versions_and_nothing_else(prefix: Path) -> None:
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


@pytest.fixture(params=["c -std=c99", "c -std=c11", "c++ -std=c++17"])
def language(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Options that make the compiler take its input for this language."""
    options = ["-x", *request.param.split()]
    if "c++" in options:
        command = [*compiler(), *options, "-c", "-", "-o", tmp_path / "empty.o"]
        if subprocess.run(command, input=b"", capture_output=True).returncode:
            pytest.skip("this C compiler came without the one for C++")
    return options


PROGRAM = """
#include <foo.h>
#include <stdio.h>
int main(void) { return printf("%s %u\\n", foo_version(), (unsigned)foo_intern("alpha")) < 0; }
"""


def test_a_program_finds_libfoo_through_pkg_config(prefix: Path, tmp_path: Path, language: list[str]) -> None:
    environment = clean_environment({"PKG_CONFIG_PATH": str(prefix / "lib" / "pkgconfig")})
    query = [sys.executable, "-m", "pkgconf", "--cflags", "--libs", "foo"]
    flags = subprocess.run(query, env=environment, check=True, capture_output=True, text=True).stdout.split()
    program = tmp_path / "program"
    link = [*compiler(), *language, "-", "-o", program, *flags, f"-Wl,-rpath,{prefix / 'lib'}"]
    subprocess.run(link, input=PROGRAM, check=True, text=True)
    assert subprocess.run([program], check=True, capture_output=True, text=True).stdout == "1.1.0 1\n"


def test_libfoos_header_compiles_alone_and_without_warnings(prefix: Path, tmp_path: Path, language: list[str]) -> None:
    flags = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-I", prefix / "include"]
    command = [*compiler(), *language, *flags, "-c", "-", "-o", tmp_path / "header.o"]
    subprocess.run(command, input="#include <foo.h>\n", check=True, text=True)
