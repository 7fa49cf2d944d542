"""The same sources give the same bytes, wherever, whenever and under whichever umask they are built."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.packages import PACKAGES
from support.wheels import Wheelhouse, make_wheels, snapshot

Kind = Callable[[Wheelhouse, str], Path]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wheelhouse]:
    """All packages, built once more from another folder under a umask that leaves nothing to group and others."""
    old = os.umask(0o077)
    try:
        tree = snapshot(tmp_path_factory.mktemp("another folder") / "tree")
        yield make_wheels(tree, tmp_path_factory.mktemp("wheels"))
    finally:
        os.umask(old)


@pytest.mark.parametrize("distribution", PACKAGES)
@pytest.mark.parametrize("kind", [Wheelhouse.sdist, Wheelhouse.wheel, Wheelhouse.repaired])
def test_two_builds_are_byte_identical(wheels: Wheelhouse, again: Wheelhouse, kind: Kind, distribution: str) -> None:
    first, second = kind(wheels, distribution), kind(again, distribution)
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
