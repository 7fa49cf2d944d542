"""Each library of the exporter is found and loaded by its name, and reported if it is missing."""

from pathlib import Path

import pytest

from ..project.layouts import Layout, Layouts
from ..project.loaders import LOADER
from ..project.packages import EXPORTER, MODULE, PACKAGES
from ..project.wheels import Wheelhouse

# For each library: its name, its file, the file to link to, and its pkg-config file.
LIBRARIES = [
    (its.name, LOADER.file(*its.file_names), LOADER.link_file(*its.file_names), its.pkgconfig_file)
    for its in PACKAGES[EXPORTER].details
]
each_library = pytest.mark.parametrize(("name", "file", "link_file", "pkgconfig"), LIBRARIES)


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in the system's site-packages."""
    return layouts.layout({EXPORTER: "system"})


@each_library
def test_a_library_is_found_by_its_name(layout: Layout, name: str, file: str, link_file: str, pkgconfig: str) -> None:
    code = "result = [e.__file__, e.get_library({0!r}), e.get_loaded_library({0!r}), e.get_link_file({0!r})]"
    package, *found = layout.evaluate(f"import {MODULE} as e; {code.format(name)}")
    assert found == [str(Path(package).with_name(expected)) for expected in (file, file, link_file)]
    assert (Path(package).parent / "pkgconfig" / pkgconfig).is_file()


def test_the_first_library_is_the_default(layout: Layout) -> None:
    code = "result = [e.get_library(), e.get_loaded_library(), e.get_link_file()]"
    found = layout.evaluate(f"import {MODULE} as e; {code}")
    _, file, link_file, _ = LIBRARIES[0]
    assert [Path(path).name for path in found] == [file, file, link_file]


@pytest.mark.parametrize("function", ["get_library", "get_loaded_library", "get_link_file"])
def test_an_unknown_library_name_is_an_error(layout: Layout, function: str) -> None:
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
