"""Programs frozen by PyInstaller run without site-packages and contain one copy of each library."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import CONSUMERS, PACKAGES, ROOT
from library_wheel.project.wheels import Wheelhouse

USE_CONSUMERS = """
import json, os, re, sys
{imports}

root = os.path.realpath(sys._MEIPASS)
ids = [module.intern(string) for module in ({modules},) for string in ("alpha", "beta")]
with open("/proc/self/maps") as maps:
    files = {{line.split(maxsplit=5)[5].rstrip() for line in maps if re.search(r"/lib(foo|bar|barutil)[.]so", line)}}
print(json.dumps({{"ids": ids, "mapped": sorted(os.path.relpath(file, root) for file in files)}}))
"""
FIND_LIBRARY = "import json, os, libfoo; print(json.dumps(os.path.basename(os.path.dirname(libfoo.get_library()))))"


@pytest.fixture(scope="module")
def installed(layouts: Layouts) -> Layout:
    """All packages, each exporter in other site-packages than the consumers."""
    return layouts.layout({"libfoo": "system", "libbar": "user"} | dict.fromkeys(CONSUMERS, "venv"))


@pytest.fixture
def elsewhere(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and a consumer in a folder that is not a site-packages. Tests may damage it."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


def use(*consumers: str) -> str:
    """Return a program that uses consumers and prints the ids it got and the libraries it runs."""
    modules = [PACKAGES[name].module for name in consumers]
    return USE_CONSUMERS.format(imports="\n".join(f"import {name}" for name in modules), modules=", ".join(modules))


def freeze(layout: Layout, directory: Path, code: str, mode: str = "--onedir") -> Path:
    """Freeze a program with the packages that a layout's interpreter sees; return the executable."""
    (directory / "program.py").write_text(code)
    tools = sysconfig.get_path("purelib")
    path = os.pathsep.join(filter(None, [layout.environment.get("PYTHONPATH"), tools]))
    # Its cache would be in the user's home.
    builder = layout.with_environment(PYTHONPATH=path, PYINSTALLER_CONFIG_DIR=directory / "cache")
    result = builder.run("-m", "PyInstaller", "--log-level=WARN", mode, "program.py", cwd=directory)
    assert result.returncode == 0, result.stderr
    made = directory / "dist" / "program"
    return made if mode == "--onefile" else made / "program"


def run(program: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in an empty environment."""
    return subprocess.run([program], env={}, cwd="/", capture_output=True, text=True)


def printed(program: Path) -> object:
    """Run a program and return what it printed as JSON. Raise AssertionError if it failed."""
    result = run(program)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


EXPECTED = {
    "ids": [1, 2] * len(CONSUMERS),
    "mapped": ["libbar/libbar.so.2", "libbar/libbarutil.so.2", "libfoo/libfoo.so.1"],
}


@pytest.fixture(scope="module")
def program(installed: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that uses all consumers, frozen into a folder."""
    return freeze(installed, tmp_path_factory.mktemp("onedir"), use(*CONSUMERS))


def test_all_consumers_use_one_copy_in_a_frozen_folder(program: Path) -> None:
    assert printed(program) == EXPECTED


def test_all_consumers_use_one_copy_in_a_frozen_file(installed: Layout, tmp_path: Path) -> None:
    assert printed(freeze(installed, tmp_path, use(*CONSUMERS), "--onefile")) == EXPECTED


def test_files_that_only_builds_need_are_not_frozen(program: Path) -> None:
    package = program.parent / "_internal" / "libfoo"
    assert sorted(path.name for path in package.iterdir()) == ["_init.abi3.so", "libfoo.so.1"]


def test_a_consumer_that_hides_its_import_of_the_exporter_is_frozen_without_it(
    elsewhere: Layout, tmp_path: Path
) -> None:
    init = elsewhere.homes["consumer-ext"] / "consumer_ext" / "__init__.py"
    replace_once(init, "        import libfoo ", "        __import__('libfoo') ")
    result = run(freeze(elsewhere, tmp_path, use("consumer-ext")))
    assert "needs libfoo>=1.1,<2. The package libfoo is not installed; the loader searched " in result.stderr


def without_hook(layout: Layout) -> None:
    """Remove the entry point through which PyInstaller finds the exporter's hook."""
    (entry_points,) = layout.homes["libfoo"].glob("libfoo-*.dist-info/entry_points.txt")
    replace_once(entry_points, "[pyinstaller40]\nhook-dirs = libfoo._pyinstaller:get_hook_dirs\n", "")


def test_the_exporters_hook_puts_the_library_beside_the_stub(elsewhere: Layout, tmp_path: Path) -> None:
    assert printed(freeze(elsewhere, tmp_path, FIND_LIBRARY)) == "libfoo"


def test_without_the_hook_the_library_would_lie_elsewhere(elsewhere: Layout, tmp_path: Path) -> None:
    without_hook(elsewhere)
    assert printed(freeze(elsewhere, tmp_path, FIND_LIBRARY)) == "_internal"


def without_stub(layout: Layout) -> None:
    """Turn the exporter into one without a stub: then nothing that PyInstaller analyses needs the library."""
    package = layout.homes["libfoo"] / "libfoo"
    for file in package.glob("*.*"):
        if file.name != "libfoo.so.1":
            file.unlink()
    shutil.copy2(ROOT / "examples" / "vendorable" / "library_loader.py", package / "_library_loader.py")
    (package / "__init__.py").write_text(STUBLESS)


STUBLESS = """
import pathlib
from ._library_loader import LibraryLoader, PlatformLibrary

loader = LibraryLoader({"foo": PlatformLibrary(Linux=pathlib.Path(__file__).resolve().parent / "libfoo.so.1")})
loader.load()
"""


def test_the_exporters_hook_includes_the_library_even_if_nothing_seems_to_need_it(
    elsewhere: Layout, tmp_path: Path
) -> None:
    without_stub(elsewhere)
    seen = printed(freeze(elsewhere, tmp_path, use("consumer-ext")))
    assert seen == {"ids": [1, 2], "mapped": ["libfoo/libfoo.so.1"]}


def test_without_the_hook_the_library_would_be_left_behind(elsewhere: Layout, tmp_path: Path) -> None:
    without_stub(elsewhere)
    without_hook(elsewhere)
    result = run(freeze(elsewhere, tmp_path, use("consumer-ext")))
    assert "libfoo.so.1 can't be loaded: " in result.stderr
    assert "cannot open shared object file" in result.stderr
