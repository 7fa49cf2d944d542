"""Rules about single files and tags. Files on which other checkers crash are read or reported."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import lief
import pytest
from environments import compile_c
from synthetic import (
    AARCH64,
    LINUX,
    MACOS,
    MACOS_INTEL,
    MANYLINUX,
    MUSL,
    WINDOWS,
    Native,
    consumer,
    exporter,
    ext,
    foo,
    library,
    module,
    of,
    pack,
    problems,
    serious,
)

from library_wheel.errors import CannotRunError
from library_wheel.formats.reader import read
from library_wheel.native_file import NotReadableError
from library_wheel.wheel import Wheel


def rules(folder: Path, tag: str, files: dict[str, object], **options: object) -> list[str]:
    """Return the rules that find an error or a warning in a wheel."""
    return [rule for rule, _ in serious(problems(pack(folder, f"c-1.0-{tag}", files, **options)))]  # type: ignore[arg-type]


def plain(target: str = LINUX, **options: object) -> Native:
    """Return an extension module that needs nothing."""
    return module("_ext.abi3.so", imports=(), target=target, **options)


@pytest.mark.parametrize("path", ["/tmp/pip-build-env-x/lib", "", "lib", "/var/tmp/x"])
def test_search_paths_in_which_others_may_write_are_a_problem(tmp_path: Path, path: str) -> None:
    found = problems(
        pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": plain(search_path=f"$ORIGIN:{path}")})
    )
    assert [rule for rule, _ in serious(found)] == ["writable-search-path"]


def test_musl_ignores_an_empty_search_path(tmp_path: Path) -> None:
    files: dict[str, object] = {"c/_ext.abi3.so": plain(MUSL, search_path="$ORIGIN:")}
    assert rules(tmp_path, "cp310-abi3-musllinux_1_2_x86_64", files) == []
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}.musllinux_1_2_x86_64", files) == ["writable-search-path"]


def absolute(folder: Path, paths: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the files and messages of the findings about absolute paths in two files."""
    files = {"c/_a.abi3.so": plain(search_path=paths), "c/_b.abi3.so": plain(search_path=paths)}
    found = of("absolute-search-path", problems(pack(folder, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))
    return [(problem.files, problem.message) for problem in found]


def test_absolute_search_paths_of_the_same_files_are_one_problem(tmp_path: Path) -> None:
    ((files, message),) = absolute(tmp_path, "/home/me/a:$ORIGIN:/home/me/b:/home/me/a")
    assert files == ("c/_a.abi3.so", "c/_b.abi3.so")
    assert message.startswith("the search paths /home/me/a and /home/me/b are folders of the build machine.")
    ((_, message),) = absolute(tmp_path, f"/home/me/a{100 * ' '}")
    assert message.startswith('the search path "/home/me/a" with spaces at its end is a folder of the build machine.')


def test_libraries_of_macos_may_be_searched_for(tmp_path: Path) -> None:
    files: dict[str, object] = {"c/_ext.abi3.so": plain(MACOS, search_path="/usr/lib")}
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", files) == []


def test_a_search_path_of_the_system_is_not_taken_for_one_of_the_build_machine(tmp_path: Path) -> None:
    ((_, message),) = absolute(tmp_path, "/usr/lib:/lib64/")
    assert message.startswith("the search paths /usr/lib and /lib64/ are folders of the system")
    assert "$ORIGIN" not in message


@pytest.mark.parametrize("path", ["/usr/local/lib", "/home/me/build"])
def test_absolute_search_paths_are_a_problem(tmp_path: Path, path: str) -> None:
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": plain(search_path=path)}) == [
        "absolute-search-path"
    ]
    mac = plain(MACOS, search_path=path)
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", {"c/_ext.abi3.so": mac}) == ["absolute-search-path"]


def test_a_need_for_a_path_of_the_build_machine_is_a_problem(tmp_path: Path) -> None:
    lib = library("libfoo.1.dylib", identity="/opt/homebrew/lib/libfoo.1.dylib", target=MACOS)
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", lib, target=MACOS)}
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", files) == ["absolute-dependency"]


