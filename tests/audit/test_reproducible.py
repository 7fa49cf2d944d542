"""The same sources give the same bytes, on any machine, at any time and for any user."""

import contextlib
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from library_wheel.project.builds import build
from library_wheel.project.packages import PACKAGES, ROOT
from library_wheel.project.sources import snapshot
from library_wheel.project.wheels import Wheelhouse, make_wheels

Kind = Callable[[Wheelhouse, str], Path]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wheelhouse]:
    """All packages, built and compiled once more as if on another machine.

    That has another folder, a file system that lists files in another order, another time zone, locale and user name,
    and a umask that gives group and others no access.
    """
    variables = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "USER": "somebody", "LOGNAME": "somebody"}
    old = os.umask(0o077)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="another folder", dir="/dev/shm") as folder,
            environment(variables),
            pytest.MonkeyPatch.context() as patch,
        ):
            tree = snapshot(Path(folder) / "tree", list_otherwise)
            patch.setattr("library_wheel.project.builds.OBJECTS", tmp_path_factory.mktemp("objects"))
            yield make_wheels(tree, tmp_path_factory.mktemp("wheels"))
    finally:
        os.umask(old)


def list_otherwise(tree: Path, original: Path = ROOT) -> None:
    """Make sure that the file system lists a copy's files in another order than the original's."""
    wanted = set(os.listdir(tree))

    def same() -> bool:
        return os.listdir(tree) == [name for name in os.listdir(original) if name in wanted]

    if same():
        # /dev/shm lists files in the order in which they got their names, or in its reverse.
        for name in os.listdir(tree)[1::2]:
            (tree / name).rename(tree / f"{name}.moved").rename(tree / name)
    assert not same()


def test_a_copy_that_is_listed_in_the_same_order_gets_another() -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        original, tree = Path(folder) / "original", Path(folder) / "tree"
        for place in (original, tree):
            place.mkdir()
            for name in "abcdef":
                (place / name).touch()
        assert os.listdir(original) == os.listdir(tree)
        list_otherwise(tree, original)
        assert os.listdir(original) != os.listdir(tree)
        assert sorted(os.listdir(original)) == sorted(os.listdir(tree))


@contextlib.contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.mark.parametrize("distribution", PACKAGES)
@pytest.mark.parametrize("kind", [Wheelhouse.sdist, Wheelhouse.wheel, Wheelhouse.repaired])
def test_two_builds_are_byte_identical(wheels: Wheelhouse, again: Wheelhouse, kind: Kind, distribution: str) -> None:
    first, second = kind(wheels, distribution), kind(again, distribution)
    assert first.name == second.name
    # Not the bytes themselves: pytest would try to show their difference.
    assert differences(first, second) == set()
    same = first.read_bytes() == second.read_bytes()
    # setuptools ignores SOURCE_DATE_EPOCH: its sdists contain the time of the build.
    assert same or (kind is Wheelhouse.sdist and distribution == "consumer-setuptools")


def differences(first: Path, second: Path) -> set[str]:
    """Return the differences between the members of two wheels. Sdists are compared as a whole."""
    if not zipfile.is_zipfile(first):
        return set()
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as two:
        pairs = list(zip(one.infolist(), two.infolist(), strict=True))
    aspects = ("filename", "date_time", "external_attr", "CRC")
    return {aspect for aspect in aspects for a, b in pairs if getattr(a, aspect) != getattr(b, aspect)}


def test_without_source_date_epoch_the_times_would_differ(wheels: Wheelhouse, using: Path, tmp_path: Path) -> None:
    tree = snapshot(tmp_path / "tree")
    later = {"SOURCE_DATE_EPOCH": "2000000000"}
    build(tree / "libfoo-wheel", tmp_path / "out", "--wheel", using=using, environment=later)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert differences(wheels.wheel("libfoo"), wheel) == {"date_time"}


def test_without_a_fixed_umask_the_modes_would_differ(
    wheels: Wheelhouse, using: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        subprocess.run(command, env=environment, umask=0o077, check=True, capture_output=True)

    monkeypatch.setattr("library_wheel.project.builds.run", run)
    build(snapshot(tmp_path / "tree") / "libfoo-wheel", tmp_path / "out", "--wheel", using=using)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert differences(wheels.wheel("libfoo"), wheel) == {"external_attr"}
