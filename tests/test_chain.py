"""A chain of three wheels: consumer-cmake links to libbar, libbar to libfoo. libbar's wheel holds two libraries."""

import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.loaders import LOADER
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse, variant
from support import variants


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The three wheels, each in another site-packages."""
    return layouts.layout({"libfoo": "venv", "libbar": "system", "consumer-cmake": "user"})


@pytest.mark.usefixtures("_interpreter_on_record")
@pytest.mark.parametrize("consumer", ["consumer-cmake"])
@pytest.mark.parametrize("places", list(permutations(["system", "user", "venv"])), ids="-".join)
def test_a_chain_of_three_wheels_is_in_three_site_packages(
    layouts: Layouts, places: tuple[str, ...], consumer: str
) -> None:
    layouts.layout(dict(zip(["libfoo", "libbar", consumer], places, strict=True))).assert_one_copy(consumer)


def test_from_3_12_on_the_consumers_wheel_works_with_newer_versions_of_cpython(
    wheels: Wheelhouse,
) -> None:
    name = wheels.repaired("consumer-cmake").name
    assert ("-cp312-abi3-" in name) == (PLATFORM.version >= (3, 12))


@pytest.mark.needs("abi3audit")
@pytest.mark.skipif(PLATFORM.version < (3, 12), reason="for this CPython its wheel has no stable ABI")
def test_abi3audit_finds_only_the_stable_abi_of_3_12(wheels: Wheelhouse) -> None:
    command = [sys.executable, "-m", "abi3audit", "--strict", "--assume-minimum-abi3", "3.12"]
    result = subprocess.run([*command, wheels.repaired("consumer-cmake")], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_libbar_uses_the_table_of_libfoo(layout: Layout) -> None:
    code = (
        "import consumer_cmake as c; result = [c.intern('eggs'), c.words(' spam\\teggs spam '), c.count(), c.words('')]"
    )
    assert layout.evaluate(code) == [1, [2, 1, 2], 2, []]


def test_importing_libbar_loads_its_libraries_and_libfoo(layout: Layout) -> None:
    seen = layout.probe("libbar")
    assert sorted(seen["exporters"]) == ["libbar", "libfoo"]
    for exporter, libraries in seen["exporters"].items():
        for library in libraries:
            assert library["images"] == [library["own"]] == [library["loaded"]]
            assert Path(library["own"]).is_relative_to(layout.homes[exporter])


def test_an_exception_of_libbar_is_caught_by_its_type(layout: Layout) -> None:
    code = """
import consumer_cmake as c
try: c.words("spam\\0eggs")
except c.ParseError as error: result = [type(error).__mro__[1].__name__, str(error)]
"""
    assert layout.evaluate(code) == ["ValueError", "NUL byte in text"]


@pytest.mark.needs("ELF")
def test_an_exception_whose_type_information_is_not_exported_could_not_be_caught(
    layouts: Layouts, wheels: Wheelhouse
) -> None:
    exporters = variant(variants.type_information_hidden, "libfoo", "libbar")
    layout = layouts.private(exporters.wheel("libfoo"), exporters.wheel("libbar"), wheels.repaired("consumer-cmake"))
    error = layout.error("consumer_cmake")
    assert LOADER.undefined("_ZTIN3bar10ParseErrorE", error["path"]) in error["message"]


@pytest.mark.parametrize("name", ["bar", "barutil"])
def test_each_library_has_a_file(layout: Layout, name: str) -> None:
    code = f"import libbar; result = [libbar.get_library({name!r}), libbar.get_loaded_library({name!r})]"
    own, loaded = layout.evaluate(code)
    assert own == loaded
    assert Path(own).name == LOADER.file(name, "2")


def test_the_first_library_is_the_default(layout: Layout) -> None:
    assert Path(layout.evaluate("import libbar; result = libbar.get_library()")).name == LOADER.file("bar", "2")


@pytest.mark.parametrize("name", ["bar", "barutil"])
def test_each_library_has_a_file_to_link_to(layout: Layout, name: str) -> None:
    link_file = layout.evaluate(f"import libbar; result = libbar.get_link_file({name!r})")
    assert Path(link_file).name == LOADER.link_file(name, "2")
    assert Path(link_file).is_file()


@pytest.mark.parametrize("function", ["get_library", "get_link_file", "get_loaded_library"])
def test_an_unknown_library_name_is_an_error(layout: Layout, function: str) -> None:
    result = layout.run("-c", f"import libbar; libbar.{function}('foo')")
    assert "ValueError: libbar has no library 'foo', only bar, barutil" in result.stderr


@pytest.mark.parametrize("library", [LOADER.file("bar", "2"), LOADER.file("barutil", "2")])
def test_a_missing_library_is_named(layouts: Layouts, wheels: Wheelhouse, library: str) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), *wheels.consumer("consumer-cmake"))
    file = layout.homes["libbar"] / "libbar" / library
    file.unlink()
    message = layout.error("consumer_cmake")["message"]
    assert f"libbar can't be loaded: {file} is missing. Reinstall it: pip install" in message


def test_a_missing_libbar_is_explained_like_a_missing_libfoo(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-cmake"))
    error = layout.error("consumer_cmake")
    assert error["name"] == "libbar"
    bar = LOADER.file("bar", "2")
    cause = LOADER.missing(bar)
    assert "needs libbar>=2.0,<3. The package libbar is not installed; the loader searched " in error["message"]
    assert f"The loader says: {cause}" in error["message"]


def test_the_error_of_libbar_without_libfoo_names_libfoo(layouts: Layouts, wheels: Wheelhouse) -> None:
    error = layouts.private(wheels.repaired("libbar")).error("libbar")
    assert error["name"] == "libfoo"
    foo = LOADER.file("foo", "1")
    cause = LOADER.missing(foo)
    assert "needs libfoo>=1.1,<2. The package libfoo is not installed; the loader searched " in error["message"]
    assert f"The loader says: {cause}" in error["message"]


PREFER = """
import warnings, libbar
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    libbar.loader.load(prefer_system=True)
result = [str(warning.message).partition(", set ")[2] for warning in caught]
"""


def test_each_library_has_a_variable_to_prefer_the_systems(layout: Layout) -> None:
    assert layout.evaluate(PREFER) == [
        "PREFER_BAR_SYSTEM_LIBRARY=1 before libbar is imported.",
        "PREFER_BARUTIL_SYSTEM_LIBRARY=1 before libbar is imported.",
    ]
