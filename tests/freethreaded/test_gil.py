"""A free-threaded CPython runs without its GIL unless an imported extension module doesn't declare support for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from library_wheel.project import edits
from library_wheel.project.layouts import Layout, temporary_layouts
from library_wheel.project.sources import snapshot
from library_wheel.project.wheels import Wheelhouse, build_wheel
from support import variants

GIL_AFTER_IMPORT = (
    "import sys, warnings; warnings.simplefilter('ignore'); import libfoo; result = sys._is_gil_enabled()"
)

IS_FREE_THREADED = "import sysconfig; result = sysconfig.get_config_var('Py_GIL_DISABLED')"

# Before 3.15 such an interpreter has no stable ABI, so the stub is built for this version only.
OWN_ABI = "-Csetup-args=-Dpython.allow_limited_api=false"

Install = Callable[[edits.Edit], Layout]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Install]:
    """Build an edited exporter for this interpreter and install it."""

    def build_and_install(edit: edits.Edit) -> Layout:
        tree = snapshot(tmp_path / "tree", edit)
        build_wheel(tree, "libfoo", tmp_path / "wheels", OWN_ABI)
        return layouts.private(Wheelhouse(tmp_path / "wheels").wheel("libfoo"))

    with temporary_layouts(lambda: Wheelhouse(tmp_path / "wheels")) as layouts:
        assert layouts.layout({}).evaluate(IS_FREE_THREADED), "this CPython is not free-threaded"
        yield build_and_install


def test_importing_libfoo_leaves_the_gil_off(install: Install) -> None:
    assert install(variants.same_version).evaluate(GIL_AFTER_IMPORT) is False


def test_a_stub_that_does_not_say_so_would_switch_it_on(install: Install) -> None:
    assert install(without_gil_slot).evaluate(GIL_AFTER_IMPORT) is True


def without_gil_slot(tree: Path) -> None:
    """A stub without the slot Py_mod_gil."""
    edits.replace_once(tree / "libfoo-wheel" / "libfoo" / "_init.c", "minor < 13", "minor < 99")
