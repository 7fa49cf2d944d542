"""The loaders' rules for searches, on real files for glibc and musl, on synthetic facts for macOS and Windows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from environments import library, search_path

from library_wheel.formats.reader import read
from library_wheel.loader import (
    ENTRY,
    HEADER,
    MAGIC,
    Binary,
    Dyld,
    Found,
    Glibc,
    Musl,
    Windows,
    default_folders,
    read_cache,
)
from library_wheel.native_file import NativeFile, Property

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it compiles ELF files")
MACHINE = os.uname().machine if hasattr(os, "uname") else ""


def elf(path: Path | str, *search_paths: str, rpath: bool = False, identity: str | None = None) -> Binary:
    properties: list[Property] = ["rpath"] if rpath else []
    facts = NativeFile(
        "ELF", (MACHINE,), "library", identity, search_paths=search_paths, properties=frozenset(properties)
    )
    return Binary(str(path), facts)


LD_SO = "/lib64/ld-linux-x86-64.so.2"
PROGRAM = elf("/usr/bin/python3")


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Three folders with a libfoo.so.1 each."""
    made = {name: library(tmp_path / name / "libfoo.so.1") for name in ("own", "parents", "variable")}
    return {name: file.parent for name, file in made.items()}


@ON_LINUX
def test_glibc_searches_the_variable_before_runpath_and_after_rpath(folders: dict[str, Path]) -> None:
    loader = Glibc({"LD_LIBRARY_PATH": str(folders["variable"])}, LD_SO)
    variable = Found(f"{folders['variable']}/libfoo.so.1", "LD_LIBRARY_PATH")
    with_runpath = elf("/x/_ext.so", str(folders["own"]))
    with_rpath = elf("/x/_ext.so", str(folders["own"]), rpath=True)
    assert loader.find("libfoo.so.1", (with_runpath, PROGRAM)) == variable
    own = Found(f"{folders['own']}/libfoo.so.1", "RPATH", "/x/_ext.so")
    assert loader.find("libfoo.so.1", (with_rpath, PROGRAM)) == own


@ON_LINUX
def test_glibc_inherits_rpath_but_not_runpath(folders: dict[str, Path]) -> None:
    loader = Glibc({}, LD_SO)
    child = elf("/x/libbar.so.1")
    parents = str(folders["parents"])
    inherited = loader.find("libfoo.so.1", (child, elf("/x/_ext.so", parents, rpath=True), PROGRAM))
    assert inherited == Found(f"{parents}/libfoo.so.1", "RPATH", "/x/_ext.so")
    assert loader.find("libfoo.so.1", (child, elf("/x/_ext.so", parents), PROGRAM)) is None
    # A RUNPATH disables inherited RPATHs.
    turned_off = elf("/x/libbar.so.1", "/nowhere")
    assert loader.find("libfoo.so.1", (turned_off, elf("/x/_ext.so", parents, rpath=True), PROGRAM)) is None


@ON_LINUX
def test_musl_searches_the_variable_first_and_inherits_runpath(folders: dict[str, Path]) -> None:
    parents, own = str(folders["parents"]), str(folders["own"])
    chain = (elf("/x/libbar.so.1"), elf("/x/_ext.so", parents), PROGRAM)
    interpreter = "/lib/ld-musl-x86_64.so.1"
    assert Musl({}, interpreter).find("libfoo.so.1", chain) == Found(f"{parents}/libfoo.so.1", "RUNPATH", "/x/_ext.so")
    variable = {"LD_LIBRARY_PATH": str(folders["variable"])}
    with_rpath = (elf("/x/libbar.so.1", own, rpath=True), PROGRAM)
    found = Musl(variable, interpreter).find("libfoo.so.1", with_rpath)
    assert found == Found(f"{folders['variable']}/libfoo.so.1", "LD_LIBRARY_PATH")


