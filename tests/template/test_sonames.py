"""What the library's file is called in the wheel: upstream's name or a private one, and what that means in a process."""

import sys
from pathlib import Path

import pytest

from support.cache import run
from support.environment import clean_environment
from support.rendering import render
from support.wheel_files import binaries, members
from template.test_builds import add_library

PRIVATE = "libspam_spam_native.so.1"


def exporter_wheel(project: Path, output: Path) -> Path:
    """Build a project's exporter."""
    (folder,) = project.glob("*-wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", output, folder]
    run(command, clean_environment())
    (wheel,) = output.glob("*.whl")
    return wheel


@pytest.mark.parametrize(
    ("kind", "language"), [("in-tree", "C"), ("in-tree", "C++"), ("cmake", "C"), ("meson", "C"), ("prebuilt", "C")]
)
def test_everything_in_the_wheel_calls_the_library_by_its_private_name(
    tmp_path: Path, kind: str, language: str
) -> None:
    answers = {"name": "spam", "distribution": "spam-native", "kind": kind, "language": language, "soname": "private"}
    project = render(tmp_path / "project", answers)
    if kind != "in-tree":
        add_library(project, "spam", kind, language)
    wheel = exporter_wheel(project, tmp_path)
    found = binaries(wheel)
    assert set(found) == {f"spam_native/{PRIVATE}", "spam_native/_init.abi3.so"}
    assert found[f"spam_native/{PRIVATE}"].soname == PRIVATE
    assert [name for name in found["spam_native/_init.abi3.so"].needed if "spam" in name] == [PRIVATE]
    texts = {name: content.decode() for name, content in members(wheel).items() if name not in found}
    pkgconfig, cmake = texts["spam_native/pkgconfig/spam.pc"], texts["spam_native/cmake/spam-config.cmake"]
    assert f"libfile=${{libdir}}/{PRIVATE}\n" in pkgconfig
    assert f"\nLibs: -L${{libdir}} -l:{PRIVATE}\n" in pkgconfig
    assert f'IMPORTED_LOCATION "${{_spam_package}}/{PRIVATE}"' in cmake
    assert f'IMPORTED_SONAME "{PRIVATE}"' in cmake
    assert f'"{PRIVATE}"' in texts["spam_native/_libraries.py"]
    assert [name for name, text in texts.items() if "libspam.so" in text and name.startswith("spam_native/")] == []
