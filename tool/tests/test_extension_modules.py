"""Extension modules are told apart from libraries in the same way by all commands and for all formats."""

from pathlib import Path

import pytest
from synthetic import LINUX, MACOS, MANYLINUX, WINDOWS, library, pack
from test_webassembly import side_module

from library_wheel.formats.reader import read
from library_wheel.native_file import NativeFile, is_extension_module
from library_wheel.search import Searches

TAGGED = "cpython-312-x86_64-linux-gnu.so"


def facts(name: str, target: str, symbol: str) -> NativeFile:
    base = name.rpartition("/")[2]
    content = (
        side_module(exports=[symbol]) if target == "wasm" else library(base, exports=[symbol], target=target).content
    )
    found = read(content)
    assert found
    return found


@pytest.mark.parametrize("target", [LINUX, MACOS, "wasm"])
@pytest.mark.parametrize(
    ("name", "symbol", "expected"),
    [
        ("c/_ext.so", "PyInit__ext", True),
        ("c/libfoo.so", "foo", False),
        # libpython has such functions of its own modules.
        ("c/libpython3.so", "PyInit__io", False),
        ("c/_ext.abi3.so", "foo", True),
        (f"c/my.foo.{TAGGED}", "PyInit_foo", True),
        ("c/mod\u00fal.so", "PyInitU_modl_sra", True),
        ("c/libfoo.so.1", "PyInit_libfoo", False),
    ],
)
def test_its_suffix_or_its_initialisation_function_shows_an_extension_module(
    target: str, name: str, symbol: str, *, expected: bool
) -> None:
    assert is_extension_module(name, facts(name, target, symbol)) is expected


@pytest.mark.parametrize(
    ("name", "expected"), [("_ext.pyd", True), ("_ext.cp312-win_amd64.pyd", True), ("_ext.dll", False)]
)
def test_on_windows_the_suffix_decides(name: str, *, expected: bool) -> None:
    assert is_extension_module(name, facts(name, WINDOWS, "PyInit__ext")) is expected


def test_a_wheels_extension_modules_are_the_environments(tmp_path: Path) -> None:
    files = {"c/libfoo.so": library("libfoo.so"), "c/_ext.so": library("_ext.so", exports=["PyInit__ext"])}
    wheel = pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)
    assert Searches(wheel, musl=False).modules == {"c/_ext.so"}
