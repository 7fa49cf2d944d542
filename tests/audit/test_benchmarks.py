"""The figures in the documentation are the measured ones, and a case that is not what its name says is refused."""

import copy
import json
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import calls, memory
from benchmarks.builds import expect_libraries
from benchmarks.exporters import Exporters, home, libfoo
from benchmarks.report import BEGIN, END, as_markdown, beside, for_readme
from benchmarks.targets import targets
from benchmarks.timing import Import, WrongCaseError
from library_wheel.project.layouts import Layouts
from library_wheel.project.packages import LIBRARY_FILE, ROOT
from library_wheel.project.wheels import Wheelhouse

DOCS = ROOT / "docs"


@pytest.fixture
def results() -> dict[str, Any]:
    """The measurements."""
    return json.loads((DOCS / "benchmarks.json").read_text())


def texts(picture: str) -> set[str]:
    """Return the text in a picture."""
    tree = ElementTree.parse(DOCS / "benchmarks" / f"{picture}.svg")
    return {element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")}


def test_the_page_has_the_measured_figures(results: dict[str, Any]) -> None:
    assert (DOCS / "benchmarks.md").read_text() == as_markdown(results)


def test_the_readme_quotes_the_measured_figures(results: dict[str, Any]) -> None:
    quoted = (ROOT / "README.md").read_text().partition(BEGIN)[2].partition(END)[0]
    assert quoted == for_readme(results)


@pytest.mark.parametrize("library", ["libfoo", "OpenBLAS"])
def test_the_picture_of_imports_has_the_name_and_median_of_each_case(results: dict[str, Any], library: str) -> None:
    cases = results["imports"][library]
    assert len(cases) > 6
    assert {*cases, *(f"{1e3 * case['median']:.2f}" for case in cases.values())} <= texts("imports")


def test_the_picture_of_consumers_has_the_name_of_each_family(results: dict[str, Any]) -> None:
    assert len(results["consumers"]) == 4
    assert set(results["consumers"]) <= texts("consumers")


def test_the_picture_of_memory_has_the_threads_and_bytes_of_both_ways(results: dict[str, Any]) -> None:
    of = results["memory"]
    shown = texts("memory")
    for way in (memory.SHARED, memory.BUNDLED):
        assert str(of[way]["threads"] - of[memory.ALONE]["threads"]) in shown
        assert f"{(of[way]['private'] - of[memory.ALONE]['private']) / 1e6:.3g}" in shown


def test_a_promise_that_is_not_kept_is_shown_as_not_kept(results: dict[str, Any]) -> None:
    broken = copy.deepcopy(results)
    broken["memory"][memory.SHARED]["copies"] = 2
    assert "| two consumers of OpenBLAS: copies in the process | 1.00 | at most 1 | yes |" in as_markdown(results)
    assert "| two consumers of OpenBLAS: copies in the process | 2.00 | at most 1 | **no** |" in as_markdown(broken)
    assert sum(target.met is False for target in targets(broken)) == 1 + sum(
        target.met is False for target in targets(results)
    )


@pytest.mark.parametrize(
    ("ours", "word"), [((1, 2), "faster"), ((2, 3), "equal"), ((3, 4), "equal"), ((4.5, 5), "slower")]
)
def test_times_whose_middle_halves_overlap_are_equal(ours: tuple[float, float], word: str) -> None:
    other = {"lower_quartile": 2.5, "upper_quartile": 4}
    assert beside(other, dict(zip(("lower_quartile", "upper_quartile"), ours, strict=True))) == word


@pytest.fixture
def exporters(layouts: Layouts) -> Exporters:
    """The maker of packages around libfoo."""
    exporter, consumer = (layouts.private(layouts.wheels.repaired(name)) for name in ("libfoo", "consumer-ext"))
    return Exporters(layouts, libfoo(exporter, consumer))


def test_a_case_that_is_what_its_name_says_is_measured(exporters: Exporters) -> None:
    case = exporters.case("libfoo", exporters.ours(), "import libfoo")
    case.warm()
    exporters.check(case)
    assert case.seconds() > 0


def test_a_case_that_should_load_a_library_but_does_not_is_refused(exporters: Exporters) -> None:
    case = exporters.case("the floor", exporters.floor(), "import libfoo")
    with pytest.raises(WrongCaseError, match=r"the floor: import libfoo loads \[\], not \[.*libfoo\.so\.1"):
        case.seconds()
    with pytest.raises(WrongCaseError, match=r"the floor: with libfoo, .* cannot open shared object file"):
        exporters.check(case)


def test_a_case_that_should_load_no_library_but_does_is_refused(exporters: Exporters) -> None:
    case = exporters.case("libfoo", exporters.ours(), "import libfoo", loads=False)
    with pytest.raises(WrongCaseError, match=r"loads \[.*libfoo\.so\.1'\], not \[\]"):
        case.seconds()
    with pytest.raises(WrongCaseError, match="a consumer found libfoo all the same"):
        exporters.check(case)


def test_a_case_that_loads_another_copy_is_refused(exporters: Exporters) -> None:
    layout, other = exporters.ours(), exporters.ours()
    case = Import("libfoo", layout, "import libfoo", LIBRARY_FILE, (home(other) / "libfoo" / LIBRARY_FILE,))
    with pytest.raises(WrongCaseError, match="import libfoo loads"):
        case.seconds()


def test_a_case_without_bytecode_is_refused(exporters: Exporters) -> None:
    layout = exporters.ours()
    (home(layout) / "written.py").write_text("import sys; sys.dont_write_bytecode = True; import libfoo")
    with pytest.raises(WrongCaseError, match=r"import written: no bytecode of \[.*libfoo/__init__\.py"):
        Import("libfoo", layout, "import written", LIBRARY_FILE).warm()


def test_calls_with_other_results_are_refused() -> None:
    same, other = {"version": [1e-9, 1]}, {"version": [1e-9, 2]}
    calls.check({"static link": same, "the pattern": same})
    with pytest.raises(WrongCaseError, match="the results differ"):
        calls.check({"static link": same, "the pattern": other})


def test_a_wheel_that_should_share_but_bundles_is_refused(wheels: Wheelhouse) -> None:
    expect_libraries(wheels.repaired("consumer-ext"), 0)
    with pytest.raises(WrongCaseError, match=r"has the libraries \['libfoo/libfoo\.so\.1'\], but should have 0"):
        expect_libraries(wheels.repaired("libfoo"), 0)
