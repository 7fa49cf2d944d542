"""Negative controls: without any one part of the pattern, the matrix fails for the expected reason."""

import re
import shutil
from pathlib import Path

import pytest

from ..project import edits
from ..project.builds import repair
from ..project.layouts import Layout, Layouts, extension_module
from ..project.libraries import needed
from ..project.loaders import LOADER
from ..project.packages import CONSUMER, EXPORTER, LIBRARY_FILE, MODULE, PACKAGES
from ..project.platform import PLATFORM
from ..project.wheels import Wheelhouse, variant

pytestmark = pytest.mark.needs("ELF")

CONSUMER_MODULE = PACKAGES[CONSUMER].module

CTYPES_LOADER = f"""
import ctypes, os
_library = os.path.join(os.path.dirname(__file__), "{LIBRARY_FILE}")
_handle = ctypes.CDLL(_library)
def get_library(): return _library
def get_loaded_library(): return _library
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Exporter and C consumer, in a folder of its own."""
    layout = layouts.private(wheels.repaired(EXPORTER), wheels.repaired(CONSUMER))
    layout.assert_one_copy(CONSUMER)
    return layout


def extension_of(layout: Layout) -> Path:
    """Return the file of the consumer's extension."""
    return extension_module(layout.homes[CONSUMER] / CONSUMER_MODULE)


def test_a_stub_that_calls_nothing_of_the_library_does_not_load_it(layouts: Layouts, wheels: Wheelhouse) -> None:
    exporter = variant(edits.stub_without_call)
    layout = layouts.private(exporter.wheel(EXPORTER), wheels.repaired(CONSUMER))
    assert LIBRARY_FILE not in needed(layout.homes[EXPORTER] / MODULE / PLATFORM.extension("_init"))
    assert layout.mapped(f"import {MODULE}") == []
    consumer = f"try: import {CONSUMER_MODULE}; error = ''\nexcept ImportError as problem: error = str(problem)"
    if layouts.other_copies():
        assert str(layout.homes[EXPORTER]) not in str(layout.mapped(consumer))
    else:
        assert LOADER.missing(LIBRARY_FILE) in layout.evaluate(f"{consumer}\nresult = error")


def test_a_consumer_that_is_not_linked_misses_the_symbols(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired(EXPORTER), not_linked())
    assert_symbols_are_missed(layout)


def test_a_library_loaded_by_ctypes_does_not_supply_its_symbols(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired(EXPORTER), not_linked())
    (layout.homes[EXPORTER] / MODULE / "__init__.py").write_text(CTYPES_LOADER)
    assert_symbols_are_missed(layout)


def assert_symbols_are_missed(layout: Layout) -> None:
    """Import the consumer; assert that it fails because a function is missing."""
    message = layout.error(CONSUMER_MODULE)["message"]
    assert re.search(re.escape(LOADER.undefined("SYMBOL", extension_of(layout))).replace("SYMBOL", r"\w+"), message)


def not_linked() -> Path:
    """Return a wheel of the consumer compiled with the library's headers but not linked to it.

    Linkers allow this, since an extension module may have undefined symbols.
    """
    return variant(edits.not_linked, CONSUMER).wheel(CONSUMER)


def test_a_bundled_library_is_a_second_copy(layout: Layout, wheels: Wheelhouse, tmp_path: Path) -> None:
    exporter = layout.homes[EXPORTER] / MODULE
    found = {"LD_LIBRARY_PATH": str(exporter)}  # auditwheel bundles the library from here
    repair(wheels.wheel(CONSUMER), tmp_path, exporters=(), environment=found)
    (bundling,) = tmp_path.glob("*.whl")
    shutil.rmtree(layout.homes[CONSUMER] / CONSUMER_MODULE)
    shutil.unpack_archive(bundling, layout.homes[CONSUMER], format="zip")
    images = layout.probe(CONSUMER_MODULE)["images"]
    assert [Path(image).parent.name for image in images] == [f"{CONSUMER_MODULE}.libs", MODULE]
    with pytest.raises(AssertionError):
        layout.assert_one_copy(CONSUMER)
