"""Freezers besides PyInstaller, archives that unpack themselves, and those that Python reads modules from."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import LIBRARY_FILE
from library_wheel.project.wheels import Wheelhouse

# Prints the ids that the consumers get, and the files that are mapped. Without json: Nuitka would compile that.
PROGRAM = """
import {modules}

with open("/proc/self/maps") as maps:
    mapped = sorted({{line.split(maxsplit=5)[5].rstrip() for line in maps if "/libfoo.so" in line}})
ids = [module.intern(string) for module in ({modules},) for string in ("alpha", "beta")]
print(str({{"ids": ids, "mapped": mapped}}).replace("'", '"'))
"""
CONSUMERS = ("consumer-ext", "consumer-pure")
ALL = "consumer_ext, consumer_pure"


@pytest.fixture(scope="module")
def installed(layouts: Layouts) -> Layout:
    """The exporter in other site-packages than its consumers."""
    return layouts.layout({"libfoo": "system"} | dict.fromkeys(CONSUMERS, "user"))


def freeze(layout: Layout, folder: Path, *command: str, modules: str = ALL, **variables: str) -> None:
    """Run a freezer, a module of this environment, on a program that uses consumers."""
    (folder / "program.py").write_text(PROGRAM.format(modules=modules))
    found = [layout.environment.get("PYTHONPATH"), sysconfig.get_path("purelib")]
    path = ":".join(filter(None, found))
    scripts = f"{sysconfig.get_path('scripts')}:/usr/bin:/bin"
    # Nuitka links programs to libpython, of which a copied interpreter has no libpython3.x.so.
    libraries = sysconfig.get_config_var("LIBDIR")
    variables |= {"PATH": scripts, "HOME": folder, "LIBRARY_PATH": libraries, "LD_LIBRARY_PATH": libraries}
    there = layout.with_environment(PYTHONPATH=path, **variables)
    result = there.run("-m", *command, cwd=folder, timeout=900)
    assert result.returncode == 0, result.stdout + result.stderr


def printed(*command: str | Path, **variables: str | Path) -> dict:
    """Run a program in an environment of its own and return what it printed. Raise AssertionError if it failed."""
    environment = {name: str(value) for name, value in variables.items()}
    result = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def assert_one_copy_below(folder: Path, seen: dict) -> None:
    """Assert that the consumers used one copy of the library, and that it was in a folder."""
    assert seen["ids"][:2] == seen["ids"][-2:] == [1, 2]
    (library,) = map(Path, seen["mapped"])
    assert library.name == LIBRARY_FILE
    assert library.is_relative_to(folder)


def test_cx_freeze_includes_the_library(installed: Layout, tmp_path: Path) -> None:
    freeze(installed, tmp_path, "cx_Freeze", "build", "--script=program.py", "--build-exe=frozen")
    assert_one_copy_below(tmp_path / "frozen", printed(tmp_path / "frozen" / "program"))


def test_nuitka_includes_the_library(installed: Layout, tmp_path: Path) -> None:
    options = ("--standalone", "--assume-yes-for-downloads", "--lto=no")
    # Without optimisation, which would take six times as long.
    freeze(installed, tmp_path, "nuitka", *options, "program.py", modules="consumer_ext", CCFLAGS="-O0")
    assert_one_copy_below(tmp_path / "program.dist", printed(tmp_path / "program.dist" / "program.bin"))


@pytest.fixture(scope="module")
def published(wheels: Wheelhouse) -> list[Path]:
    """The wheels of the exporter and its consumers."""
    return [wheels.repaired(name) for name in ("libfoo", *CONSUMERS)]


@pytest.fixture
def program(layouts: Layouts, tmp_path: Path) -> tuple[Path, Path]:
    """An interpreter without the packages, and a program that uses the consumers."""
    (tmp_path / "program.py").write_text(PROGRAM.format(modules=ALL))
    return layouts.layout({}).python, tmp_path / "program.py"


def test_shiv_unpacks_the_library_before_it_is_imported(
    layouts: Layouts, published: list[Path], program: tuple[Path, Path], tmp_path: Path
) -> None:
    freeze(layouts.layout({}), tmp_path, "shiv", "--no-deps", "--no-index", "-o", "program.pyz", *map(str, published))
    python, source = program
    seen = printed(python, tmp_path / "program.pyz", source, SHIV_ROOT=tmp_path / "cache")
    assert_one_copy_below(tmp_path / "cache", seen)


def test_pex_unpacks_each_wheel_into_a_folder_of_its_own(
    layouts: Layouts, published: list[Path], program: tuple[Path, Path], tmp_path: Path
) -> None:
    freeze(
        layouts.layout({}), tmp_path, "pex", "--no-transitive", "--no-index", "-o", "program.pex", *map(str, published)
    )
    python, source = program
    seen = printed(python, tmp_path / "program.pex", source, PEX_ROOT=tmp_path / "cache")
    assert_one_copy_below(tmp_path / "cache", seen)
    assert len([*(tmp_path / "cache" / "installed_wheels").rglob("*.dist-info")]) == len(published)


def zipped(folder: Path, *packages: Path) -> Path:
    """Make an archive of packages that Python runs: it uses a consumer."""
    for package in packages:
        shutil.copytree(package, folder / "app" / package.name)
    (folder / "app" / "__main__.py").write_text("import consumer_pure; print(consumer_pure.intern('alpha'))")
    return Path(shutil.make_archive(str(folder / "app"), "zip", folder / "app"))


def test_a_zip_archive_with_the_exporter_is_refused_by_name(
    layouts: Layouts, wheels: Wheelhouse, tmp_path: Path
) -> None:
    home = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-pure")).homes["libfoo"]
    archive = zipped(tmp_path, home / "libfoo", home / "consumer_pure")
    result = layouts.layout({}).run(archive)
    assert f"libfoo can't be loaded: it was imported from within {archive}, where the loader" in result.stderr


def test_a_zip_archive_of_python_code_alone_uses_the_installed_exporter(
    layouts: Layouts, installed: Layout, wheels: Wheelhouse, tmp_path: Path
) -> None:
    home = layouts.private(wheels.repaired("consumer-pure")).homes["consumer-pure"]
    result = installed.run(zipped(tmp_path, home / "consumer_pure"))
    assert result.stdout == "1\n", result.stderr
