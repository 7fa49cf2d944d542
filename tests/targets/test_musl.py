"""Differences between the loaders of musl and glibc that matter for an exporter."""

import shutil
import subprocess
from pathlib import Path

import pytest

from library_wheel.platforms.musl.interpreter import musl_loader
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compile_library
from library_wheel.project.packages import ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from support.long_paths import at_a_path_of


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and a C consumer, in a folder of their own."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


STUBLESS = """
import pathlib
from ._library_loader import LibraryLoader, PlatformLibrary

loader = LibraryLoader({"foo": PlatformLibrary(Linux=pathlib.Path(__file__).resolve().parent / "libfoo.so.1")})
loader.load()
"""


def test_a_library_that_ctypes_opened_by_its_path_is_not_found_by_extensions(layout: Layout) -> None:
    library = layout.homes["libfoo"] / "libfoo" / "libfoo.so.1"
    use = "from consumer_ext import _ext"
    # Another module stands in for the exporter, so that the consumer does not import that.
    loader = f"import ctypes, sys; ctypes.CDLL({str(library)!r}); sys.modules['libfoo'] = ctypes"
    without = layout.run("-c", f"{loader}; {use}")
    assert "Error loading shared library libfoo.so.1: No such file or directory (needed by " in without.stderr
    assert layout.run("-c", f"import libfoo; {use}").returncode == 0


def test_musls_loader_prints_nothing_for_ld_debug(layout: Layout) -> None:
    result = layout.with_environment(LD_DEBUG="all").run("-c", "import consumer_ext; print('imported')")
    assert (result.stdout, result.stderr) == ("imported\n", "")


def test_musls_ldd_does_not_find_the_library_for_a_consumer_but_for_the_stub(layout: Layout) -> None:
    home = layout.homes["libfoo"]
    # musl's ldd is a link to the loader. This option does the same.
    command = [musl_loader(), "--list"]
    files = home / "libfoo" / PLATFORM.extension("_init"), home / "consumer_ext" / PLATFORM.extension("_ext")
    stubs, consumers = (subprocess.run([*command, file], capture_output=True, text=True) for file in files)
    assert f"libfoo.so.1 => {home / 'libfoo' / 'libfoo.so.1'}" in stubs.stdout
    assert "Error loading shared library libfoo.so.1: No such file or directory (needed by " in consumers.stderr


def test_an_exporter_without_a_stub_says_so_at_once(layout: Layout) -> None:
    package = layout.homes["libfoo"] / "libfoo"
    shutil.copy2(ROOT / "examples" / "vendorable" / "library_loader.py", package / "_library_loader.py")
    (package / "__init__.py").write_text(STUBLESS)
    assert layout.error("consumer_ext")["message"] == (
        f"{package / 'libfoo.so.1'} was loaded, but extensions would not get it: "
        "musl's loader finds libfoo.so.1 only where it searches. Build a stub."
    )


def test_a_folder_with_a_colon_is_named(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), below="a:b")
    folder = layout.homes["libfoo"] / "libfoo"
    code = (
        f"import sys; sys.path.insert(0, {str(folder.parent)!r})\n"
        "try: import libfoo; result = None\nexcept ImportError as error: result = str(error)"
    )
    message = layout.with_environment(PYTHONPATH="").evaluate(code)
    assert f"musl does not search {folder}: its path has a colon, a line break or more than 511 bytes" in message
    assert "Install it in another folder. The loader says: Error loading shared library libfoo.so.1: " in message


@pytest.mark.parametrize(("length", "found"), [(511, True), (512, False)])
def test_a_library_is_found_by_a_path_of_511_bytes_at_most(
    layouts: Layouts, wheels: Wheelhouse, length: int, found: bool
) -> None:
    seen = at_a_path_of(length, layouts, wheels).probe("libfoo")
    assert ("error" not in seen) == found


@pytest.mark.parametrize(("option", "missing"), [("-O1", ""), ("-O0", "statx: symbol not found")])
def test_code_that_zig_did_not_optimise_needs_a_newer_musl(
    layouts: Layouts, tmp_path: Path, option: str, missing: str
) -> None:
    library = compile_library(tmp_path / "twice.so", "int twice(int number) { return number + number; }", option)
    result = layouts.layout({}).run("-c", f"import ctypes; ctypes.CDLL({str(library)!r})")
    assert (result.returncode == 0, missing in result.stderr) == (not missing, True)