def test_a_wheel_may_have_variants_of_a_library_for_other_platforms(tmp_path: Path) -> None:
    variants: dict[str, object] = {
        "c/lib/libfoo.so.1": foo(),
        "c/lib/libfoo.1.dylib": library("libfoo.1.dylib", target=MACOS),
        "c/lib/foo-1.dll": library("foo-1.dll", target=WINDOWS),
    }
    assert rules(tmp_path, f"py3-none-{MANYLINUX}", variants) == []
    using = library("bar-1.dll", library("foo-1.dll", target=WINDOWS), imports=["foo_version"], target=WINDOWS)
    assert rules(tmp_path, f"py3-none-{MANYLINUX}", {"c/lib/libfoo.so.1": foo(), "c/lib/bar-1.dll": using}) == []
    # One that a module needs is not a variant.
    needed = library("libbar.so.1", target=AARCH64)
    using = module("_ext.abi3.so", library("libbar.so.1"), search_path="$ORIGIN/lib")
    found = rules(
        tmp_path, f"cp310-abi3-{MANYLINUX}", {**variants, "c/lib/libbar.so.1": needed, "c/_ext.abi3.so": using}
    )
    assert "tag-platform" in found
    del variants["c/lib/libfoo.so.1"]
    assert set(rules(tmp_path, f"py3-none-{MANYLINUX}", variants)) == {"tag-platform"}


def test_a_native_file_in_a_wheel_for_any_platform_is_a_problem(tmp_path: Path) -> None:
    assert rules(tmp_path, "py3-none-any", {"c/_ext.abi3.so": plain()}) == ["tag-platform"]


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        ("manylinux_2_17_x86_64", AARCH64),
        ("manylinux_2_17_aarch64", LINUX),
        ("win_amd64", LINUX),
        ("macosx_11_0_arm64", MACOS_INTEL),
        ("macosx_11_0_universal2", MACOS),
    ],
)
def test_files_that_the_platform_of_the_tag_cannot_load_are_a_problem(tmp_path: Path, tag: str, target: str) -> None:
    assert rules(tmp_path, f"cp310-abi3-{tag}", {"c/_ext.abi3.so": plain(target)}) == ["tag-platform"]


@pytest.mark.parametrize(
    ("tag", "target", "position", "size"),
    [(MANYLINUX, LINUX, 18, 2), ("macosx_11_0_arm64", MACOS, 4, 4), ("win_amd64", WINDOWS, None, 2)],
)
def test_a_file_for_an_unknown_machine_is_a_problem(
    tmp_path: Path, tag: str, target: str, position: int | None, size: int
) -> None:
    content = bytearray(plain(target).content)
    # The header of a PE file is where the header of its DOS program says.
    start = position or int.from_bytes(content[60:64], "little") + 4
    content[start : start + size] = (0x5A5A).to_bytes(size, "little")
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{tag}", {"c/_ext.abi3.so": bytes(content)})
    (problem,) = of("tag-platform", problems(wheel))
    assert "files for unknown (23130)" in problem.message


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        ("manylinux_2_17_aarch64", AARCH64),
        ("musllinux_1_2_x86_64", MUSL),
        ("macosx_11_0_arm64", MACOS),
        ("win_amd64", WINDOWS),
    ],
)
def test_wheels_of_another_machine_or_libc_than_this_one_are_read(tmp_path: Path, tag: str, target: str) -> None:
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{tag}", {"c/_ext.abi3.so": plain(target)})
    assert serious(problems(wheel)) == []
    assert len(wheel.native_files) == 1


def test_a_need_for_a_newer_glibc_than_the_tag_promises_is_a_problem(tmp_path: Path) -> None:
    libc = library("libc.so.6", exports=["foo_version"], versions="GLIBC_2.34 { global: *; };")
    files = {"c/_ext.abi3.so": ext(libc)}
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    (problem,) = of("tag-too-old", found)
    assert "needs GLIBC_2.34, which manylinux_2_17_x86_64 does not promise" in problem.message
    assert rules(tmp_path, "cp310-abi3-manylinux_2_34_x86_64", files) == []