@ON_LINUX
def test_musl_splits_search_paths_at_colons_and_newlines(folders: dict[str, Path], tmp_path: Path) -> None:
    own = str(folders["own"])
    musl, glibc = Musl({}, "/lib/ld-musl-x86_64.so.1"), Glibc({}, LD_SO)
    assert musl.find("libfoo.so.1", (elf("/x/_ext.so", f"/nowhere\n{own}"), PROGRAM))
    # So `$ORIGIN` fails in a folder with a newline in its name.
    odd = shutil.copytree(own, tmp_path / "new\nline")
    chain = (elf(odd / "_ext.so", "$ORIGIN"), PROGRAM)
    assert musl.find("libfoo.so.1", chain) is None
    assert glibc.find("libfoo.so.1", chain)


@pytest.mark.parametrize("name", ["libc.so", "libc.musl-x86_64.so.1", "libpthread.so.0", "ld-musl-x86_64.so.1"])
def test_musl_is_its_own_libc(name: str) -> None:
    found = Musl({}, "/lib/ld-musl-x86_64.so.1").find(name, (elf("/x/_ext.so"), PROGRAM))
    assert found == Found("/lib/ld-musl-x86_64.so.1", "musl itself")


@ON_LINUX
def test_musl_reads_the_systems_path_beside_its_loader(folders: dict[str, Path], tmp_path: Path) -> None:
    interpreter = tmp_path / "root" / "lib" / "ld-musl-x86_64.so.1"
    path = tmp_path / "root" / "etc" / "ld-musl-x86_64.path"
    path.parent.mkdir(parents=True)
    path.write_text(f"/nowhere\n{folders['own']}\n")
    found = Musl({}, str(interpreter)).find("libfoo.so.1", (elf("/x/_ext.so"), PROGRAM))
    assert found == Found(f"{folders['own']}/libfoo.so.1", "the default folders")


def test_glibc_identifies_loaded_files_by_soname_and_musl_by_a_name_that_was_searched() -> None:
    renamed = elf("/x/libfoo-copy.so", identity="libfoo.so.1")
    musl = Musl({}, "/lib/ld-musl-x86_64.so.1")
    assert Glibc({}, LD_SO).identities(renamed, searched=False) == {"libfoo.so.1"}
    assert Glibc({}, LD_SO).identities(renamed, searched=True) == {"libfoo.so.1", "libfoo-copy.so"}
    assert musl.identities(renamed, searched=False) == frozenset()
    assert musl.identities(renamed, searched=True) == {"libfoo-copy.so"}


@ON_LINUX
@pytest.mark.parametrize("origin", ["$ORIGIN", "${ORIGIN}"])
def test_origin_is_the_folder_of_the_file(folders: dict[str, Path], origin: str) -> None:
    chain = (elf(folders["parents"] / "_ext.so", f"{origin}/../own"), PROGRAM)
    found = Glibc({}, LD_SO).find("libfoo.so.1", chain)
    assert found
    assert Path(found.path).resolve() == folders["own"] / "libfoo.so.1"


@ON_LINUX
def test_glibc_skips_a_file_for_another_machine_and_musl_takes_it(folders: dict[str, Path]) -> None:
    file = folders["own"] / "libfoo.so.1"
    content = bytearray(file.read_bytes())
    content[18:20] = (8).to_bytes(2, sys.byteorder)
    file.write_bytes(content)
    chain = (elf("/x/_ext.so", str(file.parent), str(folders["parents"])), PROGRAM)
    second = Found(f"{folders['parents']}/libfoo.so.1", "RUNPATH", "/x/_ext.so")
    assert Glibc({}, LD_SO).find("libfoo.so.1", chain) == second
    assert Musl({}, "/lib/ld-musl-x86_64.so.1").find("libfoo.so.1", chain) == second._replace(path=str(file))


