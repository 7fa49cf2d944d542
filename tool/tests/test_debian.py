"""Debian packages that a platform needs are installed, or the error lists them."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from library_wheel.platforms import debian


def test_missing_packages_are_named_in_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(debian.MissingPackagesError) as failure:
        debian.require("dpkg", "no-such-package", "nor-this")
    command = "apt-get install --no-install-recommends no-such-package nor-this"
    assert str(failure.value) == f"Debian packages are missing. As root, run: {command}"


def test_root_installs_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(debian, "run", lambda command, *_: commands.append(command))
    debian.require("dpkg", "no-such-package")
    assert commands == [
        ["apt-get", "update"],
        ["apt-get", "install", "--no-install-recommends", "no-such-package", "--yes"],
    ]


def test_of_two_platforms_that_need_them_at_once_one_waits_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[str] = []

    def run(command: Sequence[str], *_: object) -> None:
        time.sleep(0.2)
        commands.append(command[1])

    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(debian, "run", run)
    monkeypatch.setattr(debian, "is_installed", lambda _: "install" in commands)
    with ThreadPoolExecutor() as pool:
        list(pool.map(debian.require, ["some-package", "some-package"]))
    assert commands == ["update", "install"]


def test_nothing_is_installed_if_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "run", lambda *_: pytest.fail("apt-get was run"))
    debian.require("dpkg")
