"""The exporter holds several libraries: each is found, loaded, missed by its name."""

from pathlib import Path

import pytest

from support.layouts import Layout, Layouts
from support.loaders import LOADER
from support.packages import EXPORTER, MODULE, PACKAGES
from support.wheels import Wheelhouse

# Of each: what it is called, what names its file, and its pkg-config file.
NAMES = [
@%- for library in libraries %@
    (
        "@{ library.name }@",
        (
            "@{ library.packed_stem }@",
            "@{ library.soversion }@",
            "@{ library.packed_dll }@",
        ),
        "@{ library.pkgconfig_name }@.pc",
    ),
@%- endfor %@
]
# Of each: what it is called, how its file and the one to link to are called, and its pkg-config file.
LIBRARIES = [(name, LOADER.file(*file), LOADER.link_file(*file), pkgconfig) for name, file, pkgconfig in NAMES]
each_library = pytest.mark.parametrize(("name", "file", "link_file", "pkgconfig"), LIBRARIES)


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in the system's site-packages."""
    return layouts.layout({EXPORTER: "system"})


def test_they_are_those_that_the_tests_know() -> None:
    assert tuple(name for name, *_ in LIBRARIES) == PACKAGES[EXPORTER].libraries


@each_library
def test_a_library_is_found_by_its_name(layout: Layout, name: str, file: str, link_file: str, pkgconfig: str) -> None:
    code = "result = [e.__file__, e.get_library({0!r}), e.get_loaded_library({0!r}), e.get_link_file({0!r})]"
    package, *found = layout.evaluate(f"import {MODULE} as e; {code.format(name)}")
    assert found == [str(Path(package).with_name(expected)) for expected in (file, file, link_file)]
    assert (Path(package).parent / "pkgconfig" / pkgconfig).is_file()


def test_the_first_is_the_default(layout: Layout) -> None:
    code = "result = [e.get_library(), e.get_loaded_library(), e.get_link_file()]"
    found = layout.evaluate(f"import {MODULE} as e; {code}")
    _, file, link_file, _ = LIBRARIES[0]
    assert [Path(path).name for path in found] == [file, file, link_file]


@pytest.mark.parametrize("function", ["get_library", "get_loaded_library", "get_link_file"])
def test_a_library_of_another_name_is_an_error(layout: Layout, function: str) -> None:
    result = layout.run("-c", f"import {MODULE} as exporter; exporter.{function}('nonesuch')")
    names = ", ".join(name for name, *_ in LIBRARIES)
    assert f"ValueError: {MODULE} has no library 'nonesuch', only {names}" in result.stderr


@pytest.mark.parametrize("file", [file for _, file, _, _ in LIBRARIES])
def test_a_missing_library_is_named(layouts: Layouts, wheels: Wheelhouse, file: str) -> None:
    layout = layouts.private(wheels.repaired(EXPORTER))
    path = layout.homes[EXPORTER] / MODULE / file
    path.unlink()
    if others := layouts.other_copies(file):
        assert layout.mapped(f"import {MODULE}", file) == others
        return
    error = layout.error(MODULE)
    assert f"{MODULE} can't be loaded: {path} is missing. Reinstall it: pip" in error["message"]
    assert error["path"] == str(path)


@pytest.mark.parametrize("file", [file for _, file, _, _ in LIBRARIES])
def test_a_damaged_library_is_named(layouts: Layouts, wheels: Wheelhouse, file: str) -> None:
    layout = layouts.private(wheels.repaired(EXPORTER))
    path = layout.homes[EXPORTER] / MODULE / file
    path.write_bytes(b"")
    message = layout.error(MODULE)["message"]
    assert f"{MODULE} can't be loaded: {path} is empty (0 bytes" in message
