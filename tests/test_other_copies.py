"""Messages about a version that is not the one needed, or about another file that the loader took first."""

from pathlib import Path

import pytest

from library_wheel.project import edits
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compile_library
from library_wheel.project.loaders import LOADER
from library_wheel.project.packages import BINARY, CONSUMERS, PACKAGES
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse, variant
from support import variants

FOO = LOADER.file("foo", "1")

# For a compiled consumer, the loader itself looks up the functions.
COMPILED = [pytest.mark.needs("early binding", "version scripts")]


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """The exporter and every consumer, in a folder of its own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def library_of(layout: Layout) -> Path:
    """Return the library's file in the exporter's package."""
    return layout.homes["libfoo"] / "libfoo" / FOO


def stub_of(layout: Layout) -> Path:
    """Return the stub's file in the exporter's package."""
    return layout.homes["libfoo"] / "libfoo" / PLATFORM.extension("_init")


@pytest.mark.parametrize(
    "consumer", [pytest.param(name, marks=COMPILED if name in BINARY else []) for name in CONSUMERS]
)
def test_the_exporter_is_older_than_the_consumer_needs(layouts: Layouts, wheels: Wheelhouse, consumer: str) -> None:
    old = variant(variants.older_minor).wheel("libfoo")
    layout = layouts.private(old, *wheels.consumer(consumer))
    error = layout.error(PACKAGES[consumer].module)
    message = error["message"]
    assert f"needs libfoo>=1.1,<2, but libfoo 1.0.0 is installed, in {library_of(layout).parent}. Run `pip" in message
    refused = LOADER.lacks_version("LIBFOO_1.1", "foo_hash", library_of(layout), error["path"])
    assert refused in message or "found version 1.0.0" in message


@pytest.mark.parametrize(
    "consumer",
    [
        # The loader looks for libbar first, which needs libfoo.
        pytest.param(name, marks=pytest.mark.needs("missing libraries named")) if name == "consumer-cmake" else name
        for name in CONSUMERS
    ],
)
def test_the_exporter_is_of_another_major(layouts: Layouts, wheels: Wheelhouse, consumer: str) -> None:
    new = variant(variants.next_major).wheel("libfoo")
    layout = layouts.private(new, *wheels.consumer(consumer))
    error = layout.error(PACKAGES[consumer].module)
    message = error["message"]
    assert f"needs libfoo>=1.1,<2, but libfoo 2.0.0 is installed, in {library_of(layout).parent}. Run `pip" in message
    assert (LOADER.missing_for_ctypes if consumer == "consumer-pure" else LOADER.missing)(FOO) in message


# Three ways in which another libfoo.so.1 comes before the exporter's.
FOUND_EARLIER = [
    pytest.param("LD_LIBRARY_PATH", marks=pytest.mark.needs("loader variables")),
    pytest.param("LD_PRELOAD", marks=pytest.mark.needs("loader variables")),
    pytest.param("ctypes", marks=pytest.mark.needs("match by name")),
]


def with_another(layout: Layout, library: Path, way: str, then: str) -> dict:
    """Run code with another library in front of the exporter's; return its result."""
    if way in ("ctypes", "RTLD_GLOBAL"):
        mode = "RTLD_LOCAL" if way == "ctypes" else way
        # Assigned to a variable, since PyPy closes a library without references.
        return layout.evaluate(f"import ctypes; library = ctypes.CDLL({str(library)!r}, ctypes.{mode})\n{then}")
    value = library if way == "LD_PRELOAD" else library.parent
    return layout.with_environment(**{way: value}).evaluate(then)


IMPORT = """
try:
    import libfoo
    result = {"library": libfoo.get_library(), "loaded": libfoo.get_loaded_library()}
except ImportError as error:
    result = {"message": str(error), "name": error.name, "path": error.path}
"""


