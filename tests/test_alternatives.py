"""Alternatives to the stub, in the scenarios of the native_lib_loader project."""

import shutil
import subprocess
from pathlib import Path

import pytest

from library_wheel.project.builds import repair
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import needed
from library_wheel.project.loaders import LOADER
from library_wheel.project.packages import ANSWER, ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse, variant
from support import releases, variants

pytestmark = pytest.mark.needs("ELF")

STUBLESS = """
import pathlib
from ._library_loader import LibraryLoader, PlatformLibrary

__version__ = "?"
_here = pathlib.Path(__file__).resolve().parent
loader = LibraryLoader({{name: PlatformLibrary(Linux=_here / file) for name, file in {libraries}}})
loader.load()
"""


def without_stub(package: Path, *libraries: tuple[str, str]) -> None:
    """Turn an exporter's package into one that loads its libraries through ctypes."""
    for file in package.glob("*.*"):
        if ".so." not in file.name:
            file.unlink()
    shutil.copy2(ROOT / "examples" / "vendorable" / "library_loader.py", package / "_library_loader.py")
    (package / "__init__.py").write_text(STUBLESS.format(libraries=list(libraries)))


@pytest.mark.needs("match by name")
def test_without_a_stub_two_libraries_in_one_package_work(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), *wheels.consumer("consumer-cmake"))
    without_stub(layout.homes["libbar"] / "libbar", ("barutil", "libbarutil.so.2"), ("bar", "libbar.so.2"))
    code = "import libfoo, consumer_cmake as c; result = [c.intern('eggs'), c.words('spam eggs')]"
    assert layout.evaluate(code) == [1, [2, 1]]


COLLIDING = """
import consumer_ext as one, consumer_ext2 as two
result = [one._ext.library_version(), two._ext.library_version(), one.intern("alpha"), two.intern("beta")]
"""


@pytest.fixture
def colliding(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Two exporters without stubs whose libraries define the same names, each with a consumer."""
    second = variant(releases.second_major, "libfoo", "consumer-ext")
    first = [wheels.repaired("libfoo"), wheels.repaired("consumer-ext")]
    layout = layouts.private(*first, second.wheel("libfoo2"), second.wheel("consumer-ext2"))
    without_stub(layout.homes["libfoo"] / "libfoo", ("foo", "libfoo.so.1"))
    without_stub(layout.homes["libfoo"] / "libfoo2", ("foo", "libfoo.so.2"))
    return layout


@pytest.mark.needs("match by name")
def test_two_packages_with_colliding_symbols_each_use_their_own(colliding: Layout) -> None:
    assert colliding.evaluate(COLLIDING) == ["1.1.0", "2.0.0", 1, 1]


@pytest.mark.needs("match by name")
def test_with_rtld_global_their_symbols_would_collide(colliding: Layout) -> None:
    for package in ("libfoo", "libfoo2"):
        file = colliding.homes["libfoo"] / package / "_library_loader.py"
        replace_once(file, "CDLL(str(path), RTLD_LOCAL)", "CDLL(str(path), 0x100)")
    assert colliding.evaluate(COLLIDING) == ["1.1.0", "1.1.0", 1, 2]


@pytest.fixture
def without_import(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Exporter and consumer in one folder; the consumer does not import the exporter."""
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))
    init = layout.homes["consumer-ext"] / "consumer_ext" / "__init__.py"
    init.write_text("from ._ext import count, hash, intern, name\n")
    return layout


def test_without_the_exporters_import_nothing_is_found(without_import: Layout) -> None:
    assert LOADER.missing("libfoo.so.1") in without_import.error("consumer_ext")["message"]


def with_rpath(layout: Layout) -> None:
    """Make the consumer's extension search the exporter's package, beside its own."""
    extension = layout.homes["consumer-ext"] / "consumer_ext" / PLATFORM.extension("_ext")
    subprocess.run(["patchelf", "--set-rpath", "$ORIGIN/../libfoo", extension], check=True)


def test_an_rpath_leads_to_the_exporter_in_the_same_site_packages(without_import: Layout) -> None:
    with_rpath(without_import)
    assert without_import.probe("consumer_ext")["answers"] == {"consumer_ext": ANSWER}


def test_an_rpath_does_not_lead_to_another_site_packages(without_import: Layout, tmp_path: Path) -> None:
    with_rpath(without_import)
    elsewhere = shutil.move(without_import.homes["libfoo"] / "libfoo", tmp_path)
    path = f"{without_import.homes['consumer-ext']}:{Path(elsewhere).parent}"
    message = without_import.with_environment(PYTHONPATH=path).error("consumer_ext")["message"]
    assert LOADER.missing("libfoo.so.1") in message


def test_an_environment_variable_set_by_python_comes_too_late(without_import: Layout) -> None:
    package = without_import.homes["libfoo"] / "libfoo"
    code = f"import os; os.environ['LD_LIBRARY_PATH'] = {str(package)!r}; import consumer_ext"
    assert LOADER.missing("libfoo.so.1") in without_import.run("-c", code).stderr


def test_an_environment_variable_set_before_works_for_every_program_that_the_process_starts(
    without_import: Layout,
) -> None:
    package = without_import.homes["libfoo"] / "libfoo"
    layout = without_import.with_environment(LD_LIBRARY_PATH=package)
    assert layout.probe("consumer_ext")["answers"] == {"consumer_ext": ANSWER}
    code = "import subprocess; result = subprocess.check_output(['env'], text=True).split()"
    assert f"LD_LIBRARY_PATH={package}" in layout.evaluate(code)


def test_without_a_soname_the_consumer_needs_a_file_of_its_build_environment(layouts: Layouts) -> None:
    built = variant(variants.library_without_soname, "libfoo", "consumer-ext")
    layout = layouts.private(built.wheel("libfoo"), built.wheel("consumer-ext"))
    extension = layout.homes["consumer-ext"] / "consumer_ext" / PLATFORM.extension("_ext")
    (path,) = (name for name in needed(extension) if "foo" in name)
    assert Path(path).is_absolute()
    assert LOADER.missing(path) in layout.error("consumer_ext")["message"]


IDS_AND_COPIES = """
import consumer_ext, consumer_cython
ids = [consumer_ext.intern("alpha"), consumer_cython.intern("beta")]
files = {line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if "/libfoo" in line}
result = [ids, len(files)]
"""


@pytest.mark.parametrize(
    ("end", "ids_and_copies"), [(b"", [[1, 2], 1]), (b"\0", [[1, 1], 2])], ids=["the same file", "another"]
)
def test_consumers_that_bundle_share_a_copy_only_if_it_is_the_same_file(
    layouts: Layouts, wheels: Wheelhouse, tmp_path: Path, end: bytes, ids_and_copies: list[object]
) -> None:
    layout = layouts.private()
    for consumer, more in {"consumer-ext": b"", "consumer-cython": end}.items():
        exporter = layouts.private(wheels.repaired("libfoo")).homes["libfoo"] / "libfoo"
        with (exporter / "libfoo.so.1").open("ab") as library:
            library.write(more)
        found = {"LD_LIBRARY_PATH": str(exporter)}  # auditwheel bundles the library from here
        repair(wheels.wheel(consumer), tmp_path / consumer, exporters=(), environment=found)
        (bundling,) = (tmp_path / consumer).glob("*.whl")
        shutil.unpack_archive(bundling, layout.homes["libfoo"], format="zip")
    # auditwheel derives a copy's name from the file's content, and the loader identifies the copy by its name.
    assert layout.evaluate(IDS_AND_COPIES) == ids_and_copies
