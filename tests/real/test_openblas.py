"""The quick part of exporting OpenBLAS for NumPy and SciPy; `tox -e openblas` does the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.openblas.page import FIGURES, PAGE, render
from benchmarks.openblas.wheels import ANSWERS, EXPORTER, SONAME, render_exporter
from library_wheel.project.packages import ROOT
from library_wheel.variables import clean_environment
from real.projects import by_hand


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exporter's project, for an empty library in a folder as PyPI's wheel has it."""
    wheel = tmp_path_factory.mktemp("wheel")
    for file in (
        "scipy_openblas32/include/cblas.h",
        "scipy_openblas32/lib/libscipy_openblas.so",
        "scipy_openblas32-0.dist-info/licenses/LICENSE.txt",
    ):
        (wheel / file).parent.mkdir(parents=True)
        (wheel / file).touch()
    return render_exporter(tmp_path_factory.mktemp("project"), wheel)


def test_by_hand_two_folders_are_added_and_no_line_is_edited(project: Path) -> None:
    assert by_hand(project, ANSWERS) == [f"{EXPORTER}-wheel/licenses", f"{EXPORTER}-wheel/prefix"]


def test_the_pc_file_defines_the_prefix_of_the_functions(project: Path) -> None:
    text = (project / f"{EXPORTER}-wheel" / "pkgconfig" / "scipy-openblas.pc.in").read_text()
    assert "Cflags: -I${includedir} -DBLAS_SYMBOL_PREFIX=scipy_\n" in text


def test_the_exporter_names_the_library_and_its_pc_file_as_numpy_and_scipy_look_for_them(project: Path) -> None:
    assert f"'{SONAME}'" in (project / f"{EXPORTER}-wheel" / "meson.build").read_text()
    assert "output: 'scipy-openblas.pc'" in (project / f"{EXPORTER}-wheel" / "pkgconfig" / "meson.build").read_text()


def test_the_page_is_rendered_from_its_figures() -> None:
    assert PAGE.read_text() == render(json.loads(FIGURES.read_text()))


def test_in_the_figures_numpy_and_scipy_have_one_openblas_and_one_pool_of_threads() -> None:
    figures = json.loads(FIGURES.read_text())["exporter"]
    used = figures["steps"]["use"]
    assert list(used["copies"]) == [f"<system>/{EXPORTER}/{SONAME}"]
    assert [pool["num_threads"] for pool in figures["pools"]] == [used["threads"]]


def test_in_the_figures_the_linear_algebra_tests_passed() -> None:
    outcomes = json.loads(FIGURES.read_text())["exporter"]["tests"]
    assert set(outcomes) == {"numpy.linalg", "scipy.linalg"}
    assert all(outcome["passed"] > 0 and outcome["failed"] == 0 for outcome in outcomes.values())


def test_a_missing_fortran_compiler_is_named_and_how_to_get_one(tmp_path: Path) -> None:
    environment = {**clean_environment({"PATH": str(tmp_path)}), "PYTHONPATH": str(ROOT / "tests")}
    command = [sys.executable, "-m", "benchmarks.openblas"]
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode != 0
    (line,) = result.stderr.splitlines()
    assert "gfortran is not on PATH. Install it (Debian: apt install gfortran)" in line
