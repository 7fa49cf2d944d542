"""FriBidi, which builds with Meson, exported through the template as a downloaded subproject.

Its own file is libfribidi.so.0.4.0, with symlinks to it. One of its headers is generated. It also builds a program.
"""

import os
import shutil
from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.builds import build
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.sources import commit
from library_wheel.project.wheels import Wheelhouse
from real.projects import (
    BY_HAND,
    SKIPPED,
    answers,
    by_hand,
    debian_source,
    extensions,
    files,
    licences,
    repair_exporter,
)
from support.rendering import assert_passes, assert_passes_smoke_and_audits, render

ANSWERS = answers("fribidi")
ARCHIVE = f"{ANSWERS['upstream_sha256']}-{ANSWERS['upstream_url'].rpartition('/')[2]}"


@pytest.fixture(scope="session")
def downloaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variable with which Meson takes the archive from a folder, like after a download."""
    folder = tmp_path_factory.mktemp("downloaded")
    shutil.copyfile(debian_source("fribidi", ANSWERS["upstream_sha256"]), folder / ARCHIVE)
    return {"MESON_PACKAGE_CACHE_DIR": str(folder)}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's project for the answers."""
    return render(tmp_path_factory.mktemp("project"), ANSWERS)


@pytest.fixture(scope="session")
def built(
    project: Path, downloaded: dict[str, str], requirements: Path, tmp_path_factory: pytest.TempPathFactory
) -> Wheelhouse:
    """The exporter's sdist, and the wheel built from it without access to the archive."""
    tree = shutil.copytree(project, tmp_path_factory.mktemp("tree") / "project")
    commit(tree)
    house = Wheelhouse(tmp_path_factory.mktemp("wheels"))
    build(tree / "libfribidi-wheel", house.directory, "--sdist", using=requirements, environment=downloaded)
    build(house.sdist("libfribidi"), house.directory, "--wheel", using=requirements)
    return repair_exporter(house.directory)


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """FriBidi in the user's site-packages."""
    return layouts.layout({"libfribidi": "user"})


def test_the_manual_steps_are_those_that_the_documentation_lists(project: Path) -> None:
    assert by_hand(project, ANSWERS) == BY_HAND["fribidi"]


def test_the_project_passes_its_own_tests(project: Path, downloaded: dict[str, str], tmp_path: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project")
    if os.environ.get("TESTS_SAMPLE"):
        assert_passes_smoke_and_audits(copy, environment=downloaded)
    else:
        assert_passes(copy, environment=downloaded, skipped=SKIPPED)


def test_the_exporter_has_the_library_once_named_by_its_soname(built: Wheelhouse) -> None:
    found = {Path(name).name for name in files(built.repaired("libfribidi")) if ".so" in name}
    assert found == {"_init.abi3.so", "libfribidi.so.0"}


def test_the_exporter_has_all_headers_even_the_generated_one_and_the_licence(built: Wheelhouse) -> None:
    found = files(built.repaired("libfribidi"))
    assert {"libfribidi/include/fribidi.h", "libfribidi/include/fribidi-config.h"} <= found
    assert licences(built.repaired("libfribidi")) == {"COPYING", "LICENSE"}


def test_the_exporter_has_nothing_else_of_upstreams(built: Wheelhouse) -> None:
    found = files(built.repaired("libfribidi"))
    assert all(name.startswith("libfribidi/") for name in found)
    assert not [name for name in found if name.endswith((".c", ".a", "fribidi"))]


def test_the_stub_looks_only_beside_itself(built: Wheelhouse) -> None:
    stub = extensions(built.repaired("libfribidi"))["libfribidi/_init"]
    assert "libfribidi.so.0" in stub.needed
    assert stub.runpath == "$ORIGIN"


CALL = """
import ctypes, libfribidi
library = ctypes.CDLL(libfribidi.get_library())
hebrew, right_to_left = 0x5D0, 0x111  # FRIBIDI_TYPE_RTL
mapped = {line.split()[-1] for line in open("/proc/self/maps") if "/libfribidi.so" in line}
result = [library.fribidi_get_bidi_type(hebrew) == right_to_left, sorted(mapped)]
"""


def test_one_copy_is_mapped_and_it_works(layout: Layout) -> None:
    library = layout.evaluate("import libfribidi; result = libfribidi.get_library()")
    assert Path(library).is_relative_to(layout.homes["libfribidi"])
    assert layout.evaluate(CALL) == [True, [library]]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        pytest.param({"version": "1.0.9", "upstream_directory": "fribidi-1.0.8"}, "1.0.8 but .*1.0.9", id="version"),
        pytest.param({"soversion": "1"}, "SONAME is libfribidi.so.0, but should be libfribidi.so.1", id="SOVERSION"),
    ],
)
def test_answers_that_do_not_match_upstream_are_refused(
    answers: dict[str, str], message: str, downloaded: dict[str, str], requirements: Path, tmp_path: Path
) -> None:
    project = render(tmp_path / "project", {**ANSWERS, **answers}) / "libfribidi-wheel"
    with pytest.raises(CommandError, match=message):
        build(project, tmp_path, "--wheel", using=requirements, environment=downloaded)