@pytest.mark.needs("earlier copies")
@pytest.mark.parametrize("way", FOUND_EARLIER)
def test_an_older_copy_found_earlier_is_refused_by_version_and_file(layouts: Layouts, layout: Layout, way: str) -> None:
    older = library_of(layouts.private(variant(variants.older_minor).wheel("libfoo")))
    error = with_another(layout, older, way, IMPORT)
    assert error["name"] == "libfoo"
    assert error["path"] == str(older)
    assert error["message"] == (
        "libfoo 1.1.0 needs its own version of the library foo or a later compatible one, but 1.0.0 is already loaded "
        f"from {older}. Update or remove that file, or import libfoo before whatever loads it."
    )


MADE_GLOBAL = [pytest.param("LD_PRELOAD", marks=pytest.mark.needs("loader variables")), "RTLD_GLOBAL"]


@pytest.mark.needs("earlier copies", "global symbols")
@pytest.mark.parametrize("way", MADE_GLOBAL)
def test_another_major_whose_symbols_are_global_is_refused_by_version_and_file(
    layouts: Layouts, layout: Layout, way: str
) -> None:
    other = next_major(layouts)
    error = with_another(layout, other, way, IMPORT)
    assert error["path"] == str(other)
    assert f"or a later compatible one, but 2.0.0 is already loaded from {other}. " in error["message"]


@pytest.mark.needs("earlier copies", "global symbols")
@pytest.mark.parametrize("way", MADE_GLOBAL)
def test_a_stub_that_does_not_compare_majors_runs_on_another(layouts: Layouts, way: str) -> None:
    layout = layouts.private(variant(variants.stub_for_any_major).wheel("libfoo"))
    other = next_major(layouts)
    assert with_another(layout, other, way, IMPORT)["loaded"] == str(other)


def next_major(layouts: Layouts) -> Path:
    """Return the library of libfoo 2.0, which has the symbols of 1.x."""
    layout = layouts.private(variant(variants.next_major).wheel("libfoo"))
    return layout.homes["libfoo"] / "libfoo" / LOADER.file("foo", "2")


@pytest.mark.needs("earlier copies")
@pytest.mark.parametrize("way", FOUND_EARLIER)
@pytest.mark.parametrize("version", [variants.same_version, variants.newer_minor])
def test_a_current_copy_found_earlier_is_used_and_named(
    layouts: Layouts, layout: Layout, way: str, version: edits.Edit
) -> None:
    other = library_of(layouts.private(variant(version).wheel("libfoo")))
    seen = with_another(layout, other, way, IMPORT)
    assert seen == {"library": str(library_of(layout)), "loaded": str(other)}


@pytest.mark.needs("earlier copies", "early binding")
@pytest.mark.parametrize(
    "way",
    [
        pytest.param("LD_LIBRARY_PATH", marks=pytest.mark.needs("loader variables")),
        # The loader opens the preloaded library by its path.
        pytest.param("LD_PRELOAD", marks=pytest.mark.needs("loader variables", "match by name")),
        pytest.param("ctypes", marks=pytest.mark.needs("match by name")),
    ],
)
def test_a_foreign_library_of_the_same_name_is_refused(layout: Layout, tmp_path: Path, way: str) -> None:
    # The library calls libc, because without any version tables an assertion in glibc's loader would end the process.
    source = "#include <stdlib.h>\nvoid *unrelated(void) { return malloc(1); }"
    foreign = compile_library(tmp_path / FOO, source)
    message = with_another(layout, foreign, way, IMPORT)["message"]
    assert f"the loader found another {FOO} first: {foreign}, which does not fit. Remove that file, or its" in message
    symbols = ["foo_version", "foo_version_number"]
    assert any(LOADER.undefined(symbol, stub_of(layout), "LIBFOO_1.0") in message for symbol in symbols), message


@pytest.mark.needs("earlier copies", "loader variables")
def test_the_report_names_another_copy(layouts: Layouts, layout: Layout) -> None:
    other = library_of(layouts.private(variant(variants.newer_minor).wheel("libfoo")))
    report = layout.with_environment(LD_LIBRARY_PATH=other.parent).run("-m", "libfoo").stdout
    assert "library version  1.2.0" in report
    assert f"file loaded      {other}" in report
    assert "because          it was loaded before the wheel's own; the whole process uses it" in report