@pytest.mark.skipif(sys.platform != "linux", reason="it is compiled by this machine's linker")
@pytest.mark.parametrize(("option", "found"), [("pack-relative-relocs", 1), ("nopack-relative-relocs", 0)])
def test_relocations_that_need_a_newer_musl_than_the_tag_promises_are_a_problem(
    tmp_path: Path, option: str, found: int
) -> None:
    source = "static int number; int *numbers[] = {&number, &number, &number, &number};"
    file = compile_c(tmp_path / "libfoo.so.1", source, "-nostdlib", f"-Wl,-z,{option}").read_bytes()
    for platform, notes in {
        "musllinux_1_2": found,
        # An older glibc refuses such a file, by a symbol version.
        "manylinux_2_36": 0,
    }.items():
        wheel = pack(tmp_path, f"c-1.0-py3-none-{platform}_{os.uname().machine}", {"c/libfoo.so.1": file})
        assert len(of("newer-musl", problems(wheel))) == notes


def test_a_need_for_a_newer_macos_than_the_tag_promises_is_a_problem(tmp_path: Path) -> None:
    new = plain("aarch64-macos.13.0")
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", {"c/_ext.abi3.so": new}) == ["tag-too-old"]
    assert rules(tmp_path, "cp310-abi3-macosx_13_0_arm64", {"c/_ext.abi3.so": new}) == []
    # Tags have no minor versions from 11 on, and nothing for arm64 is older than that.
    assert rules(tmp_path, "cp310-abi3-macosx_13_0_arm64", {"c/_ext.abi3.so": plain("aarch64-macos.13.3")}) == []
    assert rules(tmp_path, "cp310-abi3-macosx_10_9_arm64", {"c/_ext.abi3.so": plain(MACOS)}) == []


@pytest.mark.parametrize(
    ("tag", "name", "expected"),
    [
        ("cp311-cp311", "_ext.cpython-311-x86_64-linux-gnu.so", []),
        ("cp311-cp311", "_ext.cpython-312-x86_64-linux-gnu.so", ["tag-python"]),
        ("cp311-cp311", "_ext.abi3.so", []),
        ("cp310-abi3", "_ext.cpython-310-x86_64-linux-gnu.so", ["tag-python"]),
        ("py3-none", "_ext.cpython-312-x86_64-linux-gnu.so", ["tag-python"]),
        ("cp313-cp313t", "_ext.cpython-313t-x86_64-linux-gnu.so", []),
        ("cp313-cp313", "_ext.cpython-313t-x86_64-linux-gnu.so", ["tag-python"]),
        ("pp310-pypy310_pp73", "_ext.pypy310-pp73-x86_64-linux-gnu.so", []),
    ],
)
def test_modules_for_other_pythons_than_the_tag_are_a_problem(
    tmp_path: Path, tag: str, name: str, expected: list[str]
) -> None:
    assert rules(tmp_path, f"{tag}-{MANYLINUX}", {f"c/{name}": plain()}) == expected


def test_a_stable_abi_wheel_for_windows_that_needs_one_python_is_a_problem(tmp_path: Path) -> None:
    pyd = module("_ext.pyd", library("python311.dll", target=WINDOWS), target=WINDOWS)
    assert rules(tmp_path, "cp310-abi3-win_amd64", {"c/_ext.pyd": pyd}) == ["tag-python"]
    assert rules(tmp_path, "cp311-cp311-win_amd64", {"c/_ext.pyd": pyd}) == []


def with_executable_stack(content: bytes) -> bytes:
    """Return a little-endian ELF file of 64 bits whose header PT_GNU_STACK has the flag PF_X."""
    changed = bytearray(content)
    start, size, count = (
        int.from_bytes(content[at : at + width], "little") for at, width in ((32, 8), (54, 2), (56, 2))
    )
    for header in range(start, start + size * count, size):
        if changed[header : header + 4] == bytes.fromhex("51e57464"):
            changed[header + 4] |= 1
    return bytes(changed)


def test_an_executable_stack_is_a_problem(tmp_path: Path) -> None:
    stack = with_executable_stack(plain().content)
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": stack}) == ["executable-stack"]


def test_hardening_is_a_note(tmp_path: Path) -> None:
    soft = plain(flags=["-Wl,-z,norelro,-z,lazy"])
    (problem,) = of("hardening", problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": soft})))
    assert "link with -Wl,-z,relro,-z,now" in problem.message
    assert of("hardening", problems(pack(tmp_path, f"c-1.1-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": plain()}))) == []


