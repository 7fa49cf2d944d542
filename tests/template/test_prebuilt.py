"""Projects can be made around a folder with a prebuilt library, or around a script that makes the folder."""

import platform
import re
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.processes import CommandError, run
from library_wheel.project.hosted import tox_settings
from library_wheel.project.libraries import compiler
from library_wheel.publishing.options import options as cibuildwheel_options
from library_wheel.variables import clean_environment
from support.rendering import render as render_into
from template.test_builds import HEADER, SOURCE, UPSTREAM, add_library

Render = Callable[..., Path]

LIBRARY = "libspam.so.1"
# The code that a maintainer fills in. The sources are in a folder beside the script.
FILLED_IN = """    sources = HERE / "upstream"
    shutil.copytree(sources / "include", prefix / "include")
    (prefix / "lib").mkdir()
    options = ["-shared", "-fPIC", "-Wl,-soname,libspam.so.1", f"-I{sources / 'include'}", "-o"]
    subprocess.run(["cc", *options, prefix / "lib" / "libspam.so.1", sources / "source.c"], check=True)
"""


@pytest.fixture
def project(render: Render, tmp_path: Path) -> Path:
    """A project with neither the folder nor code that makes it."""
    project = shutil.copytree(render(name="spam", kind="prebuilt", **UPSTREAM), tmp_path / "project")
    (project / "libspam-wheel" / "licenses").mkdir()
    (project / "libspam-wheel" / "licenses" / "LICENSE").write_text("Do as you like.\n")
    return project


def script(project: Path) -> Path:
    """Return the script that makes the folder."""
    return project / "libspam-wheel" / "make_prefix.py"


def fill_in(project: Path) -> Path:
    """Add upstream's sources and fill in the code that builds them. Return the script."""
    sources = project / "libspam-wheel" / "upstream"
    (sources / "include").mkdir(parents=True)
    (sources / "include" / "spam.h").write_text(HEADER["C"].format(name="spam"))
    (sources / "source.c").write_text(SOURCE["C"].format(name="spam", header="spam.h"))
    make = script(project)
    text = make.read_text().replace("import shutil\n", "import shutil\nimport subprocess\n")
    # The first of three, for Linux.
    filled_in = text.replace("    raise NotImplementedError\n", FILLED_IN, 1)
    assert filled_in != text
    make.write_text(filled_in)
    return make


def build(project: Path, folder: Path) -> tuple[Path, Path]:
    """Build a project like `tox -e sdists`; return the exporter's sdist and its wheel."""
    run([sys.executable, "-m", "library_wheel.publishing", "sdists", folder], clean_environment(), cwd=project)
    (wheel,) = project.glob("build/wheels-*/*/as-it-stands/repaired/libspam-*.whl")
    (sdist,) = folder.glob("libspam-*.tar.gz")
    return sdist, wheel


def test_the_script_makes_the_folder_once(project: Path) -> None:
    make = fill_in(project)
    library = project / "libspam-wheel" / "prefix" / "lib" / LIBRARY
    run([sys.executable, make])
    first = library.stat().st_mtime_ns
    run([sys.executable, make])
    assert library.stat().st_mtime_ns == first
    run([sys.executable, make, "--again"])
    assert library.stat().st_mtime_ns > first


def test_the_code_that_the_script_suggests_leaves_the_sources_as_they_are(project: Path) -> None:
    make = script(project)
    suggested = "\n".join(re.findall("^    #     (.+)$", make.read_text(), re.MULTILINE))
    text = make.read_text().replace("import shutil\n", "import shutil\nimport subprocess\n")
    make.write_text(text.replace("    raise NotImplementedError\n", textwrap.indent(suggested, "    ") + "\n", 1))
    sources = project / "libspam-wheel" / "upstream"
    sources.mkdir()
    (sources / "configure").write_text("#!/bin/sh\ncp Makefile.in Makefile\n")
    (sources / "configure").chmod(0o755)
    (sources / "Makefile.in").write_text("install-strip:\n\ttouch object.o\n\tmkdir $(DESTDIR)/lib\n")
    run([sys.executable, make])
    assert (project / "libspam-wheel" / "prefix" / "lib").is_dir()
    assert sorted(path.name for path in sources.iterdir()) == ["Makefile.in", "configure"]


