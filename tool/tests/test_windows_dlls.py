"""The DLLs that each Windows has are those that delvewheel knows."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import windows_dlls

from library_wheel import policy

TOX = Path(__file__).parents[2] / "tox.ini"


def test_the_lists_are_those_of_delvewheel() -> None:
    pytest.importorskip("delvewheel")
    if version("delvewheel") != windows_dlls.release():
        pytest.skip(f"the lists are those of delvewheel {windows_dlls.release()}, which `tox -e tool` installs")
    assert policy.windows_dlls() == windows_dlls.of_delvewheel(), "run: python tests/windows_dlls.py"


def test_tox_installs_the_release_whose_lists_the_tool_has() -> None:
    pins = re.findall(r"delvewheel==([\w.]+)", TOX.read_text(encoding="utf-8"))
    assert set(pins) == {windows_dlls.release()}, "run: python tests/windows_dlls.py"


@pytest.mark.parametrize(
    ("dll", "machines"),
    [
        ("kernel32.dll", {"win32", "win_amd64", "win_arm64"}),
        ("zlib1.dll", set()),
    ],
)
def test_a_dll_of_windows_is_provided_on_each_machine_that_has_it(dll: str, machines: set[str]) -> None:
    assert {platform for platform in policy.WINDOWS_MACHINES if policy.policy(platform).provides(dll)} == machines