WITH_LD_SO = pytest.mark.skipif(not Path(LD_SO).exists(), reason="glibc's loader is elsewhere")
# Folders that `$LIB` and `$PLATFORM` may name, and the subfolders for processors.
PLACES = ["lib", "lib64", "lib/x86_64-linux-gnu", "x86_64", "haswell", "xeon_phi"]
LEVELS = ["levels", *(f"levels/glibc-hwcaps/x86-64-v{number}" for number in (1, 2, 3, 4))]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library in each place."""
    top = tmp_path_factory.mktemp("tree")
    for place in [*PLACES, *LEVELS]:
        library(top / place / "libfoo.so.1")
    return top


def facts_of(file: Path) -> NativeFile:
    facts = read(file)
    assert facts
    return facts


def by_loader(module: Path, variables: dict[str, str]) -> str:
    """Return the file that glibc's own loader finds."""
    command = [LD_SO, "--list", module]
    printed = subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(/\S+/libfoo\.so\.1) \(", printed)
    assert found, printed
    return os.path.realpath(found[1])


@WITH_LD_SO
@pytest.mark.parametrize("kind", ["RUNPATH", "RPATH", "LD_LIBRARY_PATH"])
@pytest.mark.parametrize(
    "path", ["$ORIGIN/../$LIB", "$ORIGIN/../${LIB}", "${ORIGIN}/../$PLATFORM:$ORIGIN/../$LIBRARY", "$ORIGIN/../levels"]
)
def test_glibcs_tokens_and_subfolders_lead_where_its_loader_finds_the_library(tree: Path, kind: str, path: str) -> None:
    options = search_path(path if kind == "RUNPATH" else "", path if kind == "RPATH" else "")
    module = library(tree / "modules" / "_ext.so", str(tree / "lib" / "libfoo.so.1"), *options)
    variables = {"LD_LIBRARY_PATH": path} if kind == "LD_LIBRARY_PATH" else {}
    found = Glibc(variables, LD_SO).find("libfoo.so.1", [Binary(str(module), facts_of(module))])
    assert found
    assert (os.path.realpath(found.path), found.by) == (by_loader(module, variables), kind)


@WITH_LD_SO
def test_glibc_also_replaces_tokens_in_the_name_that_a_file_needs(tree: Path) -> None:
    name = "$ORIGIN/../$LIB/libfoo.so.1"
    needed = library(tree / "needed" / "libfoo.so", f"-Wl,-soname,{name}")
    module = library(tree / "modules" / "_ext.so", str(needed))
    found = Glibc({}, LD_SO).find(name, [Binary(str(module), facts_of(module))])
    assert found
    assert os.path.realpath(found.path) == by_loader(module, {})


@ON_LINUX
def test_before_glibc_2_33_the_default_folders_say_what_lib_means(folders: dict[str, Path], tmp_path: Path) -> None:
    # This loader can't be asked, just like an old one.
    loader = tmp_path / "ld.so"
    loader.write_bytes(b"\0/lib64/\0/usr/lib64/\0")
    folders["own"].rename(tmp_path / "lib64")
    found = Glibc({}, str(loader)).find("libfoo.so.1", (elf("/x/_ext.so", f"{tmp_path}/$LIB"), PROGRAM))
    assert found == Found(f"{tmp_path}/lib64/libfoo.so.1", "RUNPATH", "/x/_ext.so")


@ON_LINUX
def test_musl_ignores_a_search_path_with_any_token_but_origin(folders: dict[str, Path]) -> None:
    module = folders["parents"] / "_ext.so"
    musl = Musl({}, "/lib/ld-musl-x86_64.so.1")
    assert musl.find("libfoo.so.1", (elf(module, "${ORIGIN}/../own"), PROGRAM))
    assert musl.find("libfoo.so.1", (elf(module, "$ORIGIN/$LIB", "$ORIGIN/../own"), PROGRAM)) is None


@ON_LINUX
def test_a_name_with_a_slash_is_a_path(folders: dict[str, Path]) -> None:
    path = f"{folders['own']}/libfoo.so.1"
    for loader in (Glibc({}, LD_SO), Musl({}, "/lib/ld-musl-x86_64.so.1")):
        assert loader.find(path, (elf("/x/_ext.so"), PROGRAM)) == Found(path, "its path")
        assert loader.find(f"{path}.0", (elf("/x/_ext.so"), PROGRAM)) is None


@pytest.mark.skipif(not shutil.which("ldconfig", path="/sbin:/usr/sbin"), reason="there is no ldconfig")
def test_the_cache_has_what_ldconfig_prints() -> None:
    ldconfig = str(shutil.which("ldconfig", path="/sbin:/usr/sbin"))
    lines = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=True).stdout.splitlines()
    printed = [(line.split()[0], line.rpartition(" => ")[2]) for line in lines if " => " in line]
    read = [(name, path) for name, paths in read_cache(Path("/etc/ld.so.cache").read_bytes()) for path in paths]
    assert sorted(read) == sorted(printed)
    assert read


