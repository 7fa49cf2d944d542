"""Differences between Windows' loader, as Wine implements it, and ELF loaders that matter for the pattern."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import lief
import pytest

from library_wheel.platforms.windows import wine
from library_wheel.processes import CommandError, run
from library_wheel.project.builds import build_tools
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import BINARY
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

# Another library with libfoo's name. In Wine, calling an imported function that the DLL lacks ends the process.
FOREIGN = """
__declspec(dllexport) const char *foo_version(void) { return "1.0.0"; }
__declspec(dllexport) unsigned foo_version_number(void) { return 0x010000; }
"""

# The file that LoadLibraryEx() finds by the library's name. Without flags it also searches PATH and the current folder.
# ctypes' own flag, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, is the one with which CPython loads extensions.
FOUND_BY_NAME = """
import ctypes
library = ctypes.WinDLL("foo-1.dll", winmode={flags})
path = ctypes.create_unicode_buffer(32768)
ctypes.windll.kernel32.GetModuleFileNameW(ctypes.c_void_p(library._handle), path, len(path))
result = path.value
"""
ANYWHERE, WHERE_CPYTHON_LOOKS = FOUND_BY_NAME.format(flags=0), FOUND_BY_NAME.format(flags=None)

# The extension itself, without the imports of its package.
LOAD_EXTENSION = """
import importlib.util, sys
importlib.util.module_from_spec(importlib.util.spec_from_file_location("_ext", sys.argv[1]))
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and a C consumer, in a folder of their own."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


