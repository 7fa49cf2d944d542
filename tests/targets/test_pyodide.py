"""Differences between Emscripten's loader, in Pyodide, and ELF loaders that matter for the pattern."""

import importlib.metadata
import shutil
import zipfile
from pathlib import Path

import pytest

from library_wheel.platforms.pyodide.interpreter import node
from library_wheel.processes import CommandError, run
from library_wheel.project import edits
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import BINARY
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse, variant
from support.dylink import Dylink, read_dylink
from support.long_paths import at_a_path_of

NOT_FOUND = 'Unexpected call to locateFile("libfoo.so.1")'

# The extension itself, without the imports of its package.
LOAD_EXTENSION = """
import importlib.util, sys
def load():
    return importlib.util.module_from_spec(importlib.util.spec_from_file_location("_ext", sys.argv[1]))
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and a C consumer, in a folder of their own."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


@pytest.fixture
def apart(layout: Layout) -> Layout:
    """The exporter and a C consumer, each in a folder of its own."""
    home = layout.homes["libfoo"]
    elsewhere = home.with_name(f"{home.name}-elsewhere")
    elsewhere.mkdir()
    shutil.move(home / "consumer_ext", elsewhere)
    return layout.with_environment(PYTHONPATH=f"{home}:{elsewhere}")


def extension_of(layout: Layout) -> Path:
    """Return the file of the consumer's extension."""
    (folder,) = (
        Path(path) for path in layout.environment["PYTHONPATH"].split(":") if Path(path, "consumer_ext").is_dir()
    )
    return folder / "consumer_ext" / "_ext.abi3.so"


def error_of(layout: Layout, code: str) -> str:
    """Run code in which load() loads the consumer's extension; return the last line of the error, or ""."""
    result = layout.run("-c", LOAD_EXTENSION + code, extension_of(layout))
    assert (result.returncode == 0) == (result.stderr == "")
    return "".join(result.stderr.splitlines()[-1:])


def test_a_consumer_elsewhere_finds_the_library_only_after_the_stub(apart: Layout) -> None:
    assert error_of(apart, "load()") == f"Error: {NOT_FOUND}"
    assert error_of(apart, "import libfoo; load()") == ""


def test_without_the_exporters_folder_in_the_search_path_the_stub_does_not_help(apart: Layout) -> None:
    init = apart.homes["libfoo"] / "libfoo" / "__init__.py"
    replace_once(init, 'if sys.platform == "emscripten":', "if False:")
    assert error_of(apart, "import libfoo; load()") == f"Error: {NOT_FOUND}"


def test_a_callers_search_path_has_no_effect(apart: Layout) -> None:
    exporter = apart.homes["libfoo"] / "libfoo"
    assert error_of(apart.with_environment(LD_LIBRARY_PATH=exporter), "load()") == f"Error: {NOT_FOUND}"
    in_time = f"import os; os.environ['LD_LIBRARY_PATH'] = {str(exporter)!r}; load()"
    assert error_of(apart, in_time) == ""


def test_a_library_that_ctypes_opened_by_its_path_is_not_found_by_extensions(apart: Layout) -> None:
    library = apart.homes["libfoo"] / "libfoo" / "libfoo.so.1"
    for mode in ("RTLD_LOCAL", "RTLD_GLOBAL"):
        opened = f"import ctypes; ctypes.CDLL({str(library)!r}, ctypes.{mode})"
        assert error_of(apart, f"{opened}; load()") == f"Error: {NOT_FOUND}"


def test_an_extension_that_failed_once_fails_with_another_error_from_then_on(apart: Layout) -> None:
    retry = "try: load()\nexcept ImportError: import libfoo; load()"
    assert "dynamic module does not define module export function" in error_of(apart, retry)


def test_in_the_same_site_packages_the_runpath_is_enough(layout: Layout) -> None:
    assert error_of(layout, "load()") == ""


def counts_beside_a_copy(apart: Layout, directory: Path, mode: str) -> list[int]:
    """Open a copy of the library and use it, then the consumer.

    Return the id of the consumer's string, and the numbers of strings in the copy and in the exporter's library.
    """
    own = apart.homes["libfoo"] / "libfoo" / "libfoo.so.1"
    copy = shutil.copy2(own, directory)
    code = f"""
import ctypes
copy = ctypes.CDLL({str(copy)!r}, ctypes.{mode})
copy.foo_intern(b"alpha")
import consumer_ext, libfoo
own = ctypes.CDLL({str(own)!r})
assert libfoo.get_loaded_library() == {str(own)!r}
result = [consumer_ext.intern("beta"), copy.foo_count(), own.foo_count()]
"""
    return apart.evaluate(code)


def test_a_copy_that_was_opened_before_is_a_second_one_that_nothing_uses(apart: Layout, tmp_path: Path) -> None:
    assert counts_beside_a_copy(apart, tmp_path, "RTLD_LOCAL") == [1, 1, 1]


