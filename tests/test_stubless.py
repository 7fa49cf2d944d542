"""In an exporter without a stub, the vendored library_loader.py loads prebuilt libraries through ctypes."""

import runpy
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compile_library, compiler
from library_wheel.project.loaders import LOADER
from library_wheel.project.packages import ROOT
from library_wheel.project.wheels import Wheelhouse

pytestmark = pytest.mark.needs("ELF", "match by name")

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
    """A C consumer and an exporter that consists of the library and the vendored file, in a folder of their own."""
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))
    package = package_of(layout)
    library = (package / "libfoo.so.1").read_bytes()
    shutil.rmtree(package)
    package.mkdir()
    (package / "libfoo.so.1").write_bytes(library)
    (package / "__init__.py").write_text(EXPORTER)
    shutil.copy2(ROOT / "examples" / "vendorable" / "library_loader.py", package / "_library_loader.py")
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


def test_loading_again_does_nothing(layout: Layout) -> None:
    assert load(layout) is None
    assert load(layout, "['foo']") is None


def test_an_unknown_library_is_an_error(layout: Layout) -> None:
    assert load(layout, "['bar']") == "ValueError(\"there is no library 'bar' here, only 'foo'\")"


def test_a_platform_without_the_library_is_an_error(layout: Layout) -> None:
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace("Linux=", "Windows="))
    result = layout.run("-c", "import libfoo")
    assert "ValueError: the library 'foo' has no path for linux and no default" in result.stderr


def test_the_default_is_asked_on_a_platform_without_a_path(layout: Layout) -> None:
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace("Linux=_here", "default=lambda: _here"))
    assert layout.evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]


def test_the_default_is_not_asked_on_a_platform_with_a_path(layout: Layout) -> None:
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace('.so.1")', '.so.1", default=lambda: 1 / 0)'))
    assert layout.evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]


def make(layout: Layout, expression: str) -> object:
    """Evaluate an expression with the names of library_loader.py; return its value or the error's text."""
    code = (
        "from libfoo._library_loader import LibraryLoader, PlatformLibrary\n"
        f"try: result = repr({expression})\nexcept Exception as e: result = repr(e)"
    )
    return layout.evaluate(code)


@pytest.mark.parametrize("argument", ["Linux='libfoo.so.1'", "Windows='lib/libfoo.dll'"])
def test_a_relative_path_is_refused(layout: Layout, argument: str) -> None:
    path = argument.partition("=")[2]
    assert make(layout, f"PlatformLibrary({argument})") == f'ValueError("{path} is not an absolute path")'


def test_a_relative_path_from_the_default_is_refused_and_not_searched_for(layout: Layout, tmp_path: Path) -> None:
    shutil.copy2(package_of(layout) / "libfoo.so.1", tmp_path)
    expression = "LibraryLoader({'foo': PlatformLibrary(default=lambda: 'libfoo.so.1')}).load()"
    error = make(layout.with_environment(LD_LIBRARY_PATH=tmp_path), expression)
    assert error == "ValueError(\"'libfoo.so.1' is not an absolute path\")"


def test_a_path_is_kept_as_a_path(layout: Layout) -> None:
    assert make(layout, "PlatformLibrary(Linux='/a/libfoo.so.1').Linux") == "PosixPath('/a/libfoo.so.1')"


def test_a_missing_path_is_none(layout: Layout) -> None:
    assert make(layout, "PlatformLibrary(Linux='/a/libfoo.so.1').Darwin") == "None"


def test_a_path_that_is_a_number_is_refused(layout: Layout) -> None:
    assert str(make(layout, "PlatformLibrary(Linux=3)")).startswith("TypeError(")


def test_paths_must_be_passed_by_the_platforms_name(layout: Layout) -> None:
    assert str(make(layout, "PlatformLibrary('/a/libfoo.so.1')")).startswith("TypeError(")


def test_a_plain_string_instead_of_a_platform_library_is_refused(layout: Layout) -> None:
    error = make(layout, "LibraryLoader({'foo': '/a/libfoo.so.1'})")
    assert error == "TypeError(\"the library 'foo' must be a PlatformLibrary, not '/a/libfoo.so.1'\")"


def test_the_error_of_a_library_with_a_missing_need_does_not_advise_to_reinstall(
    layout: Layout, tmp_path: Path
) -> None:
    library = package_of(layout) / "libfoo.so.1"
    missing = compile_library(tmp_path / "libmissing.so", "int missing(void) { return 1; }")
    library.unlink()
    compile_library(library, "int foo(void) { return 1; }", "-Wl,--no-as-needed", f"-L{tmp_path}", "-lmissing")
    missing.unlink()
    message = layout.error("libfoo")["message"]
    assert message.startswith(f"{library} can't be loaded: ")
    assert "libmissing.so" in message
    assert "Reinstall" not in message


