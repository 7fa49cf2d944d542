"""A package that knows nothing of the exporter: what can import the exporter first, and how -lfoo finds the library."""

import subprocess
from pathlib import Path

import pytest

from library_wheel.project.elf import read_elf
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import LIBRARY_FILE
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter, and a package that has only an extension which needs the library."""
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))
    package = layout.homes["libfoo"] / "consumer_ext"
    (package / "__init__.py").write_text("from ._ext import intern\n")
    return layout


def use(layout: Layout, before: str = "") -> subprocess.CompletedProcess[str]:
    """Use the package, after code that its user writes."""
    code = f"{before}\nimport consumer_ext, sys; print(consumer_ext.intern('alpha'), sys.modules['libfoo'].__version__)"
    return layout.run("-c", code)


def test_without_the_exporters_import_the_library_is_not_found(layouts: Layouts, layout: Layout) -> None:
    if layouts.other_copies():
        pytest.skip("the loader finds this machine's own copy")
    assert "libfoo.so.1: cannot open shared object file" in use(layout).stderr


def test_a_program_imports_the_exporter_first(layout: Layout) -> None:
    assert use(layout, "import libfoo").stdout == "1 1.1.0\n"


def test_a_sitecustomize_imports_the_exporter(layout: Layout) -> None:
    (layout.homes["libfoo"] / "sitecustomize.py").write_text("import libfoo\n")
    assert use(layout).stdout == "1 1.1.0\n"


def test_a_line_in_the_packages_init_imports_the_exporter(layout: Layout) -> None:
    init = layout.homes["libfoo"] / "consumer_ext" / "__init__.py"
    init.write_text(f"import libfoo\n{init.read_text()}")
    assert use(layout).stdout == "1 1.1.0\n"


def test_the_exporters_folder_in_the_loaders_path_needs_no_import(layout: Layout) -> None:
    there = layout.with_environment(LD_LIBRARY_PATH=layout.homes["libfoo"] / "libfoo")
    assert there.evaluate("import consumer_ext, sys; result = 'libfoo' in sys.modules") is False


SOURCE = 'unsigned foo_intern(const char *); unsigned use(void) { return foo_intern("alpha"); }'


def link(layout: Layout, folder: Path, library: str) -> subprocess.CompletedProcess[str]:
    """Link a file that calls the library with -lfoo; a folder has what -lfoo means there."""
    package = layout.homes["libfoo"] / "libfoo"
    (folder / "libfoo.so").write_text(library)
    (folder / "use.c").write_text(SOURCE)
    variables = {"CPATH": str(package / "include"), "LIBRARY_PATH": f"{folder}:{package}"}
    command = [
        *compiler(),
        "-shared",
        "-fPIC",
        "-Wl,--no-undefined",
        folder / "use.c",
        "-o",
        folder / "use.so",
        "-lfoo",
    ]
    return subprocess.run(command, env=clean_environment(variables), capture_output=True, text=True)


def test_a_linker_script_makes_dash_l_find_the_library_without_a_runpath(layout: Layout, tmp_path: Path) -> None:
    result = link(layout, tmp_path, f"INPUT({LIBRARY_FILE})\n")
    assert result.returncode == 0, result.stderr
    made = read_elf((tmp_path / "use.so").read_bytes())
    assert LIBRARY_FILE in made.needed
    assert (made.rpath, made.runpath) == (None, None)


def test_without_the_script_dash_l_finds_nothing_of_the_exporter(
    layouts: Layouts, layout: Layout, tmp_path: Path
) -> None:
    if layouts.other_copies():
        pytest.skip("the linker finds this machine's own copy")
    assert link(layout, tmp_path, "").returncode != 0