def test_a_copy_that_was_opened_globally_is_used_by_everything_without_a_report(apart: Layout, tmp_path: Path) -> None:
    assert counts_beside_a_copy(apart, tmp_path, "RTLD_GLOBAL") == [2, 2, 0]


def test_a_missing_function_is_noticed_only_when_it_is_called(layouts: Layouts, wheels: Wheelhouse) -> None:
    linked = variant(edits.not_linked, "consumer-ext")
    layout = layouts.private(wheels.repaired("libfoo"), linked.wheel("consumer-ext"))
    assert (
        "Dynamic linking error: cannot resolve symbol foo_count"
        in layout.run("-c", "import consumer_ext; consumer_ext.count()").stderr
    )


@pytest.mark.parametrize(("length", "found"), [(511, True), (512, False)])
def test_a_library_is_found_by_a_path_of_511_bytes_at_most(
    layouts: Layouts, wheels: Wheelhouse, length: int, found: bool
) -> None:
    seen = at_a_path_of(length, layouts, wheels).probe("libfoo")
    assert ("error" not in seen) == found


def modules(wheel: Path) -> dict[str, Dylink]:
    """Return the libraries that each WebAssembly file in a wheel needs."""
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return {name: read_dylink(content) for name, content in contents.items() if content.startswith(b"\0asm")}


BESIDE = ["$ORIGIN/../libfoo", "$ORIGIN/../../libfoo", "$ORIGIN/../libbar", "$ORIGIN"]


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_needs_libraries_by_name_and_looks_for_them_in_site_packages(
    wheels: Wheelhouse, distribution: str
) -> None:
    found = modules(wheels.repaired(distribution))
    libraries = {"libfoo.so.1", "libbar.so.2", "libbarutil.so.2"}
    for name, module in found.items():
        assert set(module.needed) <= libraries
        assert bool(module.needed) == (not name.endswith(("libfoo.so.1", "libbarutil.so.2")))
        assert set(module.runpath) <= set(BESIDE)
    assert {"libfoo.so.1", "libbar.so.2"} & {library for module in found.values() for library in module.needed}


# Pyodide's own interface, without the command line.
SCRIPT = """
const [runtime, root, code] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const python = await loadPyodide();
python.FS.mkdirTree(root);
python.mountNodeFS(root, root);
try {
  console.log(String(await python.runPythonAsync(code)));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
"""

USE = """
import consumer_ext, libfoo, pyodide_js
loaded = pyodide_js._module.LDSO.loadedLibsByName.object_keys()
copies = [name for name in loaded if name.endswith("libfoo.so.1")]
[consumer_ext.intern("alpha"), consumer_ext.intern("beta"), copies]
"""
ONE_COPY = "[1, 2, ['/lib/python3.14/site-packages/libfoo/libfoo.so.1']]"


@pytest.fixture
def published(wheels: Wheelhouse, tmp_path: Path) -> Path:
    """A folder with the wheels of exporter and consumer."""
    for name in ("libfoo", "consumer-ext"):
        shutil.copy2(wheels.repaired(name), tmp_path)
    return tmp_path


def run_script(folder: Path, code: str) -> str:
    """Run asynchronous code in Pyodide, with a folder mounted, and return its result as text."""
    script = folder / "script.mjs"
    script.write_text(SCRIPT)
    command = [node(), script, PLATFORM.interpreter.prefix / "pyodide", folder, code]
    return run(command).strip().splitlines()[-1]


def load_packages(published: Path, *distributions: str) -> str:
    """Return code that passes wheels to loadPackage(), one after the other."""
    files = [str(next(published.glob(f"{name}-*.whl"))) for name in distributions]
    return f"import pyodide_js\nfor wheel in {files}: await pyodide_js.loadPackage(wheel)\n"


def test_load_package_loads_exporter_and_consumer(published: Path) -> None:
    assert run_script(published, load_packages(published, "libfoo", "consumer_ext") + USE) == ONE_COPY


def test_load_package_needs_the_exporter_first(published: Path) -> None:
    with pytest.raises(CommandError) as failure:
        run_script(published, load_packages(published, "consumer_ext", "libfoo") + USE)
    assert "does not define module export function" in str(failure.value)


def test_micropip_installs_the_exporter_with_a_consumer(published: Path) -> None:
    for name in ("micropip", "packaging"):
        package = importlib.metadata.distribution(name).locate_file(name)
        shutil.copytree(package, published / name)
    urls = [f"emfs:{wheel}" for wheel in sorted(published.glob("*.whl"))]
    install = f"import sys; sys.path.append({str(published)!r})\nimport micropip\nawait micropip.install({urls})\n"
    assert run_script(published, install + USE) == ONE_COPY
