"""The load commands and signatures in wheels for macOS, and delocate's changes to them."""

import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lief
import pytest
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from library_wheel import pyproject
from library_wheel.platforms.macos.signature import signatures
from library_wheel.processes import CommandError, run
from library_wheel.project.builds import repair, reproducible_environment
from library_wheel.project.packages import BINARY, EXPORTERS, PACKAGES, ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from support.dyld import CPU, Process

VERSIONS = {"libfoo.1.dylib": [1, 1, 0], "libbar.2.dylib": [2, 0, 0], "libbarutil.2.dylib": [2, 0, 0]}
LIBRARIES = {
    "libfoo": {"libfoo/libfoo.1.dylib"},
    "libbar": {"libbar/libbar.2.dylib", "libbar/libbarutil.2.dylib"},
}
# Libraries that each macOS has.
SYSTEM = {"/usr/lib/libSystem.B.dylib", "/usr/lib/libc++.1.dylib"}
NAME = "@rpath/libfoo.1.dylib"
OURS = {f"@rpath/{name}" for name in VERSIONS}
TYPES = lief.MachO.Header.FILE_TYPE
DELOCATE = [sys.executable, "-m", "delocate.cmd.delocate_wheel"]
ID = lief.MachO.LoadCommand.TYPE.ID_DYLIB


def code(wheel: Path) -> dict[str, bytes]:
    """Return the files of code in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith((".so", ".dylib"))}


def binaries(wheel: Path) -> Iterator[tuple[str, lief.MachO.Binary]]:
    """Yield the name of each file of code in a wheel, and its code for a machine, for each machine."""
    for name, content in code(wheel).items():
        fat = lief.MachO.parse(list(content))
        yield from ((name, binary) for binary in map(fat.take, CPU.values()) if binary is not None)


def needs(binary: lief.MachO.Binary) -> set[str]:
    """Return the names of the libraries that a binary needs."""
    return {library.name for library in binary.libraries if library.command != ID}


@pytest.fixture
def exporter(wheels: Wheelhouse, tmp_path: Path) -> Path:
    """libfoo's package in a folder."""
    shutil.unpack_archive(wheels.repaired("libfoo"), tmp_path / "site", format="zip")
    return tmp_path / "site" / "libfoo"


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_has_the_code_for_both_machines_in_each_file(wheels: Wheelhouse, distribution: str) -> None:
    wheel = wheels.repaired(distribution)
    found = [(name, binary.header.cpu_type.name) for name, binary in binaries(wheel)]
    assert found
    assert sorted(found) == sorted((name, cpu.name) for name in code(wheel) for cpu in CPU.values())


@pytest.mark.parametrize("machine", PLATFORM.machines)
@pytest.mark.parametrize("distribution", BINARY)
def test_the_wheels_that_were_merged_are_for_one_machine_each(
    wheels: Wheelhouse, distribution: str, machine: str
) -> None:
    merged = wheels.wheel(distribution)
    wheel = wheels.directory / machine / merged.name.replace("universal2", machine)
    assert {binary.header.cpu_type for _, binary in binaries(wheel)} == {CPU[machine]}
    assert code(wheel).keys() == code(merged).keys()


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_is_for_the_stable_abi_on_macos_11_and_later(wheels: Wheelhouse, distribution: str) -> None:
    wheel = wheels.repaired(distribution)
    options = pyproject.read(ROOT / PACKAGES[distribution].folder)["tool"].get("scikit-build", {}).get("wheel", {})
    # meson-python's tag names the interpreter that built the wheel.
    version = options.get("py-api", "cp" + "".join(map(str, PLATFORM.version)))
    assert parse_wheel_filename(wheel.name)[3] == {Tag(version, "abi3", "macosx_11_0_universal2")}
    assert {tuple(binary.build_version.minos[:2]) for _, binary in binaries(wheel)} == {(11, 0)}


@pytest.mark.parametrize("distribution", BINARY)
def test_extensions_are_bundles_and_libraries_are_libraries(wheels: Wheelhouse, distribution: str) -> None:
    for name, binary in binaries(wheels.repaired(distribution)):
        expected = TYPES.BUNDLE if name.endswith(".abi3.so") else TYPES.DYLIB
        assert binary.header.file_type == expected, name


@pytest.mark.parametrize("distribution", EXPORTERS)
def test_a_library_is_a_file_with_the_name_that_consumers_need(wheels: Wheelhouse, distribution: str) -> None:
    with zipfile.ZipFile(wheels.repaired(distribution)) as archive:
        files = [entry for entry in archive.infolist() if entry.filename.endswith(".dylib")]
    assert {entry.filename for entry in files} == LIBRARIES[distribution]
    assert all(entry.external_attr >> 28 == 0o10 for entry in files)  # none is a symbolic link
    for name, binary in binaries(wheels.repaired(distribution)):
        for library in binary.libraries:
            if library.command == ID:
                assert library.name == f"@rpath/{Path(name).name}"


