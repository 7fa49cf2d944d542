"""load_library_module(), for consumers that import an exporter by its name."""

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import EXPORTER, MODULE, ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse

LOAD = f"""
import sys
sys.path.insert(0, {str(ROOT / "examples" / "vendorable")!r})
from shared_library import load_library_module
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


def test_a_consumer_loads_the_exporter_and_gets_its_module(layout: Layout) -> None:
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
    (layout.homes[EXPORTER] / MODULE / PLATFORM.extension("_init")).unlink()
    assert "has no extension module _init" in layout.evaluate(LOAD)


def test_a_folder_of_an_exporters_name_is_passed_over(layouts: Layouts) -> None:
    layout = layouts.private()
    (layout.homes[EXPORTER] / MODULE).mkdir()
    assert layout.evaluate(LOAD) is None


# Like a freezer's, this finder makes packages without __file__.
FROZEN = f"""
import importlib.util, sys
class Frozen:
    def find_spec(name, path=None, target=None):
        return importlib.util.spec_from_loader(name, Frozen, is_package=True) if name == "{MODULE}" else None
    def create_module(spec):
        return None
    def exec_module(module):
        module.loader = Frozen
    def load(prefer_system):
        sys.modules["{MODULE}"].__name__ = f"{{prefer_system=}}"
sys.meta_path.insert(0, Frozen)
"""


def test_a_frozen_exporter_is_loaded(layouts: Layouts) -> None:
    preferring = LOAD.replace(f'"{MODULE}"', f'"{MODULE}", prefer_system=True')
    assert layouts.layout({}).evaluate(FROZEN + preferring) == "prefer_system=True"


def test_an_exporter_may_have_no_loader(layouts: Layouts) -> None:
    layout = layouts.private()
    (layout.homes[EXPORTER] / f"{MODULE}.py").touch()
    assert layout.evaluate(LOAD) == MODULE
