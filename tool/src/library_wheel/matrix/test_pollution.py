"""Only code that links to the library sees its functions."""

import pytest

from ..project.layouts import Layout, Layouts
from ..project.packages import FUNCTION, MODULE, PACKAGES

pytestmark = [
    pytest.mark.needs("global symbols"),
    pytest.mark.skipif(FUNCTION is None, reason="[tool.library-wheel] names no `function` of the library"),
]


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """Exporter and consumers in the system's site-packages."""
    return layouts.layout(dict.fromkeys(PACKAGES, "system"))


def is_global(layout: Layout, after: str) -> object:
    """Return whether a function of the library is visible to the whole process after it has run code."""
    return layout.evaluate(f"{after}\nimport ctypes; result = hasattr(ctypes.CDLL(None), {FUNCTION!r})")


def test_the_symbols_are_not_global(layout: Layout) -> None:
    assert is_global(layout, "\n".join(f"import {package.module}" for package in PACKAGES.values())) is False


def test_global_symbols_would_be_noticed(layout: Layout) -> None:
    opened = f"import ctypes, {MODULE} as exporter; ctypes.CDLL(exporter.get_library(), 3 | 0x100)"
    assert is_global(layout, opened) is True