def test_glibcs_loader_contains_the_default_folders() -> None:
    content = b"x\0/etc/ld.so.cache\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0y"
    folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"]
    assert default_folders(content) == folders
    assert default_folders(b"/lib/x86_64-linux-gnu\0/usr/lib\0") == []


@WITH_LD_SO
def test_the_default_folders_are_those_that_the_loader_prints() -> None:
    text = subprocess.run([LD_SO, "--help"], capture_output=True, text=True, check=True).stdout
    printed = re.findall(r"^  (/\S+) \(system search path\)$", text, re.MULTILINE)
    assert printed
    assert default_folders(Path(LD_SO).read_bytes()) == printed


@ON_LINUX
def test_a_file_of_a_default_folder_is_found_by_its_name(tmp_path: Path) -> None:
    foo = library(tmp_path / "lib" / "libfoo.so.1.0.0", soname="libfoo.so.1")
    loader = tmp_path / "ld.so"
    loader.write_bytes(b"\0/nowhere/lib/\0" + os.fsencode(foo.parent) + b"/\0")
    found = Glibc({}, str(loader)).find(foo.name, (elf("/x/_ext.so"), PROGRAM))
    assert found == Found(str(foo), "the default folders")


def cache(name: str, paths: list[str]) -> bytes:
    """Return an ld.so.cache in which a name has some paths."""
    strings = b"".join(os.fsencode(text) + b"\0" for text in [name, *paths])
    start = HEADER.size + len(paths) * ENTRY.size
    positions = [start + sum(len(os.fsencode(text)) + 1 for text in [name, *paths][:n]) for n in range(len(paths) + 1)]
    entries = (ENTRY.pack(3, start, position, 0, 0) for position in positions[1:])
    return HEADER.pack(MAGIC, len(paths), len(strings)) + b"".join(entries) + strings


@ON_LINUX
@pytest.mark.parametrize(("active", "expected"), [(0b111, "v4 v3 v2"), (0b110, "v3 v2"), (0b100, "v2"), (0, "")])
def test_the_cache_may_have_a_library_for_several_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, active: int, expected: str
) -> None:
    file = library(tmp_path / "libfoo.so.1")
    folders = {level: f"{tmp_path}/glibc-hwcaps/x86-64-{level}" for level in ("v2", "v3", "v4")}
    for folder in folders.values():
        shutil.copytree(tmp_path, folder, ignore=shutil.ignore_patterns("glibc-hwcaps"))
    # ldconfig writes the lowest level first, and the file that is for any processor last.
    paths = [*(f"{folder}/libfoo.so.1" for folder in folders.values()), str(file)]
    (tmp_path / "ld.so.cache").write_bytes(cache("libfoo.so.1", paths))
    loader = tmp_path / "ld.so"
    said = f'dl_hwcaps_subdirs="x86-64-v4:x86-64-v3:x86-64-v2"\ndl_hwcaps_subdirs_active={active:#x}\n'
    loader.write_text(f"#!/bin/sh\ncat << END\n{said}END\n")
    loader.chmod(0o755)
    monkeypatch.setattr(Glibc, "cache_file", f"{tmp_path}/ld.so.cache")
    found = [*Glibc({}, str(loader)).candidates("libfoo.so.1", (elf("/x/_ext.so"), PROGRAM))]
    wanted = [*(f"{folders[level]}/libfoo.so.1" for level in expected.split()), str(file)]
    assert found == [Found(path, "ld.so.cache") for path in wanted]


def test_a_file_that_is_not_a_cache_has_no_names() -> None:
    assert [*read_cache(b"ld.so-1.7.0")] == []


def macho(path: Path | str, *search_paths: str, identity: str | None = None) -> Binary:
    return Binary(str(path), NativeFile("Mach-O", ("arm64",), "library", identity, search_paths=search_paths))


