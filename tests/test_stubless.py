"""An exporter that has no stub: the vendored library_loader.py loads prebuilt libraries by ctypes."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.layouts import Layout, Layouts
from support.libraries import compile_library
from support.loaders import LOADER
from support.packages import ROOT
from support.wheels import Wheelhouse

EXPORTER = """
import pathlib
from ._library_loader import LibraryLoader, PlatformLibrary

__version__ = "1.1.0"
_here = pathlib.Path(__file__).resolve().parent
loader = LibraryLoader({"foo": PlatformLibrary(Linux=_here / "libfoo.so.1")})
loader.load()
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """A C consumer beside an exporter that consists of the library and the vendored file, in a folder of their own."""
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))
    package = package_of(layout)
    library = (package / "libfoo.so.1").read_bytes()
    shutil.rmtree(package)
    package.mkdir()
    (package / "libfoo.so.1").write_bytes(library)
    (package / "__init__.py").write_text(EXPORTER)
    shutil.copy2(ROOT / "vendorable" / "library_loader.py", package / "_library_loader.py")
    return layout


def package_of(layout: Layout) -> Path:
    """Return the exporter's package directory."""
    return layout.homes["libfoo"] / "libfoo"


IMAGES = """
import consumer_ext, os
consumer_ext.intern("alpha")
result = sorted({line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if "/libfoo." in line})
"""


def load(layout: Layout, arguments: str = "", environment: Mapping[str, str] = {}) -> object:
    """Call the exporter's loader after its import; return the error's text, or None."""
    code = f"import libfoo\ntry: result = libfoo.loader.load({arguments})\nexcept Exception as e: result = repr(e)"
    return layout.with_environment(**environment).evaluate(code)


def test_a_consumer_uses_its_library(layout: Layout) -> None:
    assert layout.evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]


def test_the_symbols_are_not_global(layout: Layout) -> None:
    code = "import consumer_ext, ctypes; result = hasattr(ctypes.CDLL(None), 'foo_intern')"
    assert layout.evaluate(code) is False


def test_there_is_no_mode_but_local(layout: Layout) -> None:
    code = "from libfoo._library_loader import LoadMode; import os; result = [(m.name, m.value) for m in LoadMode]"
    assert layout.evaluate(code) == [["LOCAL", 0]]


def test_loading_again_does_nothing(layout: Layout) -> None:
    assert load(layout) is None
    assert load(layout, "['foo']") is None


def test_an_unknown_library_is_an_error(layout: Layout) -> None:
    assert load(layout, "['bar']") == "ValueError(\"there is no library 'bar' for linux here, only ['foo']\")"


def test_a_platform_without_the_library_is_an_error(layout: Layout) -> None:
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace("Linux=", "Windows="))
    result = layout.run("-c", "import libfoo")
    assert "ValueError: there is no library 'foo' for linux here" in result.stderr


def test_a_damaged_library_is_an_error_that_names_it(layout: Layout) -> None:
    library = package_of(layout) / "libfoo.so.1"
    library.write_bytes(b"")
    error = layout.error("consumer_ext")
    assert error["message"] == f"{library} can't be loaded: {LOADER.damaged(library, b'')}. Reinstall its package."
    assert error["path"] == str(library)


def test_a_library_whose_soname_is_not_its_files_name_is_refused(layout: Layout, tmp_path: Path) -> None:
    library = package_of(layout) / "libfoo.so.1"
    other = compile_library(tmp_path / "libother.so.1", "int other(void) { return 1; }")
    library.write_bytes(other.read_bytes())
    assert layout.error("libfoo")["message"] == (
        f"{library} was loaded, but extensions would not get it: another was loaded first, "
        "the SONAME isn't the file's name, or this is musl: build a stub"
    )


def test_a_library_is_refused_if_another_was_loaded_first(layout: Layout, tmp_path: Path) -> None:
    library = package_of(layout) / "libfoo.so.1"
    (tmp_path / library.name).write_bytes(library.read_bytes())
    first = f"import ctypes; ctypes.CDLL({str(tmp_path / library.name)!r})"
    code = f"{first}\ntry: import libfoo; result = None\nexcept ImportError as error: result = error.msg"
    assert "another was loaded first" in layout.evaluate(code)


@pytest.mark.parametrize("arguments", ["prefer_system=True", ""])
def test_the_systems_library_is_preferred_on_request(layout: Layout, tmp_path: Path, arguments: str) -> None:
    library = package_of(layout) / "libfoo.so.1"
    shutil.copy2(library, tmp_path)
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace("load()", f"load({arguments})"))
    environment = {"LD_LIBRARY_PATH": tmp_path}
    if not arguments:
        environment["PREFER_FOO_SYSTEM_LIBRARY"] = "1"
    assert layout.with_environment(**environment).evaluate(IMAGES) == [str(tmp_path / library.name)]


def test_its_own_library_serves_if_the_system_has_none(layout: Layout) -> None:
    environment = {"PREFER_FOO_SYSTEM_LIBRARY": "1"}
    assert layout.with_environment(**environment).evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]