def test_a_file_for_apple_silicon_without_a_signature_is_a_problem(tmp_path: Path) -> None:
    universal = lief.MachO.parse(plain(MACOS).content)
    assert universal
    (binary,) = universal
    assert binary.remove_signature()
    unsigned = {"c/_ext.abi3.so": bytes(binary.write_to_bytes())}
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", unsigned) == ["unsigned"]
    assert rules(tmp_path, "cp310-abi3-macosx_11_0_arm64", {"c/_ext.abi3.so": plain(MACOS)}) == []


def test_a_missing_licence_file_is_a_problem(tmp_path: Path) -> None:
    files: dict[str, object] = {"c/_ext.abi3.so": plain()}
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", files, licence=False) == ["licence-files"]
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", files, metadata="License-File: COPYING") == ["licence-files"]
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", files, metadata="License-File: LICENSE") == []


def test_a_wheel_that_pypi_refuses_needs_no_licence_file(tmp_path: Path) -> None:
    files: dict[str, object] = {"c/_ext.abi3.so": plain()}
    private = "Classifier: Private :: Do Not Upload"
    assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", files, licence=False, metadata=private) == []


def test_a_missing_or_damaged_sbom_is_a_problem(tmp_path: Path) -> None:
    def messages(files: dict[str, object]) -> list[str]:
        wheel = pack(tmp_path, f"libfoo-1.0-py3-none-{MANYLINUX}", {"libfoo/libfoo.so.1": foo(), **files})
        return [problem.message for problem in of("sbom", problems(wheel))]

    assert "contains libfoo.so.1, but no SBOM" in messages({})[0]
    assert messages({"libfoo-1.0.dist-info/sboms/libfoo.cdx.json": json.dumps({"bomFormat": "CycloneDX"})}) == []
    assert "is not valid JSON" in messages({"libfoo-1.0.dist-info/sboms/libfoo.cdx.json": "{"})[0]


