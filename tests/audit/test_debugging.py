"""ldd, glibc's LD_DEBUG and `library-wheel loaded` show the facts about a consumer that docs/debugging.md describes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import LIBRARY_FILE
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment


@pytest.fixture(scope="module")
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Exporter and consumer, in a folder of their own."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


def extension(layout: Layout) -> Path:
    """Return the consumer's extension."""
    return layout.homes["consumer-ext"] / "consumer_ext" / PLATFORM.extension("_ext")


def stub(layout: Layout) -> Path:
    """Return the exporter's stub."""
    return layout.homes["libfoo"] / "libfoo" / PLATFORM.extension("_init")


def ldd(file: Path, **variables: str) -> str:
    """Return the path of libfoo.so.1 that `ldd consumer_ext/_ext.abi3.so`, or of another file, prints."""
    command = ["ldd", file]
    result = subprocess.run(command, env=clean_environment(variables), capture_output=True, text=True, check=True)
    (line,) = re.findall(r"libfoo\.so\.1 => .*", result.stdout)
    return line.partition(" (0x")[0]


def test_ldd_does_not_find_the_library_for_a_consumer_but_for_the_stub(layouts: Layouts, layout: Layout) -> None:
    if layouts.other_copies():
        pytest.skip("ldd finds this machine's own copy")
    library = stub(layout).with_name(LIBRARY_FILE)
    assert ldd(extension(layout)) == "libfoo.so.1 => not found"
    assert ldd(stub(layout)) == f"libfoo.so.1 => {library}"
    assert ldd(extension(layout), LD_LIBRARY_PATH=str(library.parent)) == f"libfoo.so.1 => {library}"


def trace(layout: Layout, about: str, code: str) -> str:
    """Return the output of `LD_DEBUG=libs python -c ...` and the like, without the number of the process."""
    result = layout.with_environment(LD_DEBUG=about).run("-c", code)
    return re.sub(r"^ *\d+:\t", "", result.stderr, flags=re.MULTILINE)


SEARCH = "find library=libfoo.so.1 [0]; searching"


def searches(seen: str) -> list[str]:
    """Return the searches for libfoo.so.1 in a trace; an empty line follows each."""
    return [part.partition("\n\n")[0] for part in seen.split(SEARCH)[1:]]


def test_the_loader_searches_once_and_the_stubs_runpath_leads_to_the_library(layout: Layout) -> None:
    (search,) = searches(trace(layout, "libs", "import consumer_ext"))
    home = layout.homes["libfoo"]
    assert f"(RUNPATH from file {home}/libfoo/_init.abi3.so)" in search
    assert search.splitlines()[-1] == f"  trying file={home}/libfoo/libfoo.so.1"


def test_only_the_first_file_that_needs_the_library_makes_the_loader_look_for_it(layout: Layout) -> None:
    needs = re.findall(r"file=libfoo\.so\.1 .*; +needed by .*", trace(layout, "files", "import consumer_ext"))
    assert needs == [f"file=libfoo.so.1 [0];  needed by {stub(layout)} [0]"]


def test_without_the_exporter_the_loader_searches_for_the_consumers_extension(layouts: Layouts, layout: Layout) -> None:
    if layouts.other_copies():
        pytest.skip("the loader finds this machine's own copy")
    without = layout.at(extension(layout).parent)
    seen = trace(without, "libs,files", "import _ext")
    assert f"file=libfoo.so.1 [0];  needed by {extension(layout)} [0]" in seen
    (search,) = searches(seen)
    assert "search cache=/etc/ld.so.cache" in search
    assert "(RUNPATH from file " not in search
    assert "libfoo.so.1: cannot open shared object file" in seen


def test_loaded_names_the_exporter_and_the_file_that_needed_its_library_first(layout: Layout) -> None:
    command = [sys.executable, "-m", "library_wheel", "loaded", "--python", layout.python, "consumer_ext"]
    environment = clean_environment(layout.environment)
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "has imported consumer_ext: 2 extension modules and 1 library were mapped." in result.stdout
    assert re.search(r"libfoo.so.1 +libfoo 1.1.0 +libfoo/_init\S+ +its RUNPATH", result.stdout)


def test_bindings_name_the_library_that_each_call_goes_to(layout: Layout) -> None:
    seen = trace(layout, "bindings", "import consumer_ext; consumer_ext.intern('a')")
    (binding,) = re.findall(r"binding file \S+/consumer_ext/.* symbol `foo_intern'.*", seen)
    library = stub(layout).with_name(LIBRARY_FILE)
    assert binding == (
        f"binding file {extension(layout)} [0] to {library} [0]: normal symbol `foo_intern' [LIBFOO_1.0]"
    )