def test_the_script_replaces_a_folder_for_another_system(project: Path) -> None:
    make = fill_in(project)
    run([sys.executable, make])
    made_for = project / "libspam-wheel" / "prefix" / "made-for"
    here = made_for.read_text()
    made_for.write_text("win-amd64 None")
    run([sys.executable, make])
    assert made_for.read_text() == here


@pytest.mark.parametrize("file", ["meson.build", "make_prefix.py"])
def test_the_script_makes_the_folder_again_for_another_version_or_after_a_change(project: Path, file: str) -> None:
    make = fill_in(project)
    run([sys.executable, make])
    library = project / "libspam-wheel" / "prefix" / "lib" / LIBRARY
    first = library.stat().st_mtime_ns
    changed = project / "libspam-wheel" / file
    changed.write_text(changed.read_text().replace("version: '1.0.0'", "version: '1.1.0'") + "# changed\n")
    run([sys.executable, make])
    assert library.stat().st_mtime_ns > first


def find(project: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Find the library in the folder like a build of a version."""
    command = [sys.executable, project / "libspam-wheel" / "prefix.py", project / "libspam-wheel" / "prefix", LIBRARY]
    return subprocess.run([*command, "--version", "spam", version], capture_output=True, text=True)


def test_a_library_without_a_version_that_the_script_made_for_another_version_is_refused(project: Path) -> None:
    run([sys.executable, fill_in(project)])
    # Scripts of older projects record only the system.
    (project / "libspam-wheel" / "prefix" / "made-for").write_text("linux-x86_64 x86_64-linux-gnu")
    assert [find(project, version).returncode for version in ("1.0.0", "1.0.0")] == [0, 0]
    result = find(project, "1.1.0")
    assert result.returncode == 1
    assert "made-for-version has version 1.0.0, but this wheel has version 1.1.0. If make_prefix.py" in result.stderr
    assert "run: python make_prefix.py --again. " in result.stderr
    run([sys.executable, script(project), "--again"])
    assert find(project, "1.1.0").returncode == 0


def test_a_library_without_a_version_that_somebody_put_there_is_taken_for_every_version(project: Path) -> None:
    library = project / "libspam-wheel" / "prefix" / "lib" / LIBRARY
    library.parent.mkdir(parents=True)
    library.write_text("by hand")
    assert [find(project, version).returncode for version in ("1.0.0", "1.1.0")] == [0, 0]
    assert not list(library.parents[1].glob("made-for*"))


def test_the_script_leaves_alone_a_folder_that_somebody_put_there(project: Path) -> None:
    library = project / "libspam-wheel" / "prefix" / "lib" / LIBRARY
    library.parent.mkdir(parents=True)
    library.write_text("by hand")
    run([sys.executable, fill_in(project), "--again"])
    assert library.read_text() == "by hand"


def test_a_script_that_fails_leaves_no_folder(project: Path) -> None:
    make = fill_in(project)
    (project / "libspam-wheel" / "upstream" / "source.c").write_text("int broken( {\n")
    with pytest.raises(CommandError, match="error: expected"):
        run([sys.executable, make])
    assert not [path for path in (project / "libspam-wheel").glob("prefix*") if path.is_dir()]


def test_a_script_that_is_not_filled_in_says_what_to_fill_in(project: Path) -> None:
    message = (
        r"There is no folder \S+/prefix with the .* libspam\. Install it there, or fill in linux\(\) in "
        r"\S+/make_prefix\.py, .*-Dlibrary_prefix="
    )
    with pytest.raises(CommandError, match=message):
        run([sys.executable, script(project)])
    with pytest.raises(CommandError, match=message):
        build(project, project.parent)


def test_an_sdist_has_the_sources_but_not_the_folder_and_builds_a_wheel(project: Path, tmp_path: Path) -> None:
    run([sys.executable, fill_in(project)])
    sdist, wheel = build(project, tmp_path / "dist")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"make_prefix.py", "upstream/source.c", "licenses/LICENSE"} < names
    assert not [name for name in names if name.startswith("prefix/")]
    # This simulates another machine, without the folder.
    (requirements,) = (folder for folder in (project / "build").glob("build-requirements-*") if folder.is_dir())
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--wheel-dir", tmp_path]
    run([*pip, "--find-links", requirements, sdist], clean_environment())
    for file in (wheel, *tmp_path.glob("libspam-*.whl")):
        with zipfile.ZipFile(file) as archive:
            assert f"libspam/{LIBRARY}" in archive.namelist()


def test_tox_and_cibuildwheel_run_the_script_before_they_build(project: Path, render: Render) -> None:
    settings = tox_settings(project, "commands_pre")
    for name in ("py311", "check", "sdists", "workflows"):
        assert settings[name]["commands_pre"] == ["python libspam-wheel/make_prefix.py"]
    for name in ("lint", "pins", "release"):
        assert settings[name]["commands_pre"] == []
    before = 'python "{package}/make_prefix.py" --again'
    assert cibuildwheel_options(project, "libspam-wheel")["before-all"] == before
    assert "before-all" not in cibuildwheel_options(project, "consumer-ext")
    for kind in ("in-tree", "cmake", "meson"):
        other = render(name="spam", kind=kind)
        assert not script(other).exists()
        assert "before-all" not in cibuildwheel_options(other, "libspam-wheel")


def test_an_update_keeps_the_filled_in_script(project: Path) -> None:
    make = fill_in(project)
    filled_in = make.read_text()
    render_into(project, {"name": "spam", "kind": "prebuilt"})
    assert make.read_text() == filled_in


def for_libc(libc: str, folder: Path) -> Path:
    """Return a library that needs a file of this name."""
    folder.mkdir()
    (folder / "empty.c").write_text("")
    options = ["-shared", "-fPIC", "-nostdlib", "-Wl,--no-as-needed"]
    run([*compiler("C"), *options, f"-Wl,-soname,{libc}", folder / "empty.c", "-o", folder / "libc.so"])
    library = folder / LIBRARY
    run([*compiler("C"), *options, f"-Wl,-soname,{LIBRARY}", folder / "empty.c", folder / "libc.so", "-o", library])
    return library


MUSL, GLIBC = "libc.musl-x86_64.so.1", "libc.so.6"


def take(project: Path, library: Path, folder: Path, libc: str) -> subprocess.CompletedProcess[str]:
    """Pack a library in a build that is for a C library."""
    folder.mkdir()
    command = [sys.executable, project / "libspam-wheel" / "take_library.py", library, folder / LIBRARY]
    options = [platform.machine(), f"--libc={libc}"]
    return subprocess.run([*command, *options], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("file", "of", "build"), [(MUSL, "musl", "glibc"), ("libc.so", "musl", "glibc"), (GLIBC, "glibc", "musl")]
)
def test_a_library_for_another_c_library_is_refused(
    project: Path, tmp_path: Path, file: str, of: str, build: str
) -> None:
    library = for_libc(file, tmp_path / "library")
    result = take(project, library, tmp_path / "packed", build)
    assert result.returncode == 1
    problem = f"it needs {file}, so it is for {of}, but this build is for {build}. Build or download another copy"
    assert f"{library} can't be packed: {problem}" in result.stderr
    assert not (tmp_path / "packed" / LIBRARY).exists()


@pytest.mark.parametrize(("file", "build"), [(MUSL, "musl"), ("libc.so", "musl"), (GLIBC, "glibc")])
def test_a_library_for_the_builds_c_library_is_packed(project: Path, tmp_path: Path, file: str, build: str) -> None:
    result = take(project, for_libc(file, tmp_path / "library"), tmp_path / "packed", build)
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "packed" / LIBRARY).exists()


def test_a_build_with_glibc_refuses_a_folder_for_musl(project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / "libspam-wheel" / "licenses")
    add_library(project, "spam", "prebuilt", "C")
    shutil.copy2(for_libc(MUSL, tmp_path / "library"), project / "libspam-wheel" / "prefix" / "lib" / LIBRARY)
    with pytest.raises(
        CommandError, match=f"{LIBRARY} can't be packed: it needs .*, so it is for musl, but this build is for glibc"
    ):
        build(project, tmp_path)
