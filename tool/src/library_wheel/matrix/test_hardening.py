"""Hardening by compilers and linkers, in the binaries of wheels for ELF systems."""

from pathlib import Path

import pytest

from ..project.builds import landing_pads
from ..project.elf import read_elf
from ..project.libraries import compile_library
from ..project.packages import BINARY, EXPORTERS, LIBRARIES
from ..project.wheel_files import binaries
from ..project.wheels import Wheelhouse

pytestmark = pytest.mark.needs("ELF")

# Valid targets of indirect jumps and calls: endbr64 on x86-64, paciasp and bti c on AArch64.
LANDING_PADS = {b"\xf3\x0f\x1e\xfa", b"\x3f\x23\x03\xd5", b"\x5f\x24\x03\xd5"}

WITH_A_BUFFER = "void fill(char *); char first(void) { char text[64]; fill(text); return *text; }"


@pytest.mark.parametrize("distribution", BINARY)
def test_a_binary_has_full_relro_and_no_executable_stack(wheels: Wheelhouse, distribution: str) -> None:
    for elf in binaries(wheels.repaired(distribution)).values():
        # A library from upstream is linked as its own build decides.
        assert elf.full_relro or (elf.soname and not LIBRARIES)
        assert not elf.executable_stack


@pytest.mark.parametrize("options", ["-Wl,-z,lazy,-z,relro", "-Wl,-z,now,-z,norelro"])
def test_a_binary_without_full_relro_would_be_noticed(tmp_path: Path, options: str) -> None:
    library = compile_library(tmp_path / "libempty.so", "", options)
    assert not read_elf(library.read_bytes()).full_relro


@pytest.mark.skipif(not landing_pads(), reason="compilers have no landing pads for this machine")
@pytest.mark.parametrize("distribution", BINARY)
def test_each_function_begins_with_a_landing_pad(wheels: Wheelhouse, distribution: str) -> None:
    for elf in binaries(wheels.repaired(distribution)).values():
        # A library from upstream may also have functions in assembly.
        assert {*elf.entries.values()} <= LANDING_PADS or (elf.soname and not LIBRARIES)


@pytest.mark.parametrize("distribution", EXPORTERS)
def test_a_stub_has_a_stack_protector(wheels: Wheelhouse, distribution: str) -> None:
    (stub,) = (elf for elf in binaries(wheels.repaired(distribution)).values() if elf.soname is None)
    assert "__stack_chk_fail" in stub.imports


def test_a_binary_without_landing_pads_and_stack_protector_would_be_noticed(tmp_path: Path) -> None:
    options = ["-fno-stack-protector", *(f"{option.partition('=')[0]}=none" for option in landing_pads())]
    elf = read_elf(compile_library(tmp_path / "libfirst.so", WITH_A_BUFFER, *options).read_bytes())
    assert not {*elf.entries.values()} <= LANDING_PADS
    assert "__stack_chk_fail" not in elf.imports
