"""The exporter in a folder so deep that its library's path has a certain length."""

import shutil
from pathlib import Path

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.wheels import Wheelhouse


def at_a_path_of(length: int, layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Return a layout in which the path of libfoo.so.1 has this many characters."""
    beginning = layouts.private().homes["libfoo"]
    rest = length - len(f"{beginning}//libfoo/libfoo.so.1")
    home = beginning / Path(*["a" * 100] * (rest // 101), "b" * (rest % 101))
    shutil.unpack_archive(wheels.repaired("libfoo"), home, format="zip")
    assert len(str(home / "libfoo" / "libfoo.so.1")) == length
    return Layout(layouts.layout({}).python).at(home)
