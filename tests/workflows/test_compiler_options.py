"""Wheels to publish are compiled with the options of the tests, on each machine that cibuildwheel builds for."""

import os
import platform
from pathlib import Path

import pytest

from library_wheel.project.builds import hardening
from library_wheel.project.packages import ROOT
from library_wheel.workflows import checks


@pytest.mark.parametrize(
    ("machine", "jumps"),
    [
        ("x86_64", " -fcf-protection"),
        ("i686", " -fcf-protection"),
        ("aarch64", " -mbranch-protection=standard"),
        # Their compilers refuse both.
        *((machine, "") for machine in ("armv7l", "ppc64le", "s390x", "riscv64")),
    ],
)
def test_a_compiler_gets_only_options_for_its_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: str, jumps: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert hardening() == f"-O3 -fstack-protector-strong{jumps}"
    uname = tmp_path / "uname"
    uname.write_text(f"#!/bin/sh\necho {machine}\n")
    uname.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert checks.hardened(ROOT) == []
