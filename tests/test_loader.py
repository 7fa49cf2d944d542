"""The interface between a consumer's load_library_module() and an exporter's `loader`, for those that share it."""

from pathlib import Path

import pytest

from support.layouts import Layout, Layouts
from support.loaders import LOADER
from support.packages import EXPORTER, MODULE, PACKAGES, ROOT
from support.wheels import Wheelhouse

LIBRARY, *_ = LIBRARIES = PACKAGES[EXPORTER].libraries

LOAD = f"""
import sys
sys.path.insert(0, {str(ROOT / "consumer-ext" / "consumer_ext")!r})
from _shared_library import load_library_module
try:
    result = load_library_module("{MODULE}")
    result = result and result.__name__
except Exception as error:
    result = repr(error)
"""


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in the system's site-packages."""
    return layouts.layout({EXPORTER: "system"})


def test_a_consumer_loads_the_exporter_and_gets_it(layout: Layout) -> None:
    assert layout.evaluate(LOAD) == MODULE


def test_an_exporter_that_is_absent_is_passed_over(layouts: Layouts) -> None:
    assert layouts.layout({}).evaluate(LOAD) is None


def test_an_exporter_in_a_package_that_is_absent_is_passed_over(layouts: Layouts) -> None:
    vendored = LOAD.replace(f'"{MODULE}"', f'"vendor.{MODULE}"')
    assert layouts.layout({}).evaluate(vendored) is None


def test_an_exporter_that_lacks_what_it_imports_is_not_passed_over(layouts: Layouts) -> None:
    layout = layouts.private()
    (layout.homes[EXPORTER] / f"{MODULE}.py").write_text(f"import {MODULE}_helper")
    assert layout.evaluate(LOAD) == f"ModuleNotFoundError(\"No module named '{MODULE}_helper'\")"


def test_an_exporter_without_a_stub_is_not_passed_over(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired(EXPORTER))
    (layout.homes[EXPORTER] / MODULE / LOADER.extension("_init")).unlink()
    assert "has no extension module _init" in layout.evaluate(LOAD)


def test_an_exporter_may_have_no_loader(layouts: Layouts) -> None:
    layout = layouts.private()
    (layout.homes[EXPORTER] / f"{MODULE}.py").touch()
    assert layout.evaluate(LOAD) == MODULE


CALL = """
import warnings
import libfoo
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        result = libfoo.loader.load({})
    except Exception as error:
        result = repr(error)
result = [result, [str(warning.message) for warning in caught], [warning.filename for warning in caught]]
"""


@pytest.mark.parametrize("arguments", ["", "None", f"['{LIBRARY}']", "[]", f"('{LIBRARY}',), prefer_system=False"])
def test_what_the_import_has_loaded_need_not_be_loaded(layout: Layout, arguments: str) -> None:
    assert layout.evaluate(CALL.format(arguments)) == [None, [], []]


def test_a_library_that_the_exporter_does_not_have_is_an_error(layout: Layout) -> None:
    (error, _, _) = layout.evaluate(CALL.format(f"['{LIBRARY}', 'nonesuch']"))
    assert error == f"""ValueError("{MODULE} has no library 'nonesuch', only {", ".join(LIBRARIES)}")"""


def test_the_system_preferred_too_late_is_a_warning_that_names_the_library_in_use(layout: Layout) -> None:
    (result, (warning,), (where,)) = layout.evaluate(CALL.format(f"['{LIBRARY}'], prefer_system=True"))
    library = layout.evaluate(f"import {MODULE} as exporter; result = exporter.get_library()")
    assert result is None
    assert warning == (
        f"{MODULE} was asked to prefer the system's library after it had loaded {library}, which stays in use. "
        f"Set PREFER_FOO_SYSTEM_LIBRARY=1 before {MODULE} is imported."
    )
    assert where == "<string>"


def test_the_system_preferred_while_another_copy_runs_is_no_warning(layout: Layout, tmp_path: Path) -> None:
    library = Path(layout.evaluate(f"import {MODULE} as exporter; result = exporter.get_library()"))
    (tmp_path / library.name).write_bytes(library.read_bytes())
    other = layout.with_environment(LD_LIBRARY_PATH=tmp_path)
    assert other.evaluate(CALL.format(f"['{LIBRARY}'], prefer_system=True")) == [None, [], []]