@pytest.mark.parametrize("distribution", BINARY)
def test_libraries_are_needed_by_their_install_name_and_version(wheels: Wheelhouse, distribution: str) -> None:
    requires = {*PACKAGES[distribution].requires, distribution} & set(EXPORTERS)
    ours = {f"@rpath/{Path(file).name}" for exporter in requires for file in LIBRARIES[exporter]}
    for name, binary in binaries(wheels.repaired(distribution)):
        assert needs(binary) <= ours | SYSTEM, name
        assert needs(binary) & ours or name in LIBRARIES.get(distribution, ()), name
        for library in binary.libraries:
            if library.name.startswith("@rpath/"):
                version = VERSIONS[library.name.removeprefix("@rpath/")]
                # The interface's version, and the library's.
                assert (library.compatibility_version, library.current_version) == ([*version[:2], 0], version)


@pytest.mark.parametrize("distribution", BINARY)
def test_only_exporters_have_an_rpath_and_it_is_their_own_folder(wheels: Wheelhouse, distribution: str) -> None:
    for name, binary in binaries(wheels.repaired(distribution)):
        # Besides libfoo, libbar needs libbarutil, which is in its own wheel.
        has_one = distribution in EXPORTERS and ("_init" in name or "libbar." in name)
        assert [rpath.path for rpath in binary.rpaths] == (["@loader_path/"] if has_one else []), name


@pytest.mark.parametrize("distribution", BINARY)
def test_no_file_names_a_folder_of_the_build(wheels: Wheelhouse, distribution: str) -> None:
    for name, content in code(wheels.repaired(distribution)).items():
        assert b"/tmp/" not in content, name


@pytest.mark.parametrize("distribution", BINARY)
def test_a_library_exports_each_symbol_that_others_need_from_it(wheels: Wheelhouse, distribution: str) -> None:
    exports = {
        (f"@rpath/{Path(name).name}", binary.header.cpu_type): {symbol.name for symbol in binary.exported_symbols}
        for exporter in EXPORTERS
        for name, binary in binaries(wheels.repaired(exporter))
    }
    for name, binary in binaries(wheels.repaired(distribution)):
        bound = [binding for binding in binary.bindings if binding.has_library and binding.library.name in OURS]
        assert bound or name in LIBRARIES.get(distribution, ()), name
        for binding in bound:
            assert binding.symbol.name in exports[binding.library.name, binary.header.cpu_type]


@pytest.mark.parametrize("distribution", BINARY)
def test_imported_symbols_without_a_library_are_pythons(wheels: Wheelhouse, distribution: str) -> None:
    for name, binary in binaries(wheels.repaired(distribution)):
        if name.endswith(".so"):
            nobodys = {binding.symbol.name for binding in binary.bindings if not binding.has_library}
            # In C++, files define some symbols that another file's definition replaces, such as types of exceptions.
            nobodys -= {symbol.name for symbol in binary.exported_symbols}
            assert {symbol for symbol in nobodys if not symbol.startswith(("_Py", "__Py"))} == set(), name


def newer(binary: lief.MachO.Binary) -> set[str]:
    """Return the functions that a binary needs but that only a later macOS has, according to the headers."""
    return {binding.symbol.name for binding in binary.bindings if binding.has_library and binding.weak_import}


@pytest.mark.parametrize("distribution", BINARY)
def test_no_file_needs_a_function_that_macos_11_lacks(wheels: Wheelhouse, distribution: str) -> None:
    for name, binary in binaries(wheels.repaired(distribution)):
        assert newer(binary) == set(), name


@pytest.mark.parametrize("machine", PLATFORM.machines)
def test_a_function_of_a_later_macos_would_be_noticed(tmp_path: Path, machine: str) -> None:
    source, library = tmp_path / "later.c", tmp_path / "later.dylib"
    source.write_text("#include <string.h>\nchar *later(const char *s) { return strchrnul(s, '/'); }\n")
    compiler = ["clang-19", f"--target={machine}-apple-macos11", "-fuse-ld=lld", "-dynamiclib"]
    run([*compiler, source, "-o", library], reproducible_environment() | PLATFORM.machine_environment(machine))
    fat = lief.MachO.parse(library)
    assert newer(fat.at(0)) == {"_strchrnul"}


@pytest.mark.parametrize("distribution", BINARY)
def test_each_file_has_a_valid_signature_on_arm64_after_delocate(wheels: Wheelhouse, distribution: str) -> None:
    for name, content in code(wheels.repaired(distribution)).items():
        assert signatures(content)["ARM64"] == "valid", name


def test_a_changed_byte_makes_a_signature_invalid(wheels: Wheelhouse) -> None:
    ((name, content),) = code(next((wheels.directory / "arm64").glob("consumer_cython-*.whl"))).items()
    assert signatures(content) == {"ARM64": "valid"}, name
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 1
    assert "is not as it was signed" in signatures(bytes(damaged))["ARM64"]


@pytest.mark.parametrize("distribution", BINARY)
def test_delocate_bundles_nothing_that_an_exporter_has(wheels: Wheelhouse, distribution: str) -> None:
    found = {name for name in code(wheels.repaired(distribution)) if name.endswith(".dylib")}
    assert found == LIBRARIES.get(distribution, set())