def test_a_damaged_library_is_an_error_that_names_it(layout: Layout) -> None:
    library = package_of(layout) / "libfoo.so.1"
    library.write_bytes(b"")
    error = layout.error("consumer_ext")
    assert error["message"] == f"{library} can't be loaded: {LOADER.damaged(library, b'')}. Reinstall its package."
    assert error["path"] == str(library)


def test_a_library_whose_soname_is_not_its_files_name_is_loaded(layout: Layout) -> None:
    library = package_of(layout) / "libfoo.so.1"
    library.rename(library.with_name("libfoo.so"))
    (package_of(layout) / "__init__.py").write_text(EXPORTER.replace("libfoo.so.1", "libfoo.so"))
    assert layout.evaluate(IMAGES) == [str(library.with_name("libfoo.so"))]


def test_a_consumer_does_not_get_a_library_of_another_soname(layout: Layout, tmp_path: Path) -> None:
    library = package_of(layout) / "libfoo.so.1"
    other = compile_library(tmp_path / "libother.so.1", "int other(void) { return 1; }")
    library.write_bytes(other.read_bytes())
    assert layout.evaluate("import libfoo; result = None") is None
    assert "libfoo.so.1: cannot open shared object file" in layout.error("consumer_ext")["message"]


def test_a_library_without_a_soname_is_refused(layout: Layout) -> None:
    library = package_of(layout) / "libfoo.so.1"
    library.unlink()
    command = [*compiler(), "-shared", "-fPIC", "-x", "c", "-", "-o", library]
    subprocess.run(command, input="int foo(void) { return 1; }", text=True, check=True)
    assert layout.error("libfoo")["message"] == (
        f"{library} was loaded, but extensions would not get it: it has no SONAME to ask for. Link it with -Wl,-soname."
    )


def test_a_library_is_refused_if_another_was_loaded_first(layout: Layout, tmp_path: Path) -> None:
    library = package_of(layout) / "libfoo.so.1"
    first = tmp_path / "libother.so"
    first.write_bytes(library.read_bytes())
    code = f"import ctypes; first = ctypes.CDLL({str(first)!r})"
    code += "\ntry: import libfoo; result = None\nexcept ImportError as error: result = error.msg"
    assert layout.evaluate(code) == (
        f"{library} was loaded, but extensions would not get it: {first} was loaded first. "
        "Remove it, or import this package before what loads it."
    )


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


def test_a_variables_name_has_only_letters_digits_and_underscores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loader = runpy.run_path(str(ROOT / "examples" / "vendorable" / "library_loader.py"))
    asked: list[str] = []
    monkeypatch.setitem(loader["LibraryLoader"].load.__globals__, "_opened", lambda file, _: asked.append(file) or True)
    monkeypatch.setenv("PREFER_UTIL_C_SYSTEM_LIBRARY", "1")
    libraries = {"util-c": loader["PlatformLibrary"](Linux=tmp_path / "libutil-c.so.1")}
    loader["LibraryLoader"](libraries).load()
    assert asked == ["libutil-c.so.1"]


def test_its_own_library_is_used_if_the_system_has_none(layout: Layout) -> None:
    environment = {"PREFER_FOO_SYSTEM_LIBRARY": "1"}
    assert layout.with_environment(**environment).evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]


def test_a_second_load_keeps_the_systems_library(layout: Layout, tmp_path: Path) -> None:
    shutil.copy2(package_of(layout) / "libfoo.so.1", tmp_path)
    init = package_of(layout) / "__init__.py"
    init.write_text(EXPORTER.replace("load()", "load(prefer_system=True)\nloader.load()"))
    layout = layout.with_environment(LD_LIBRARY_PATH=tmp_path)
    assert layout.evaluate(IMAGES) == [str(tmp_path / "libfoo.so.1")]


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_a_variable_that_says_no_does_not_prefer_the_systems_library(
    layout: Layout, tmp_path: Path, value: str
) -> None:
    shutil.copy2(package_of(layout) / "libfoo.so.1", tmp_path)
    layout = layout.with_environment(LD_LIBRARY_PATH=tmp_path, PREFER_FOO_SYSTEM_LIBRARY=value)
    assert layout.evaluate(IMAGES) == [str(package_of(layout) / "libfoo.so.1")]
