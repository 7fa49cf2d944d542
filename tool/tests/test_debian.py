"""Debian packages that a platform needs are installed, or the error lists them."""

from collections.abc import Sequence

import pytest

from library_wheel.platforms import debian


def test_missing_packages_are_named_in_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(debian.MissingPackagesError) as failure:
        debian.require("dpkg", "no-such-package", "nor-this")
    command = "apt-get install --no-install-recommends no-such-package nor-this"
    assert str(failure.value) == f"Debian packages are missing. As root, run: {command}"


def test_root_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[Sequence[str]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(debian, "run", lambda command, *_: commands.append(command))
    debian.require("dpkg", "no-such-package")
    assert commands == [
        ["apt-get", "update"],
        ["apt-get", "install", "--no-install-recommends", "no-such-package", "--yes"],
    ]


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "run", lambda *_: pytest.fail("apt-get was run"))
    debian.require("dpkg")