def test_a_damaged_file_is_a_problem_without_a_traceback(tmp_path: Path) -> None:
    whole = plain().content
    for broken in (whole[:40], whole[: len(whole) // 2], b"\x7fELF" + bytes(100)):
        assert rules(tmp_path, f"cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": broken}) == ["damaged-file"]


@pytest.mark.parametrize("target", [MACOS, WINDOWS])
def test_a_file_that_is_cut_off_is_a_problem(tmp_path: Path, target: str) -> None:
    tag = "macosx_11_0_arm64" if target == MACOS else "win_amd64"
    whole = plain(target).content
    assert rules(tmp_path, f"cp310-abi3-{tag}", {"c/_ext.abi3.so": whole[: len(whole) // 2]}) == ["damaged-file"]


def test_an_entry_that_cannot_be_unpacked_is_a_problem(tmp_path: Path) -> None:
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": plain()})
    content = bytearray(wheel.path.read_bytes())
    content[200] ^= 0xFF
    wheel.path.write_bytes(content)
    (problem,) = of("damaged-file", problems(Wheel(wheel.path)))
    assert "the wheel can't be unpacked" in problem.message


def test_sections_of_an_unknown_type_are_ignored() -> None:
    # The tests turn warnings, such as those of lief about such a section, into errors.
    content = bytearray(plain().content)
    elf = lief.ELF.parse(bytes(content))
    assert elf is not None
    number = next(i for i, section in enumerate(elf.sections) if section.name == ".comment")
    where = elf.header.section_header_offset + number * elf.header.section_header_size + 4
    content[where : where + 4] = (0x6FFF4C04).to_bytes(4, "little")
    assert read(bytes(content)) == read(plain().content)


def test_debug_information_of_its_own_is_not_a_library(tmp_path: Path) -> None:
    if not (objcopy := shutil.which("objcopy") or shutil.which("llvm-objcopy")):
        pytest.skip("there is no objcopy")
    (tmp_path / "_ext.abi3.so").write_bytes(ext(flags=["-g"]).content)
    command = [objcopy, "--only-keep-debug", "_ext.abi3.so", "_ext.abi3.so.dbg"]
    subprocess.run(command, cwd=tmp_path, check=True)
    files = {"c/_ext.abi3.so.dbg": (tmp_path / "_ext.abi3.so.dbg").read_bytes()}
    wheel = pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)
    assert wheel.native_files["c/_ext.abi3.so.dbg"].kind == "debug"
    assert serious(problems(wheel)) == []


def test_files_without_a_dynamic_section_are_read(tmp_path: Path) -> None:
    compiled = library("foo.o", flags=["-c"], exports=["foo"])
    static = library("tool", target=MUSL, flags=["-static"], source="int main(void) { return 0; } void _start(void) {}")
    files = {"c/foo.o": compiled, "c/bin/tool": static}
    wheel = pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)
    assert serious(problems(wheel)) == []
    assert wheel.native_files["c/foo.o"].kind == "object"


def test_a_vendored_packages_metadata_is_not_the_wheels(tmp_path: Path) -> None:
    files = {
        "c/_vendor/other-2.0.dist-info/METADATA": "Name: other\nRequires-Dist: nothing\n",
        "c/_ext.abi3.so": plain(),
    }
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)
    assert serious(problems(wheel)) == []
    assert wheel.dist_info == "c-1.0.dist-info"


def test_other_files_are_not_taken_for_native_ones(tmp_path: Path) -> None:
    files = {
        "c/Main.class": b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(100),
        "c/notes.txt": "MZ is how a program of Windows begins, and this text too, which is long enough to be one.",
        "c/libfoo.so": "INPUT(libfoo.so.1)",
        "c/empty.so": "",
    }
    wheel = pack(tmp_path, "c-1.0-py3-none-any", files)
    assert serious(problems(wheel)) == []
    assert wheel.native_files == {}


def test_a_wheel_with_300_libraries_that_need_each_other_takes_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"lib{number}.so.1" for number in range(300)]
    files = {f"c/{name}": foo() for name in names}
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {**files, "c/_ext.abi3.so": plain()})
    tangled = {}
    for name, file in wheel.native_files.items():
        own = name.rpartition("/")[2]
        tangled[name] = replace(file, identity=own, needed=tuple(need for need in names if need != own))
    monkeypatch.setitem(wheel.__dict__, "native_files", tangled)
    began = time.process_time()
    found = problems(wheel)
    assert time.process_time() - began < 10
    assert len(of("unreachable-library", found)) == 300


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c-1.0.whl", b"", "can't be a wheel, because the file name is not NAME-VERSION-PYTHON-ABI-PLATFORM.whl"),
        ("c-1.0.tar.gz", b"", "is a source distribution, not a wheel. Build a wheel from it"),
        ("c-1.0-py3-none-any.whl", b"not a zip file", "can't be unpacked"),
        ("d-1.0-py3-none-any.whl", None, "there is no file .*/d-1.0"),
        ("dist", None, "there is no file or folder .*/dist"),
        ("*.whl", None, "there is no file .*/[*][.]whl"),
    ],
)
def test_a_file_that_is_not_a_wheel_gets_one_sentence(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotRunError, match=message):
        Wheel(tmp_path / name)


@pytest.mark.parametrize("name", ["/x.py", "//x.py", "c/../../x.py"])
def test_a_wheel_with_a_file_outside_of_it_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotRunError, match=f"contains {re.escape(name)}, which is outside of any installation"):
        pack(tmp_path, "c-1.0-py3-none-any", {name: ""})


def test_a_wheel_without_metadata_is_not_accepted_as_a_wheel(tmp_path: Path) -> None:
    path = tmp_path / "c-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("c.py", "")
    with pytest.raises(CannotRunError, match=r"has no folder c-1\.0\.dist-info"):
        _ = Wheel(path).dist_info


def test_a_consumer_and_its_exporter_are_told_apart(tmp_path: Path) -> None:
    found = problems(consumer(tmp_path), exporter(tmp_path, "1.0", library("libfoo.so.1")))
    assert serious(found) == []


def test_an_unknown_webassembly_version_is_not_readable() -> None:
    with pytest.raises(NotReadableError):
        read(b"\0asm\2\0\0\0")
