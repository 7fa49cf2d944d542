"""Building from a checkout and from an sdist, anywhere, and what a failed build says."""

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from support import variants
from support.layouts import Layouts
from support.packages import PACKAGES, ROOT
from support.wheels import BuildError, Wheelhouse, build, build_requirements, snapshot


@pytest.fixture
def using(wheels: Wheelhouse, tmp_path: Path) -> Path:
    """A folder with everything a build may install: build requirements and libfoo."""
    directory = shutil.copytree(build_requirements(), tmp_path / "using")
    shutil.copy2(wheels.wheel("libfoo"), directory)
    return directory


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("distribution", PACKAGES)
def test_an_sdist_alone_builds_the_same_wheel(
    wheels: Wheelhouse, using: Path, tmp_path: Path, distribution: str
) -> None:
    shutil.unpack_archive(wheels.sdist(distribution), tmp_path / "alone", filter="data")
    (tree,) = (tmp_path / "alone").iterdir()
    assert not (tree.parent / "libfoo").exists()
    build(tree, tmp_path / "out", "--wheel", using=using)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert contents(wheel) == contents(wheels.wheel(distribution))


@pytest.mark.parametrize("distribution", PACKAGES)
def test_an_sdist_holds_its_licence(wheels: Wheelhouse, distribution: str) -> None:
    with tarfile.open(wheels.sdist(distribution)) as archive:
        licences = [member for member in archive.getmembers() if member.name.endswith("/LICENSE")]
        texts = {archive.extractfile(member).read() for member in licences}
    assert texts == {(ROOT / "LICENSE").read_bytes()}


def test_the_exporters_sdist_holds_the_library_and_no_link(wheels: Wheelhouse) -> None:
    with tarfile.open(wheels.sdist("libfoo")) as archive:
        members = archive.getmembers()
    assert "libfoo-1.1.0/subprojects/libfoo/src/intern.c" in [member.name for member in members]
    assert all(member.isfile() or member.isdir() for member in members)


def test_an_edit_that_is_not_committed_is_built(using: Path, tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        (tree / "libfoo" / "src" / "new.c").write_text("/* an edit of the day */\n")

    build(snapshot(tmp_path / "tree", edit) / "libfoo-wheel", tmp_path / "out", using=using)
    (sdist,) = (tmp_path / "out").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert "libfoo-1.1.0/subprojects/libfoo/src/new.c" in archive.getnames()


@pytest.mark.parametrize("distribution", ["libfoo", "consumer-ext"])
def test_a_checkout_in_an_awkward_place_builds(
    layouts: Layouts, wheels: Wheelhouse, using: Path, tmp_path: Path, distribution: str
) -> None:
    tree = snapshot(tmp_path / "spaces and ünïcödé 語")
    build(tree / PACKAGES[distribution].folder, tmp_path / "out", "--wheel", using=using)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    others = [wheels.repaired(name) for name in ("libfoo", "consumer-ext") if name != distribution]
    layouts.private(wheel, *others).assert_one_copy("consumer-ext")


def test_versions_of_library_and_wheel_that_differ_are_refused(using: Path, tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        variants.replace_once(tree / "libfoo" / "meson.build", "version: '1.1.0'", "version: '1.1.1'")

    with pytest.raises(BuildError) as failure:
        build(snapshot(tmp_path / "tree", edit) / "libfoo-wheel", tmp_path / "out", using=using)
    sentence = "libfoo-wheel/meson.build has version 1.1.0, libfoo/meson.build 1.1.1: make them agree."
    assert sentence in str(failure.value)


def test_a_wheel_project_without_the_library_says_where_it_looked(using: Path, tmp_path: Path) -> None:
    tree = snapshot(tmp_path / "tree", lambda tree: shutil.rmtree(tree / "libfoo"))
    with pytest.raises(BuildError) as failure:
        build(tree / "libfoo-wheel", tmp_path / "out", "--wheel", using=using)
    inside, beside = tree / "libfoo-wheel" / "subprojects" / "libfoo", tree / "libfoo"
    sentence = f"The sources of libfoo are neither in {inside} (an sdist) nor in {beside} (a checkout)."
    assert sentence in str(failure.value)


def test_a_consumer_without_the_exporter_says_what_to_install(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        variants.replace_once(tree / "consumer-ext" / "pyproject.toml", ', "libfoo>=1.1,<2"]\nbuild-b', "]\nbuild-b")

    tree = snapshot(tmp_path / "tree", edit)
    with pytest.raises(BuildError) as failure:
        build(tree / "consumer-ext", tmp_path / "out", "--wheel", using=build_requirements())
    assert "Install the wheel libfoo and pkgconf into the build environment." in str(failure.value)


def test_a_consumer_is_not_built_against_an_editable_exporter(layouts: Layouts, tmp_path: Path) -> None:
    tree = snapshot(tmp_path / "tree")
    python = layouts.layout({"libfoo": "editable"}).python
    with pytest.raises(BuildError) as failure:
        layouts.pip_without_isolation(python, tree / "consumer-ext")
    assert "An editable libfoo serves at run time only." in str(failure.value)
