"""Errors are about the file that the loader named, even if it is neither the exporter's nor the consumer's."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compile_library
from library_wheel.project.loaders import LOADER
from library_wheel.project.packages import CONSUMERS, PACKAGES
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse

pytestmark = pytest.mark.needs("ELF")

NEEDED = LOADER.file("needed", "1")


@pytest.fixture
def _no_other_copy(layouts: Layouts) -> None:
    """Skip a test of messages about missing libraries if the loader finds this machine's own copy."""
    if copies := layouts.other_copies():
        pytest.skip(f"this machine has {' '.join(copies)}")


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and every consumer, in a folder of its own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def file_of(layout: Layout, name: str) -> Path:
    """Return a file of an installed package."""
    return layout.homes["libfoo"] / name


LIBRARY = "libfoo/libfoo.so.1"


def stub() -> str:
    """Return the path of the exporter's stub."""
    return f"libfoo/{PLATFORM.extension('_init')}"


def extension() -> str:
    """Return the path of the consumer's extension module."""
    return f"consumer_ext/{PLATFORM.extension('_ext')}"


def needs_another(file: Path) -> None:
    """Let a library or extension need one more library."""
    subprocess.run(["patchelf", "--add-needed", NEEDED, file], check=True)


@pytest.mark.parametrize("module", ["libfoo", *(PACKAGES[name].module for name in CONSUMERS)])
def test_a_library_that_the_exporters_needs_is_missing(layout: Layout, module: str) -> None:
    needs_another(file_of(layout, LIBRARY))
    message = layout.error(module)["message"]
    assert message.startswith(
        f"libfoo can't be loaded: it needs {NEEDED}, which the loader can't find. Install the system package "
        f"that has {NEEDED}. The loader says: {LOADER.missing(NEEDED)}"
    )


def test_a_library_that_a_consumers_extension_needs_is_missing(layout: Layout) -> None:
    needs_another(file_of(layout, extension()))
    message = layout.error("consumer_ext")["message"]
    assert message.startswith(
        f"{file_of(layout, extension())} needs {NEEDED}, which the loader can't find. Install the system package "
        f"that has {NEEDED}. The loader says: {LOADER.missing(NEEDED)}"
    )
    assert "pip install" not in message


def test_with_that_library_they_can_be_loaded(layout: Layout, tmp_path: Path) -> None:
    for name in (LIBRARY, extension()):
        needs_another(file_of(layout, name))
    compile_library(tmp_path / NEEDED, "int needed(void) { return 1; }")
    layout.with_environment(LD_LIBRARY_PATH=tmp_path).assert_one_copy("consumer-ext")


def versioned(directory: Path, version: str) -> Path:
    """Compile a library with a symbol version."""
    directory.mkdir()
    (directory / "map").write_text(f"{version} {{ global: needed; local: *; }};")
    script = f"-Wl,--version-script={directory / 'map'}"
    return compile_library(directory / NEEDED, "int needed(void) { return 1; }", script)


@pytest.mark.needs("symbol versions")
def test_a_library_that_a_consumers_extension_needs_is_too_old(layout: Layout, tmp_path: Path) -> None:
    newer, older = versioned(tmp_path / "newer", "NEEDED_2.0"), versioned(tmp_path / "older", "NEEDED_1.0")
    source = "int needed(void); int use(void) { return needed(); }"
    link = ("-Wl,--no-as-needed", f"-L{newer.parent}", f"-l:{NEEDED}")
    compiled = compile_library(tmp_path / "_ext.so", source, *link)
    file_of(layout, extension()).write_bytes(compiled.read_bytes())
    message = layout.with_environment(LD_LIBRARY_PATH=older.parent).error("consumer_ext")["message"]
    assert message.startswith(
        f"{file_of(layout, extension())} needs NEEDED_2.0, which {older} does not have. Update {NEEDED}, or install a "
        "build for a system as old as this one. The loader says: "
    )
    assert "libfoo" not in message


def test_where_no_cure_is_known_the_error_is_the_loaders(layout: Layout) -> None:
    file_of(layout, stub()).write_bytes(file_of(layout, LIBRARY).read_bytes())
    # CPython's words, and PyPy's.
    said = "(dynamic module|function) .*PyInit_{}.*"
    assert re.fullmatch(f"libfoo can't be loaded: {said.format('_init')}", layout.error("libfoo")["message"])
    file_of(layout, extension()).write_bytes(file_of(layout, LIBRARY).read_bytes())
    file_of(layout, "libfoo/__init__.py").write_text("__version__ = '1.1.0'")
    assert re.fullmatch(said.format("_ext"), layout.error("consumer_ext")["message"])


