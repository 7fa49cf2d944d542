"""Negative controls: what each part of the pattern is for. Without it the matrix fails, and for this reason."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import variants
from support.layouts import Layouts
from support.wheels import Wheelhouse, variant


def test_a_stub_that_calls_nothing_of_the_library_does_not_load_it(layouts: Layouts, wheels: Wheelhouse) -> None:
    exporter = variant(variants.stub_without_call)
    layout = layouts.private(exporter.wheel("libfoo"), wheels.repaired("consumer-ext"))
    stub = layout.homes["libfoo"] / "libfoo" / "_init.abi3.so"
    assert "libfoo.so.1" not in needed(stub)
    assert "libfoo.so.1: cannot open shared object file" in layout.probe("consumer_ext")["error"]["message"]


def needed(file: Path) -> list[str]:
    return subprocess.run(["patchelf", "--print-needed", file], check=True, capture_output=True, text=True).stdout.split()

def test_no_soname(layouts: Layouts, wheels: Wheelhouse) -> None:
    exporter = variant(variants.library_without_soname, "libfoo", "consumer-ext")
    layout = layouts.private(exporter.wheel("libfoo"), exporter.wheel("consumer-ext"))
    print(layout.probe("consumer_ext"))
    assert 0