def delocated(wheel: Path, output: Path, **variables: str) -> Path:
    """Let delocate repair a wheel without options; return it unpacked."""
    environment = PLATFORM.with_programs({**reproducible_environment(), **variables})
    run([*DELOCATE, "--wheel-dir", output, wheel], environment)
    shutil.unpack_archive(output / wheel.name, output, format="zip")
    return output


def test_delocate_fails_if_it_does_not_find_an_excluded_library(wheels: Wheelhouse, tmp_path: Path) -> None:
    alone = shutil.copy2(wheels.wheel("consumer-ext"), tmp_path)
    command = [*DELOCATE, "--exclude=libfoo.1.dylib", "--wheel-dir", tmp_path / "repaired", alone]
    with pytest.raises(CommandError) as failure:
        run(command, PLATFORM.with_programs(reproducible_environment()))
    assert "Could not find all dependencies" in str(failure.value)


@pytest.mark.parametrize("machine", PLATFORM.machines)
def test_a_library_that_delocate_does_not_exclude_is_a_second_copy(
    wheels: Wheelhouse, exporter: Path, tmp_path: Path, machine: str
) -> None:
    bundling = delocated(wheels.wheel("consumer-ext"), tmp_path / "out", DYLD_LIBRARY_PATH=str(exporter))
    process = Process(machine)
    process.dlopen(exporter / "_init.abi3.so")
    process.dlopen(bundling / "consumer_ext" / "_ext.abi3.so")
    folders = [image.path.parent for image in process.images if image.path.name == "libfoo.1.dylib"]
    assert folders == [exporter, bundling / "consumer_ext" / ".dylibs"]


@pytest.mark.parametrize("machine", PLATFORM.machines)
def test_an_exporter_repaired_without_exclude_keeps_its_copy_beside_one_that_came_first(
    wheels: Wheelhouse, exporter: Path, tmp_path: Path, machine: str
) -> None:
    rewritten = delocated(wheels.wheel("libfoo"), tmp_path / "out") / "libfoo"
    process = Process(machine)
    first = process.dlopen(exporter / "libfoo.1.dylib")
    stub = process.dlopen(exporter / "_init.abi3.so")
    assert process.resolved[stub.path, NAME] == first
    stub = process.dlopen(rewritten / "_init.abi3.so")
    # So it would not notice that the consumers get another one, which may be older.
    assert process.resolved[stub.path, "@loader_path/libfoo.1.dylib"].path == rewritten / "libfoo.1.dylib"


def with_rpath(wheels: Wheelhouse, rpath: str, directory: Path) -> Path:
    """Return a copy of libfoo's wheel whose stub has another rpath."""
    tree = directory / rpath.replace("/", "-")
    shutil.unpack_archive(wheels.wheel("libfoo"), tree, format="zip")
    run(["llvm-install-name-tool-19", "-rpath", "@loader_path/", rpath, tree / "libfoo" / "_init.abi3.so"])
    archive = Path(shutil.make_archive(str(tree), "zip", tree))
    return archive.rename(directory / wheels.wheel("libfoo").name)


def stubs_rpaths(wheel: Path) -> list[str]:
    """Return the rpaths of the stub in a wheel, for one machine after the other."""
    return [rpath.path for name, binary in binaries(wheel) if "_init" in name for rpath in binary.rpaths]


def test_delocate_removes_an_rpath_without_its_slash(wheels: Wheelhouse, tmp_path: Path) -> None:
    before = with_rpath(wheels, "@loader_path", tmp_path)
    assert stubs_rpaths(before) == ["@loader_path"] * 2
    delocated(before, tmp_path / "out")
    assert stubs_rpaths(tmp_path / "out" / before.name) == []
    delocated(wheels.wheel("libfoo"), tmp_path / "with slash")
    assert stubs_rpaths(tmp_path / "with slash" / before.name) == ["@loader_path/"] * 2


def test_delocate_leaves_the_rpaths_of_files_that_need_only_excluded_libraries(
    wheels: Wheelhouse, exporter: Path, tmp_path: Path
) -> None:
    before = with_rpath(wheels, "/of/the/build", tmp_path)
    repair(before, tmp_path / "out", exporters=[wheels.wheel("libfoo")])
    assert stubs_rpaths(tmp_path / "out" / before.name) == ["/of/the/build"] * 2
    delocated(before, tmp_path / "not excluded", DYLD_LIBRARY_PATH=str(exporter))
    assert stubs_rpaths(tmp_path / "not excluded" / before.name) == []


@pytest.mark.parametrize("distribution", EXPORTERS)
def test_no_dyld_compares_the_compatibility_versions_of_libraries(wheels: Wheelhouse, distribution: str) -> None:
    # Up to dyld-852, of macOS 11, dyld compares them in libraries for a macOS older than 10.14
    # (MachOFile::enforceCompatVersion). From dyld-940 on, of macOS 12, it never does.
    for name, binary in binaries(wheels.repaired(distribution)):
        if name in LIBRARIES[distribution]:
            assert tuple(binary.build_version.minos[:2]) >= (10, 14), name