def dylib(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return str(path)


def test_dyld_searches_the_rpaths_of_all_files_that_lead_to_a_file(tmp_path: Path) -> None:
    file = dylib(tmp_path / "libfoo" / "libfoo.1.dylib")
    child, parent = macho(tmp_path / "b" / "libbar.dylib"), macho(tmp_path / "a" / "_ext.so", "@loader_path/../libfoo")
    found = Dyld({}).find("@rpath/libfoo.1.dylib", (child, parent, macho("/usr/bin/python3")))
    assert found == Found(file, "LC_RPATH", parent.path)
    assert Dyld({}).find("@rpath/libfoo.1.dylib", (child, macho("/usr/bin/python3"))) is None


def test_dyld_expands_the_folders_of_the_file_and_of_the_program(tmp_path: Path) -> None:
    beside, of_program = dylib(tmp_path / "a" / "libfoo.dylib"), dylib(tmp_path / "bin" / "libbar.dylib")
    chain = (macho(tmp_path / "a" / "_ext.so"), macho(tmp_path / "bin" / "python3"))
    assert Dyld({}).find("@loader_path/libfoo.dylib", chain) == Found(beside, "its path", chain[0].path)
    assert Dyld({}).find("@executable_path/libbar.dylib", chain) == Found(of_program, "its path", chain[0].path)


def test_dyld_searches_its_variables_first_and_last(tmp_path: Path) -> None:
    file = dylib(tmp_path / "libfoo.dylib")
    for variable in ("DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"):
        loader = Dyld({variable: str(tmp_path)})
        assert loader.find("/opt/nowhere/libfoo.dylib", (macho("/x/_ext.so"),)) == Found(file, variable)
    assert Dyld({}).find("/opt/nowhere/libfoo.dylib", (macho("/x/_ext.so"),)) is None


@pytest.mark.parametrize("name", ["/usr/lib/libSystem.B.dylib", "/System/Library/Frameworks/Accelerate.framework/A"])
def test_parts_of_macos_need_no_file(name: str) -> None:
    assert Dyld({}).find(name, (macho("/x/_ext.so"),)) == Found(name, "macOS itself")


def test_dyld_identifies_loaded_files_by_install_name() -> None:
    image = macho("/a/libfoo.1.dylib", identity="@rpath/libfoo.1.dylib")
    assert Dyld({}).identities(image, searched=False) == {"/a/libfoo.1.dylib", "@rpath/libfoo.1.dylib"}


def test_windows_searches_beside_the_file_then_added_folders_then_its_own(tmp_path: Path) -> None:
    places = {name: dylib(tmp_path / name / "Foo-1.dll") for name in ("beside", "added")}
    places["system"] = dylib(tmp_path / "System32" / "foo-1.dll")
    loader = Windows(
        {"SYSTEMROOT": str(tmp_path), "PATH": str(tmp_path / "path")},
        {str(tmp_path / "added"): "os.add_dll_directory()"},
    )
    dylib(tmp_path / "path" / "bar.dll")
    module = Binary(str(tmp_path / "beside" / "_ext.pyd"), NativeFile("PE", ("amd64",), "library"))
    other = Binary(str(tmp_path / "other" / "_ext.pyd"), module.facts)
    python = Binary(str(tmp_path / "python.exe"), module.facts)
    assert loader.find("FOO-1.DLL", (module, python)) == Found(places["beside"], "folder", module.path)
    assert loader.find("foo-1.dll", (other, python)) == Found(places["added"], "os.add_dll_directory()")
    # The needs of a file are searched for in the folder of the module that Python opened.
    assert loader.find("foo-1.dll", (other, module, python)) == Found(places["beside"], "folder", module.path)
    without = Windows({"SYSTEMROOT": str(tmp_path)}, {})
    assert without.find("foo-1.dll", (other, python)) == Found(places["system"], "Windows itself")
    assert loader.find("bar.dll", (module, python)) is None
    assert loader.find("api-ms-win-crt-heap-l1-1-0.dll", (module, python)) is not None
    assert loader.identities(other, searched=True) == {"_ext.pyd"}
