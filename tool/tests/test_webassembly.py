"""WebAssembly's side modules are read, and `check` reports problems of wheels with them."""

from pathlib import Path

import pytest
from synthetic import of, pack, problems, serious

from library_wheel.formats.reader import read
from library_wheel.native_file import NotReadableError, Symbol
from library_wheel.problem import Problem

TAG = "cp313-abi3-pyemscripten_2026_0_wasm32"
FUNCTION, MEMORY, GLOBAL = 0, 2, 3


def text(value: str) -> bytes:
    return bytes([len(value)]) + value.encode()


def section(kind: int, content: bytes) -> bytes:
    return bytes([kind, len(content)]) + content


def texts(values: list[str]) -> bytes:
    return bytes([len(values)]) + b"".join(map(text, values))


def side_module(
    needs: list[str] = (),  # type: ignore[assignment]
    paths: list[str] = (),  # type: ignore[assignment]
    exports: list[str] = (),  # type: ignore[assignment]
    imports: list[str] = (),  # type: ignore[assignment]
    weak: list[str] = (),  # type: ignore[assignment]
) -> bytes:
    """Return a side module: the sections dylink.0, import and export."""
    dylink = section(2, texts([*needs]))
    information = [text("env") + text(name) + b"\x01" for name in weak]
    dylink += section(4, bytes([len(information)]) + b"".join(information))
    dylink += section(5, texts([*paths]))
    memory = text("env") + text("memory") + bytes([MEMORY, 0, 1])
    functions = [text("env") + text(name) + bytes([FUNCTION, 0]) for name in imports]
    # The address of the same function is not another symbol.
    addresses = [text("GOT.func") + text(name) + bytes([GLOBAL, 0x7F, 1]) for name in imports]
    imported = [memory, *functions, *addresses]
    exported = [text(name) + bytes([FUNCTION, 0]) for name in exports]
    return (
        b"\0asm\1\0\0\0"
        + section(0, text("dylink.0") + dylink)
        + section(2, bytes([len(imported)]) + b"".join(imported))
        + section(7, bytes([len(exported)]) + b"".join(exported))
    )


FOO = side_module(exports=["foo_version"])
STUB = side_module(["libfoo.so.1"], ["$ORIGIN"], ["PyInit__init"], ["foo_version"])


def found_in(folder: Path, path: list[str], code: str = "") -> list[Problem]:
    """Return the problems of a consumer whose extension module has search paths, beside an exporter with some code."""
    files = {"libfoo/__init__.py": code, "libfoo/libfoo.so.1": FOO, "libfoo/_init.abi3.so": STUB}
    exporter = pack(folder, f"libfoo-1.0-{TAG}", files)
    extension = side_module(["libfoo.so.1"], path, ["PyInit__ext"], ["foo_version", "PyLong_FromLong"])
    files = {"c/__init__.py": "import libfoo", "c/_ext.abi3.so": extension}
    consumer = pack(folder, f"c-1.0-{TAG}", files, requires=["libfoo<2"])
    return problems(consumer, beside=[exporter])


def test_a_side_module_says_what_it_needs_exports_and_imports() -> None:
    found = read(side_module(["libfoo.so.1"], ["$ORIGIN:$ORIGIN/../libfoo"], ["f"], ["g", "h"], weak=["h"]))
    assert found
    assert (found.format, found.machines, found.kind) == ("WebAssembly", ("wasm32",), "library")
    assert found.needed == ("libfoo.so.1",)
    assert found.search_paths == ("$ORIGIN", "$ORIGIN/../libfoo")
    assert found.exports == (Symbol("f"),)
    assert found.imports == (Symbol("g"), Symbol("h", weak=True))


def test_another_module_is_not_a_library() -> None:
    found = read(b"\0asm\1\0\0\0")
    assert found
    assert found.kind == "program"


@pytest.mark.parametrize("content", [FOO[:20], FOO[:-3], b"\0asm\2\0\0\0"])
def test_a_damaged_module_is_not_readable(content: bytes) -> None:
    with pytest.raises(NotReadableError):
        read(content)


def test_a_search_path_finds_an_exporter_in_the_same_site_packages(tmp_path: Path) -> None:
    found = found_in(tmp_path, ["$ORIGIN/../libfoo"])
    assert serious(found) == []
    assert len(of("same-site-packages", found)) == 1


def test_a_stub_alone_is_not_enough(tmp_path: Path) -> None:
    mentioned = 'import os\nprint(os.environ.get("LD_LIBRARY_PATH"))\n'
    assert [rule for rule, _ in serious(found_in(tmp_path, [], mentioned))] == ["unreachable-library"]


def test_an_exporter_that_sets_the_library_path_is_found_wherever_it_is(tmp_path: Path) -> None:
    found = found_in(tmp_path, [], 'import os\nos.environ["LD_LIBRARY_PATH"] = os.path.dirname(__file__)\n')
    assert serious(found) == []
    assert of("same-site-packages", found) == []


def test_a_library_that_nothing_supplies_is_missing_in_pyodide(tmp_path: Path) -> None:
    files = {"c/_ext.abi3.so": side_module(["libfoo.so.1"], exports=["PyInit__ext"])}
    found = problems(pack(tmp_path, f"c-1.0-{TAG}", files))
    assert [problem.library for problem in of("missing-library", found)] == ["libfoo.so.1"]
