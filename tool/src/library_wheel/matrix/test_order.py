"""All packages use one copy of the library, in any order of imports, in threads and in subinterpreters."""

import pytest

from ..project.layouts import Layout, Layouts
from ..project.packages import CONSUMERS, EXPORTER, LIBRARY_FILE, MODULE
from ..project.subinterpreters import IN_SUBINTERPRETER


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in user and every consumer in the system's site-packages."""
    return layouts.layout({EXPORTER: "user", **dict.fromkeys(CONSUMERS, "system")})


def test_the_exporter_may_be_imported_first(layout: Layout) -> None:
    layout.assert_one_copy(EXPORTER, *CONSUMERS)


def test_consumers_may_be_imported_before_the_exporter(layout: Layout) -> None:
    layout.assert_one_copy(*CONSUMERS, EXPORTER)


def test_consumers_may_be_imported_in_reverse_order(layout: Layout) -> None:
    layout.assert_one_copy(*reversed(CONSUMERS))


@pytest.mark.needs("threads")
@pytest.mark.parametrize("first", CONSUMERS)
def test_32_threads_may_import_a_package_at_once(layout: Layout, first: str) -> None:
    others = [name for name in CONSUMERS if name != first]
    layout.assert_one_copy(first, *others, threads=32)


@pytest.mark.needs("subinterpreters")
def test_the_exporter_is_imported_in_an_isolated_subinterpreter(layout: Layout) -> None:
    code = f"import {MODULE} as exporter; print(exporter.get_loaded_library())"
    result = layout.run("-c", f"{IN_SUBINTERPRETER}run({code!r})")
    assert result.stdout.strip().endswith(LIBRARY_FILE), result.stderr
