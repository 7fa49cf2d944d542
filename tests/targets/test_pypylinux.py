"""Differences between PyPy and CPython that matter for an exporter."""

import pytest
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from library_wheel.project.layouts import Layouts
from library_wheel.project.packages import BINARY
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse


@pytest.mark.parametrize("distribution", BINARY)
def test_pypy_has_wheels_of_its_own(wheels: Wheelhouse, distribution: str) -> None:
    tags: set[Tag] = set(parse_wheel_filename(wheels.repaired(distribution).name)[3])
    assert {tag.interpreter for tag in tags} == {"pp311"}
    assert all(tag.abi.startswith("pypy311_pp") for tag in tags)


def test_a_stub_for_the_stable_abi_of_cpython_is_not_imported(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"))
    package = layout.homes["libfoo"] / "libfoo"
    (package / PLATFORM.extension("_init")).rename(package / "_init.abi3.so")
    message = layout.error("libfoo")["message"]
    assert f"{package} has _init.abi3.so, but this interpreter imports only .pypy311-" in message
