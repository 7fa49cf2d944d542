"""Whatever is imported first, and wherever: in threads or a subinterpreter, there is one copy."""

import pytest

from support.layouts import Layout, Layouts
from support.loaders import LOADER
from support.packages import CONSUMERS
from support.subinterpreters import IN_SUBINTERPRETER


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in user and every consumer in the system's site-packages."""
    return layouts.layout({"libfoo": "user", **dict.fromkeys(CONSUMERS, "system")})


def test_exporter_first(layout: Layout) -> None:
    layout.assert_one_copy("libfoo", *CONSUMERS)


def test_consumers_first(layout: Layout) -> None:
    layout.assert_one_copy(*CONSUMERS, "libfoo")


def test_consumers_in_reverse(layout: Layout) -> None:
    layout.assert_one_copy(*reversed(CONSUMERS))


@pytest.mark.parametrize("first", CONSUMERS)
def test_32_threads_import_at_once(layout: Layout, first: str) -> None:
    others = [name for name in CONSUMERS if name != first]
    layout.assert_one_copy(first, *others, threads=32)


def test_the_exporter_is_imported_in_an_isolated_subinterpreter(layout: Layout) -> None:
    result = layout.run("-c", IN_SUBINTERPRETER + "run('import libfoo; print(libfoo.get_loaded_library())')")
    assert result.stdout.strip().endswith(LOADER.file("foo", "1")), result.stderr