@pytest.fixture
def noexec(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system that is mounted noexec."""
    folder = tmp_path / "noexec"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "noexec", "none", folder], capture_output=True).returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.needs("noexec")
@pytest.mark.parametrize("module", ["libfoo", "consumer_ext"])
def test_a_site_packages_is_mounted_noexec(
    layouts: Layouts, layout: Layout, wheels: Wheelhouse, noexec: Path, module: str
) -> None:
    package = "libfoo" if module == "libfoo" else "consumer-ext"
    layouts.unpack(noexec, wheels.repaired(package))
    there = layout.with_environment(PYTHONPATH=f"{noexec}:{layout.environment['PYTHONPATH']}")
    file = noexec / (stub() if module == "libfoo" else extension())
    assert f"{file} is on a file system that is mounted noexec. Install it on another" in there.error(module)["message"]


UNDECODABLE = """
import mmap
with open({folder!r}.encode() + b"/\\xff\\xfe", "w+b") as file:
    file.truncate(1)
    mapped = mmap.mmap(file.fileno(), 1)
"""
UNREADABLE = """
import builtins
def refuse(name, *arguments, original=open, **options):
    if str(name).startswith("/proc/self/maps"):
        raise PermissionError(13, "Permission denied", name)
    return original(name, *arguments, **options)
builtins.open = refuse
"""
IMPORT = """
try:
    import {module}
    result = None
except Exception as error:
    result = [type(error).__name__, str(error)]
"""


# A 64-bit kernel below a 32-bit interpreter, as on Raspberry Pi OS, names another processor than the wheel does.
ANOTHER_KERNEL = "import os; names = os.uname(); os.uname = lambda: os.uname_result((*names[:4], 'another'))"


@pytest.mark.usefixtures("_no_other_copy")
def test_a_wheel_is_for_the_interpreters_processor_not_the_kernels(layout: Layout) -> None:
    file_of(layout, LIBRARY).unlink()
    kind, message = layout.evaluate(f"{ANOTHER_KERNEL}\n{IMPORT.format(module='libfoo')}")
    assert kind == "ImportError"
    assert message.startswith(f"libfoo can't be loaded: {file_of(layout, LIBRARY)} is missing. Reinstall it: ")


@pytest.mark.needs("machine check")
def test_a_wheel_for_another_processor_is_recognised_by_its_files(layout: Layout) -> None:
    for name in (LIBRARY, stub()):
        content = bytearray(file_of(layout, name).read_bytes())
        content[18] = 8  # the machine in the ELF header: MIPS
        file_of(layout, name).write_bytes(content)
    (record,) = layout.homes["libfoo"].glob("libfoo-*.dist-info/WHEEL")
    record.write_text(re.sub("(?m)^(Tag: .+linux.*?)_[a-z].*$", r"\1_mips", record.read_text()))
    problem = f"{file_of(layout, stub())} is for a different processor architecture than this interpreter"
    assert layout.error("libfoo")["message"].startswith(f"libfoo can't be loaded: {problem}. Install it with the pip ")


@pytest.mark.parametrize("module", ["libfoo", "consumer_ext", "consumer_pure"])
@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (UNDECODABLE, "has lost the RUNPATH that leads the loader to it. Reinstall it: pip "),
        (UNREADABLE, "libfoo can't be loaded: "),
    ],
    ids=["undecodable", "unreadable"],
)
@pytest.mark.usefixtures("_no_other_copy")
def test_the_list_of_mapped_files_is(layout: Layout, tmp_path: Path, condition: str, said: str, module: str) -> None:
    subprocess.run(["patchelf", "--remove-rpath", file_of(layout, stub())], check=True)
    code = condition.format(folder=str(tmp_path)) + IMPORT.format(module=module)
    kind, message = layout.evaluate(code)
    assert kind == "ImportError"
    assert said in message
    assert LOADER.missing("libfoo.so.1") in message


@pytest.mark.usefixtures("_no_other_copy")
def test_whatever_happens_in_an_explanation_the_loaders_words_arrive(layout: Layout) -> None:
    file_of(layout, LIBRARY).unlink()
    file_of(layout, "libfoo/_libraries.py").unlink()
    assert layout.error("libfoo")["message"].startswith(f"libfoo can't be loaded: {LOADER.missing('libfoo.so.1')}")
    replace_once(file_of(layout, "libfoo/diagnosis.py"), "suppress(Exception)", "suppress(ZeroDivisionError)")
    assert layout.error("libfoo")["name"] == "libfoo._libraries"


@pytest.mark.usefixtures("_no_other_copy")
def test_whatever_happens_in_a_consumers_explanation_the_loaders_words_arrive(layout: Layout) -> None:
    file_of(layout, "libfoo/__init__.py").write_text("__version__ = object()")
    assert layout.error("consumer_ext")["message"].startswith(LOADER.missing("libfoo.so.1"))
    explanation = file_of(layout, "consumer_ext/_loading_error.py")
    replace_once(explanation, "contextlib.suppress(Exception)", "contextlib.suppress(ZeroDivisionError)")
    assert "TypeError" in layout.run("-c", "import consumer_ext").stderr
