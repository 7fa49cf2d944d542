"""Programs that PyInstaller freezes, without any site-packages: the library goes along, and there is one copy."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.environment import clean_environment
from support.layouts import Layout, Layouts
from support.packages import CONSUMERS, PACKAGES, ROOT
from support.variants import replace_once
from support.wheels import Wheelhouse

PROGRAM = """
import importlib.util, json, os, sys
{imports}
result = [module.intern(string) for module in ({modules},) for string in ("alpha", "beta")]
with open("/proc/self/maps") as maps:
    mapped = sorted({{line.split(maxsplit=5)[5].strip() for line in maps if "/libfoo." in line}})
print(json.dumps({{"ids": result, "mapped": mapped, "root": os.path.realpath(sys._MEIPASS)}}))
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """All packages in a folder of their own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def freeze(layout: Layout, directory: Path, *consumers: str) -> Path:
    """Freeze a program that imports consumers from a layout's folder; return its executable."""
    modules = [PACKAGES[name].module for name in consumers]
    imports = "\n".join(f"import {module}" for module in modules)
    (directory / "program.py").write_text(PROGRAM.format(imports=imports, modules=", ".join(modules)))
    command = [sys.executable, "-m", "PyInstaller", "--log-level=WARN", "--onedir", "program.py"]
    # As code path too, since PyInstaller looks for the entry points of hooks on its own sys.path.
    environment = clean_environment({"PYTHONPATH": str(layout.homes["libfoo"])})
    subprocess.run(command, cwd=directory, env=environment, check=True, capture_output=True)
    return directory / "dist" / "program" / "program"


def run(program: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in an empty environment."""
    return subprocess.run([program], env={}, cwd="/", capture_output=True, text=True)


def test_all_consumers_use_one_copy_in_a_frozen_program(layout: Layout, tmp_path: Path) -> None:
    result = run(freeze(layout, tmp_path, *CONSUMERS))
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert seen["ids"] == [1, 2] * len(CONSUMERS)
    (mapped,) = seen["mapped"]
    assert mapped.startswith(seen["root"])


def test_a_consumer_that_hides_its_import_of_the_exporter_is_frozen_without_it(layout: Layout, tmp_path: Path) -> None:
    init = layout.homes["consumer-ext"] / "consumer_ext" / "__init__.py"
    replace_once(init, "    import libfoo  # noqa: F401\n", "    pass\n")
    result = run(freeze(layout, tmp_path, "consumer-ext"))
    assert "needs libfoo.so.1 of libfoo>=1.1,<2, but: libfoo.so.1: cannot open shared object file" in result.stderr


def without_stub(layout: Layout) -> None:
    """Turn the exporter into one that has no stub: nothing that PyInstaller analyses needs the library any more."""
    package = layout.homes["libfoo"] / "libfoo"
    for file in package.glob("*.*"):
        if file.name != "libfoo.so.1":
            file.unlink()
    shutil.copy2(ROOT / "vendorable" / "library_loader.py", package / "_library_loader.py")
    (package / "__init__.py").write_text(STUBLESS)


STUBLESS = """
import pathlib
from ._library_loader import LibraryLoader, PlatformLibrary

loader = LibraryLoader({"foo": PlatformLibrary(Linux=pathlib.Path(__file__).resolve().parent / "libfoo.so.1")})
loader.load()
"""


def test_the_exporters_hook_takes_the_library_along_even_if_nothing_is_seen_to_need_it(
    layout: Layout, tmp_path: Path
) -> None:
    without_stub(layout)
    result = run(freeze(layout, tmp_path, "consumer-ext"))
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["ids"] == [1, 2]


def test_without_the_hook_the_library_would_be_left_behind(layout: Layout, tmp_path: Path) -> None:
    without_stub(layout)
    (layout.homes["libfoo"] / "libfoo" / "_pyinstaller" / "hook-libfoo.py").write_text("")
    result = run(freeze(layout, tmp_path, "consumer-ext"))
    assert "libfoo.so.1 can't be loaded: " in result.stderr
    assert "cannot open shared object file" in result.stderr
