"""An upstream's archive is downloaded once and kept by its hash; making an sdist configures no upstream build."""

import fcntl
import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.builds import build, build_requirements, without_isolation
from library_wheel.variables import clean_environment
from support.meson import meson
from support.rendering import render

ANSWERS = {"name": "far", "language": "C", "smoke_test": "far_answer() == 42", "includes": ["far.h"]}
FILES = {
    "include/far.h": "int far_answer(void);\n",
    "far.c": '#include "far.h"\nint far_answer(void) { return 42; }\n',
    "LICENSE": "Do as you like.\n",
}
# Each of these leaves a file in the folder where it is configured.
CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(far VERSION 1.0.0 LANGUAGES C)
file(WRITE "{configured}" "")
add_library(far far.c)
target_include_directories(far PUBLIC include)
set_target_properties(far PROPERTIES SOVERSION 1)
"""
MESON = """
project('far', 'c', version: '1.0.0')
libfar = shared_library('far', 'far.c', include_directories: 'include', soversion: '1')
"""


class Project(NamedTuple):
    """A project whose upstream is an archive, and the folders that its build may need."""

    wheel: Path
    archive: Path
    configured: Path
    environment: Mapping[str, str]

    def build(self, output: Path, *options: str) -> Path:
        """Build in a copy, like in a fresh clone; return the copy."""
        clone = shutil.copytree(self.wheel, output / "clone")
        tools = without_isolation()
        environment = {**tools, **self.environment}
        build(clone, output, "--no-isolation", *options, using=build_requirements(), environment=environment)
        return clone


def project_of(kind: str, folder: Path, **answers: str) -> Project:
    """Make an upstream's archive and a project for it."""
    configured = folder / "configured"
    upstream = folder / "far-1.0.0"
    build_file = {"cmake": "CMakeLists.txt", "meson": "meson.build"}[kind]
    text = {"cmake": CMAKE.format(configured=configured), "meson": MESON}[kind]
    for name, content in {**FILES, build_file: text}.items():
        (upstream / name).parent.mkdir(parents=True, exist_ok=True)
        (upstream / name).write_text(content)
    archive = folder / "far-1.0.0.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(upstream, upstream.name)
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    from_archive = {"upstream_url": archive.as_uri(), "upstream_sha256": sha256}
    project = render(folder / "project", {**ANSWERS, "kind": kind, **from_archive, **answers})
    archives = str(folder / "archives")
    environment = {"UPSTREAM_ARCHIVES": archives, "MESON_PACKAGE_CACHE_DIR": archives}
    return Project(project / "libfar-wheel", archive, configured, environment)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of an upstream that builds with CMake."""
    return project_of("cmake", tmp_path)


def test_making_an_sdist_does_not_configure_upstream(project: Project, tmp_path: Path) -> None:
    project.build(tmp_path / "first", "--sdist")
    (sdist,) = (tmp_path / "first").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert "libfar-1.0.0/upstream/far.c" in archive.getnames()
    assert not project.configured.exists()
    # Building the wheel configures upstream.
    project.build(tmp_path / "second", "--wheel")
    assert project.configured.exists()


@pytest.mark.parametrize("kind", ["cmake", "meson"])
def test_a_second_clone_builds_without_the_url(tmp_path: Path, kind: str) -> None:
    project = project_of(kind, tmp_path)
    project.build(tmp_path / "first", "--wheel")
    project.archive.unlink()
    project.build(tmp_path / "second", "--wheel")
    assert len(list((tmp_path / "second").glob("*.whl"))) == 1


def test_meson_unpacks_an_archive_whose_url_ends_with_another_word(tmp_path: Path) -> None:
    moved = tmp_path / "files" / "far-1.0.0.tar.gz" / "download"
    project = project_of("meson", tmp_path, upstream_url=moved.as_uri())
    moved.parent.mkdir(parents=True)
    project.archive.rename(moved)
    meson("subprojects", "download", "--sourcedir", project.wheel)
    assert (project.wheel / "subprojects" / "far-1.0.0" / "far.c").is_file()


@pytest.mark.parametrize("url", ["https://codeload.example/far/tar.gz/1.0", "https://example.com/far.tar.zst"])
def test_a_url_without_the_name_of_an_archive_that_meson_knows_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match=r"'upstream_url': Enter a URL with a file name that ends in \.tar\.gz"):
        project_of("meson", tmp_path / "meson", upstream_url=url)
    project_of("cmake", tmp_path / "cmake", upstream_url=url)


def test_without_the_url_and_the_archive_the_error_says_where_to_put_it(project: Project, tmp_path: Path) -> None:
    project.archive.unlink()
    with pytest.raises(CommandError) as failure:
        project.build(tmp_path / "first", "--sdist")
    said = " ".join(str(failure.value).split())
    assert f"{project.archive.as_uri()} could not be downloaded" in said
    kept = Path(project.environment["UPSTREAM_ARCHIVES"])
    assert f"copy it to {kept}/" in said
    assert [file.suffix for file in kept.iterdir()] == [".lock"]


def test_an_archive_with_another_hash_is_refused_and_removed(project: Project, tmp_path: Path) -> None:
    expected = hashlib.sha256(project.archive.read_bytes()).hexdigest()
    project.archive.write_bytes(project.archive.read_bytes() + b"more")
    found = hashlib.sha256(project.archive.read_bytes()).hexdigest()
    with pytest.raises(CommandError) as failure:
        project.build(tmp_path / "first", "--sdist")
    said = " ".join(str(failure.value).split())
    assert f"{project.archive.as_uri()} has the SHA256 {found}, but fetch.cmake expects {expected}." in said
    assert not list((tmp_path / "first" / "clone").glob("upstream*"))
    assert [file.suffix for file in Path(project.environment["UPSTREAM_ARCHIVES"]).iterdir()] == [".lock"]


def test_an_archive_that_was_cut_off_is_downloaded_again(project: Project, tmp_path: Path) -> None:
    project.build(tmp_path / "first", "--sdist")
    (kept,) = Path(project.environment["UPSTREAM_ARCHIVES"]).glob("*.tar.gz")
    kept.write_bytes(kept.read_bytes()[:100])
    project.build(tmp_path / "second", "--sdist")
    assert kept.read_bytes() == project.archive.read_bytes()


def test_a_build_that_waited_for_another_keeps_the_sources_that_the_other_unpacked(
    project: Project, tmp_path: Path
) -> None:
    sha256 = hashlib.sha256(project.archive.read_bytes()).hexdigest()
    kept, upstream = Path(project.environment["UPSTREAM_ARCHIVES"]), tmp_path / "upstream"
    kept.mkdir()
    # The trace shows each command before it runs.
    command = ["cmake", "--trace", f"-Dupstream={upstream}", "-P", project.wheel / "fetch.cmake"]
    environment = clean_environment({**without_isolation(), **project.environment})
    with (kept / f"{sha256}-{project.archive.name}.lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        assert any("file(LOCK " in line for line in waiting.stderr)
        upstream.mkdir()
        (upstream / ".archive-sha256").write_text(sha256)
        (upstream / "of-the-other").touch()
    _, said = waiting.communicate()
    assert waiting.returncode == 0, said
    assert (upstream / "of-the-other").is_file()


def test_another_archive_in_the_answers_replaces_the_sources(project: Project, tmp_path: Path) -> None:
    clone = project.build(tmp_path / "first", "--sdist")
    other = project_of("cmake", tmp_path / "other", description="Another")
    for file in ("fetch.cmake", "CMakeLists.txt"):
        shutil.copy(other.wheel / file, clone / file)
    assert str(project.configured) in (clone / "upstream" / "CMakeLists.txt").read_text()
    build(
        clone,
        tmp_path / "out",
        "--sdist",
        "--no-isolation",
        using=build_requirements(),
        environment=without_isolation(),
    )
    assert str(other.configured) in (clone / "upstream" / "CMakeLists.txt").read_text()


def test_sources_that_were_put_there_by_hand_are_kept(project: Project, tmp_path: Path) -> None:
    upstream = project.wheel / "upstream"
    upstream.mkdir()
    (upstream / "CMakeLists.txt").write_text("# patched\n")
    clone = project.build(tmp_path / "first", "--sdist")
    assert (clone / "upstream" / "CMakeLists.txt").read_text() == "# patched\n"
