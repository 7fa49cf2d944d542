"""Reading only the needs and names of a file gives the same facts as reading all of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from library_wheel.formats import reader
from library_wheel.formats.elf import former_identity
from library_wheel.native_file import NotReadableError

ELF_FILES = [Path(path) for path in ("/bin/sh", "/lib64/ld-linux-x86-64.so.2") if Path(path).exists()]


@pytest.mark.parametrize("file", ELF_FILES, ids=str)
def test_both_readers_report_the_same_facts_about_an_elf_file(file: Path) -> None:
    whole = reader.read(file)
    assert whole
    left_out = {"exports": (), "imports": (), "versions_needed": (), "versions_defined": ()}
    assert reader.read_links(file) == replace(whole, **left_out, properties=whole.properties & {"rpath"})


def test_a_damaged_file_is_not_readable(tmp_path: Path) -> None:
    file = tmp_path / "libfoo.so"
    file.write_bytes(b"\x7fELF\2\1\1" + bytes(20))
    with pytest.raises(NotReadableError):
        reader.read_links(file)


def test_another_file_is_not_a_native_file(tmp_path: Path) -> None:
    file = tmp_path / "libfoo.so"
    file.write_text("INPUT(libfoo.so.1)")
    assert reader.read_links(file) is None


MANGLED = "libgdal-1a2b3c4d.so.35.3.9"


@pytest.mark.parametrize(
    ("identity", "needed", "strings", "former"),
    [
        (MANGLED, (), [MANGLED, "libgdal.so.35", "libm.so.6"], "libgdal.so.35"),
        # A project may have added its own name.
        ("libgdal-fiona-1a2b3c4d.so.35.3.9", (), ["libgdal.so.35"], "libgdal.so.35"),
        # A needed name is not the file's own. If two names are left, either may be its own.
        ("libgdal-fiona-1a2b3c4d.so.35.3.9", ("libgdal.so.35",), ["libgdal.so.35"], None),
        (MANGLED, (), ["libgdal.so.34", "libgdal.so.35"], None),
        # Part of another name, and a name that nothing has changed.
        (MANGLED, (), ["xlibgdal.so.35", "libgdal.so.35.bak"], None),
        ("libgdal.so.35", (), ["libgdal.so.34"], None),
        (None, (), ["libgdal.so.34"], None),
    ],
)
def test_the_string_table_still_has_the_soname_of_before_auditwheel(
    identity: str | None, needed: tuple[str, ...], strings: list[str], former: str | None
) -> None:
    table = b"\0" + b"".join(name.encode() + b"\0" for name in strings)
    assert former_identity(identity, needed, table) == former
