"""The exporter's `loader`, which consumers of native_lib_loader's exporters call."""

from pathlib import Path

import pytest

from ..project.extras import only_with
from ..project.layouts import Layout, Layouts
from ..project.packages import EXPORTER, MODULE, PACKAGES, PREFER

pytestmark = only_with(f"{MODULE}/_loader.py")

LIBRARY, *_ = LIBRARIES = PACKAGES[EXPORTER].libraries


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in the system's site-packages."""
    return layouts.layout({EXPORTER: "system"})


CALL = """
import warnings
import {module} as exporter
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        result = exporter.loader.load({arguments})
    except Exception as error:
        result = repr(error)
result = [result, [str(warning.message) for warning in caught], [warning.filename for warning in caught]]
"""


def call(arguments: str) -> str:
    """Return code that calls the loader and collects what it returns or raises, and its warnings."""
    return CALL.format(module=MODULE, arguments=arguments)


@pytest.mark.parametrize("arguments", ["", "None", f"['{LIBRARY}']", "[]", f"('{LIBRARY}',), prefer_system=False"])
def test_the_loader_accepts_libraries_that_the_import_has_loaded(layout: Layout, arguments: str) -> None:
    assert layout.evaluate(call(arguments)) == [None, [], []]


def test_a_library_that_the_exporter_lacks_is_an_error(layout: Layout) -> None:
    (error, _, _) = layout.evaluate(call(f"['{LIBRARY}', 'nonesuch']"))
    assert error == f"""ValueError("{MODULE} has no library 'nonesuch', only {", ".join(LIBRARIES)}")"""


def test_preferring_the_system_too_late_causes_a_warning_that_names_the_library_in_use(layout: Layout) -> None:
    (result, (warning,), (where,)) = layout.evaluate(call(f"['{LIBRARY}'], prefer_system=True"))
    library = layout.evaluate(f"import {MODULE} as exporter; result = exporter.get_library()")
    assert result is None
    assert warning == (
        f"{library} is already loaded. To prefer the system's library, set {PREFER}=1 before {MODULE} is imported."
    )
    assert where == "<string>"


def test_preferring_a_system_that_has_no_copy_causes_no_warning(layouts: Layouts, layout: Layout) -> None:
    if layouts.other_copies():
        pytest.skip("the loader finds a copy here")
    preferring = layout.with_environment(**{PREFER: "1"})
    result = preferring.run("-W", "error::RuntimeWarning", "-c", f"import {MODULE}")
    assert result.returncode == 0, result.stderr


@pytest.mark.needs("earlier copies", "loader variables")
def test_preferring_the_system_while_another_copy_runs_causes_no_warning(layout: Layout, tmp_path: Path) -> None:
    library = Path(layout.evaluate(f"import {MODULE} as exporter; result = exporter.get_library()"))
    (tmp_path / library.name).write_bytes(library.read_bytes())
    other = layout.with_environment(LD_LIBRARY_PATH=tmp_path)
    assert other.evaluate(call(f"['{LIBRARY}'], prefer_system=True")) == [None, [], []]
