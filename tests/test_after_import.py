"""After the exporter's import, switched links and replaced files load no second copy of the library."""

from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import CONSUMERS, PACKAGES
from library_wheel.project.wheels import Wheelhouse, variant
from support import variants

pytestmark = pytest.mark.needs("replaceable files")

# Use one consumer, change files on disk, use another.
USE = """
import os, shutil, sys
sys.path.insert(0, {path!r})
import consumer_ext
first = [consumer_ext.intern("alpha"), consumer_ext.intern("beta")]
{change}
import {consumer} as consumer
import libfoo
with open("/proc/self/maps") as maps:
    mapped = {{line.split(maxsplit=5)[5].strip() for line in maps if "libfoo.so" in line}}
result = [first + [consumer.intern("beta")], sorted(mapped), libfoo.get_loaded_library()]
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """All packages in a folder `1`, to which a link `current` leads, and the same in a folder `2`."""
    layout = layouts.private(*(wheels.repaired(name) for name in PACKAGES), below="1")
    layouts.unpack(layout.homes["libfoo"].with_name("2"), *(wheels.repaired(name) for name in PACKAGES))
    layout.homes["libfoo"].with_name("current").symlink_to("1")
    return layout


def use(layout: Layout, change: str, consumer: str) -> object:
    """Import consumer-ext through the link, make a change, use another consumer."""
    path = str(layout.homes["libfoo"].with_name("current"))
    return layout.with_environment(PYTHONPATH="").evaluate(USE.format(path=path, change=change, consumer=consumer))


def switched(layout: Layout) -> str:
    """Return code that points the link to the other folder."""
    link = str(layout.homes["libfoo"].with_name("current"))
    return f"os.unlink({link!r}); os.symlink('2', {link!r})"


def replaced(layout: Layout) -> str:
    """Return code that replaces every file of the exporter's package, like a new installation."""
    package = layout.homes["libfoo"] / "libfoo"
    other = layout.homes["libfoo"].with_name("2") / "libfoo"
    return f"shutil.rmtree({str(package)!r}); shutil.copytree({str(other)!r}, {str(package)!r})"


SECOND = [PACKAGES[name].module for name in CONSUMERS if name != "consumer-ext"]


@pytest.mark.parametrize("consumer", SECOND)
def test_a_switched_link_loads_no_second_copy(layout: Layout, consumer: str) -> None:
    library = str(layout.homes["libfoo"] / "libfoo" / "libfoo.so.1")
    assert use(layout, switched(layout), consumer) == [[1, 2, 2], [library], library]


@pytest.mark.parametrize("consumer", SECOND)
def test_an_exporter_that_is_installed_again_loads_no_second_copy(layout: Layout, consumer: str) -> None:
    library = str(layout.homes["libfoo"] / "libfoo" / "libfoo.so.1")
    assert use(layout, replaced(layout), consumer) == [[1, 2, 2], [f"{library} (deleted)"], library]


@pytest.mark.parametrize("change", [switched, replaced])
def test_a_library_that_is_opened_by_its_path_would_be_a_second_copy(layout: Layout, change: object) -> None:
    for folder in ("1", "2"):
        init = layout.homes["libfoo"].with_name(folder) / "consumer_pure" / "__init__.py"
        by_path = "ctypes.CDLL(__import__('os').path.realpath(libfoo.get_library()))"
        replace_once(init, "ctypes.CDLL(_requirement.LIBRARY)", by_path)
    ids, mapped, _ = use(layout, change(layout), "consumer_pure")
    assert ids == [1, 2, 1]
    assert len(mapped) == 2


UPGRADE = """
import shutil
{before}
{upgrade}
try:
    import consumer_pure
    result = None
except ImportError as error:
    result = str(error)
"""


@pytest.fixture
def newer(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """libfoo 1.1, and a consumer that needs 1.2."""
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-pure"))
    requirement = layout.homes["libfoo"] / "consumer_pure" / "_requirement.py"
    replace_once(requirement, "range(0x010100, ", "range(0x010200, ")
    replace_once(requirement, '"libfoo>=1.1,<2"', '"libfoo>=1.2,<2"')
    return layout


def upgrade(layout: Layout) -> str:
    """Return code that acts like `pip install --upgrade libfoo`."""
    home, wheel = str(layout.homes["libfoo"]), str(variant(variants.newer_minor).wheel("libfoo"))
    remove = f"[shutil.rmtree({home!r} + name) for name in ('/libfoo', '/libfoo-1.1.0.dist-info')]"
    return f"{remove}; shutil.unpack_archive({wheel!r}, {home!r}, 'zip')"


def test_an_upgrade_while_python_runs_needs_a_restart(newer: Layout) -> None:
    message = newer.evaluate(UPGRADE.format(before="import libfoo", upgrade=upgrade(newer)))
    assert "consumer_pure needs libfoo>=1.2,<2, but libfoo 1.1.0 was imported before 1.2.0 was installed. " in message
    assert "installed. Restart Python. The loader says: libfoo.so.1: found version 1.1.0" in message
    assert "pip install" not in message


def test_an_upgrade_before_the_first_import_needs_none(newer: Layout) -> None:
    assert newer.evaluate(UPGRADE.format(before="", upgrade=upgrade(newer))) is None


def test_without_an_upgrade_the_cure_is_to_upgrade(newer: Layout) -> None:
    message = newer.evaluate(UPGRADE.format(before="import libfoo", upgrade=""))
    folder = Path(newer.homes["libfoo"]) / "libfoo"
    assert f'but libfoo 1.1.0 is installed, in {folder}. Run `pip install "libfoo>=1.2,<2"`.' in message