@pytest.fixture
def alone(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The C consumer without the exporter."""
    return layouts.private(wheels.repaired("consumer-ext"))


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A different DLL with the library's name."""
    library = tmp_path / "foreign" / "foo-1.dll"
    library.parent.mkdir()
    # With -s, like the platform's meson.ini. For debug information, zig would compile its C runtime again.
    command = [*compiler(), "-s", "-shared", "-x", "c", "-", "-o", library]
    subprocess.run(command, input=FOREIGN, text=True, check=True)
    return library


def needed(wheel: Path) -> dict[str, set[str]]:
    """Return the DLLs that each extension in a wheel needs."""
    with zipfile.ZipFile(wheel) as archive:
        extensions = {name: archive.read(name) for name in archive.namelist() if name.endswith(".pyd")}
    # Kept, because lief's iterators don't keep them alive.
    binaries = {name: lief.PE.parse(content) for name, content in extensions.items()}
    return {name: {dll.name for dll in binary.imports} for name, binary in binaries.items()}


def windows_path(path: Path) -> str:
    """Return a path in the form for Windows programs. Wine's drive Z: is this machine's root."""
    return f"Z:{path}".replace("/", "\\")


def extension_of(layout: Layout) -> str:
    """Return the file of the consumer's extension."""
    return windows_path(layout.homes["consumer-ext"] / "consumer_ext" / "_ext.pyd")


def test_a_consumer_finds_the_library_only_after_the_stub(layout: Layout) -> None:
    without = layout.run("-c", LOAD_EXTENSION, extension_of(layout))
    assert "ImportError: DLL load failed while importing _ext: " in without.stderr
    assert layout.run("-c", f"import libfoo\n{LOAD_EXTENSION}", extension_of(layout)).returncode == 0


def test_a_consumer_without_its_exporter_says_what_is_missing(alone: Layout) -> None:
    error = alone.error("consumer_ext")
    assert f"{error['path']} needs libfoo>=1.1,<2. The package libfoo is not installed; the loader" in error["message"]
    assert "The loader says: DLL load failed while" in error["message"]
    assert 'and Windows itself, but not PATH. Run `pip install "libfoo>=1.1,<2"`' in error["message"]


def test_a_consumer_of_two_exporters_names_the_one_that_is_missing(layouts: Layouts, wheels: Wheelhouse) -> None:
    without_libbar = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-cmake"))
    assert "needs libbar>=2.0,<3. The package libbar is not" in without_libbar.error("consumer_cmake")["message"]


def test_an_exporter_whose_library_needs_another_exporter_names_that(layouts: Layouts, wheels: Wheelhouse) -> None:
    error = layouts.private(wheels.repaired("libbar")).error("libbar")
    assert "needs libfoo>=1.1,<2. The package libfoo is not" in error["message"]


def test_a_foreign_library_on_the_path_is_not_taken(layout: Layout, alone: Layout, foreign: Path) -> None:
    path = windows_path(foreign.parent)  # Wine adds Windows' own folders to it
    assert layout.with_environment(WINEPATH=path).evaluate(ANYWHERE) == str(foreign)
    layout.with_environment(WINEPATH=path).assert_one_copy("consumer-ext")
    assert "DLL load failed" in alone.with_environment(WINEPATH=path).error("consumer_ext")["message"]


def test_a_foreign_library_in_the_current_folder_is_not_taken(layout: Layout, alone: Layout, foreign: Path) -> None:
    here = foreign.parent
    assert layout.evaluate(ANYWHERE, cwd=here) == str(foreign)
    layout.assert_one_copy("consumer-ext", cwd=here)
    assert "DLL load failed" in alone.error("consumer_ext", cwd=here)["message"]


def test_a_foreign_library_beside_the_interpreter_yields_to_the_stubs(
    layout: Layout, foreign: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "python"
    with_foreign = replace(layout, python=PLATFORM.copy_interpreter(prefix))
    shutil.copy2(foreign, prefix)
    assert with_foreign.evaluate(WHERE_CPYTHON_LOOKS) == str(prefix / "foo-1.dll")
    with_foreign.assert_one_copy("consumer-ext")


def test_a_copy_beside_the_consumers_extension_yields_to_the_stubs(layout: Layout) -> None:
    shutil.copy2(layout.homes["libfoo"] / "libfoo" / "foo-1.dll", layout.homes["libfoo"] / "consumer_ext")
    assert layout.run("-c", LOAD_EXTENSION, extension_of(layout)).returncode == 0  # alone, the extension takes it
    layout.assert_one_copy("consumer-ext")


def test_a_library_that_is_loaded_already_is_used_by_the_whole_process(layout: Layout, tmp_path: Path) -> None:
    first = Path(shutil.copy2(layout.homes["libfoo"] / "libfoo" / "foo-1.dll", tmp_path))
    load = f"import ctypes; ctypes.WinDLL({windows_path(first)!r})"
    assert layout.evaluate(f"{load}; import libfoo; result = libfoo.get_loaded_library()") == str(first)
    # The file that an error names if that library does not fit.
    another = "import libfoo; from libfoo import diagnosis; result = diagnosis.another_copy([libfoo.get_library()], '')"
    assert layout.evaluate(f"{load}; {another}") == str(first)
    assert layout.evaluate(another) is None


def test_an_older_library_that_is_loaded_already_is_named(layout: Layout, foreign: Path) -> None:
    result = layout.run("-c", f"import ctypes; ctypes.WinDLL({windows_path(foreign)!r}); import consumer_ext")
    assert f"of the library foo or a later compatible one, but 1.0.0 is already loaded from {foreign}." in result.stderr


def test_a_library_in_use_can_be_moved_but_not_removed(layout: Layout) -> None:
    use = "import libfoo, os; library = libfoo.get_library()"
    assert "PermissionError: [WinError 5] " in layout.run("-c", f"{use}; os.remove(library)").stderr
    # pip moves files that it uninstalls.
    assert layout.run("-c", f"{use}; os.rename(library, library + '.old')").returncode == 0


@pytest.mark.parametrize("distribution", BINARY)
def test_extensions_need_the_stable_abi_and_the_library_by_name(wheels: Wheelhouse, distribution: str) -> None:
    extensions = needed(wheels.repaired(distribution))
    assert extensions
    for dlls in extensions.values():
        assert [name for name in dlls if name.startswith("python")] == ["python3.dll"]
        assert dlls & {"foo-1.dll", "bar-2.dll"}


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_has_import_libraries_of_its_own_libraries_only(wheels: Wheelhouse, distribution: str) -> None:
    with zipfile.ZipFile(wheels.repaired(distribution)) as archive:
        found = {name for name in archive.namelist() if name.endswith((".a", ".lib"))}
    expected = {"libfoo": {"libfoo/foo.dll.a"}, "libbar": {"libbar/bar.dll.a", "libbar/barutil.dll.a"}}
    assert found == expected.get(distribution, set())


def test_delvewheel_does_not_find_a_library_that_is_not_excluded(wheels: Wheelhouse, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        run(["delvewheel", "repair", "--wheel-dir", tmp_path, wheels.wheel("consumer-ext")], clean_environment())
    assert "foo-1.dll" in str(failure.value)


def test_a_library_that_delvewheel_bundles_is_a_second_copy(layout: Layout, wheels: Wheelhouse, tmp_path: Path) -> None:
    exporter = layout.homes["libfoo"] / "libfoo"
    options = ["--wheel-dir", tmp_path, "--add-path", exporter]
    run(["delvewheel", "repair", *options, wheels.wheel("consumer-ext")], clean_environment())
    (bundling,) = tmp_path.glob("*.whl")
    shutil.rmtree(layout.homes["libfoo"] / "consumer_ext")
    shutil.unpack_archive(bundling, layout.homes["libfoo"], format="zip")
    images = layout.probe("consumer_ext")["images"]
    assert [Path(image).parent.name for image in images] == ["consumer_ext.libs", "libfoo"]
    with pytest.raises(AssertionError):
        layout.assert_one_copy("consumer-ext")


@pytest.mark.parametrize("distribution", BINARY)
def test_delvewheel_bundles_nothing_that_an_exporter_has(wheels: Wheelhouse, distribution: str) -> None:
    with zipfile.ZipFile(wheels.repaired(distribution)) as archive:
        found = {Path(name).name for name in archive.namelist() if name.endswith(".dll")}
    assert found == {"libfoo": {"foo-1.dll"}, "libbar": {"bar-2.dll", "barutil-2.dll"}}.get(distribution, set())


# A file may be loaded at any 64-bit address, and its data is not executable.
PROTECTIONS = [
    lief.PE.OptionalHeader.DLL_CHARACTERISTICS.DYNAMIC_BASE,
    lief.PE.OptionalHeader.DLL_CHARACTERISTICS.HIGH_ENTROPY_VA,
    lief.PE.OptionalHeader.DLL_CHARACTERISTICS.NX_COMPAT,
]


def unprotected(wheel: Path, directory: Path) -> list[str]:
    """Return the libraries and extensions of a wheel that lack one of the protections."""
    shutil.unpack_archive(wheel, directory, format="zip")
    files = [file for file in directory.rglob("*") if file.suffix in (".dll", ".pyd")]
    assert files
    binaries = {file.name: lief.PE.parse(file) for file in files}
    return [
        name
        for name, binary in binaries.items()
        if not set(binary.optional_header.dll_characteristics_lists) >= set(PROTECTIONS)
    ]


@pytest.mark.parametrize("distribution", BINARY)
def test_each_library_and_extension_is_protected(wheels: Wheelhouse, tmp_path: Path, distribution: str) -> None:
    assert unprotected(wheels.repaired(distribution), tmp_path) == []


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_a_library_without_a_protection_would_be_noticed(
    foreign: Path, tmp_path: Path, protection: lief.PE.OptionalHeader.DLL_CHARACTERISTICS
) -> None:
    binary = lief.PE.parse(foreign)
    binary.optional_header.remove(protection)
    binary.write(foreign)
    with zipfile.ZipFile(tmp_path / "wheel.whl", "w") as archive:
        archive.write(foreign, "libfoo/foo-1.dll")
    assert unprotected(tmp_path / "wheel.whl", tmp_path / "unpacked") == ["foo-1.dll"]


PROGRAM = """
#include <stdio.h>
#include "foo.h"
int main(void) { puts(foo_version()); return 0; }
"""


def run_program(program: Path, exporter: Path) -> str:
    """Run a program with the library beside it; return its output."""
    shutil.copy2(exporter / "foo-1.dll", program.parent)
    return run([wine.script(program.with_suffix(""), program)]).strip()


def test_a_program_links_with_the_flags_of_pkg_config(layout: Layout, tmp_path: Path) -> None:
    exporter, tools = layout.homes["libfoo"] / "libfoo", build_tools()
    variables = {"PYTHONPATH": str(tools), "PKG_CONFIG_PATH": str(exporter / "pkgconfig")}
    flags = run([tools / "bin" / "pkgconf-pypi", "--cflags", "--libs", "foo"], clean_environment(variables)).split()
    (tmp_path / "main.c").write_text(PROGRAM)
    run([*compiler(), "-s", tmp_path / "main.c", *flags, "-o", tmp_path / "program.exe"])
    assert run_program(tmp_path / "program.exe", exporter) == "1.1.0"


def test_a_program_links_with_the_target_of_cmake(layout: Layout, tmp_path: Path) -> None:
    exporter, tools = layout.homes["libfoo"] / "libfoo", build_tools()
    (tmp_path / "main.c").write_text(PROGRAM)
    (tmp_path / "CMakeLists.txt").write_text(
        """
        cmake_minimum_required(VERSION 3.20)
        project(example C)
        find_package(foo 1.1 CONFIG REQUIRED)
        add_executable(program main.c)
        target_link_libraries(program PRIVATE foo::foo)
        """
    )
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={PLATFORM.files / 'toolchain.cmake'}"
    options = ["-GNinja", f"-DCMAKE_MAKE_PROGRAM={tools / 'bin' / 'ninja'}", toolchain, f"-Dfoo_ROOT={exporter}"]
    environment = clean_environment({"PYTHONPATH": str(tools)})
    run([tools / "bin" / "cmake", "-S", tmp_path, "-B", tmp_path / "build", *options], environment)
    run([tools / "bin" / "cmake", "--build", tmp_path / "build"], environment)
    assert run_program(tmp_path / "build" / "program.exe", exporter) == "1.1.0"
