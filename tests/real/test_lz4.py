"""A library and a consumer that nobody here wrote: LZ4, exported by the example's files, and python-lz4, unmodified.

Both come in python-lz4's sdist. Where pkg-config does not answer, python-lz4 silently compiles a copy of its own, and
Debian has a liblz4.so.1 too: so these tests look at DT_NEEDED and at the file that is mapped.
"""

import shutil
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.tags import platform_tags

from real.exporter import make_exporter, renamed
from support.builds import CACHE, build, build_requirements, repair
from support.cache import made_once, run
from support.elf import Elf, read_elf
from support.layouts import Layout, Layouts, temporary_layouts
from support.wheels import Wheelhouse

SDIST = "lz4==4.4.5 --hash=sha256:5f0b9e53c1e82e88c10d7c180069363980136b9d7a8306c4dca4f760d60c39f0"
BUILD_REQUIREMENTS = ["setuptools>=77", "setuptools_scm[toml]>=8", "pkgconfig>=1.5", "wheel"]
TEST_REQUIREMENTS = ["pytest>=8", "pytest-xdist>=3.5", "psutil"]
EXTENSIONS = ["lz4/_version", "lz4/block/_block", "lz4/frame/_frame", "lz4/stream/_stream"]


@pytest.fixture(scope="session")
def downloads() -> Path:
    """python-lz4's sdist, unpacked in `lz4`, and wheels in `build` and `test`; downloaded once."""

    def download(unfinished: Path) -> None:
        (unfinished / "sdist.txt").write_text(SDIST)
        pip = [sys.executable, "-m", "pip", "download", "--quiet"]
        run([*pip, "--no-deps", "--no-binary=:all:", "--dest", unfinished, "-r", unfinished / "sdist.txt"])
        shutil.unpack_archive(unfinished / "lz4-4.4.5.tar.gz", unfinished)
        (unfinished / "lz4-4.4.5").rename(unfinished / "lz4")
        run([*pip, "--only-binary=:all:", "--dest", unfinished / "build", *BUILD_REQUIREMENTS])
        run([*pip, "--only-binary=:all:", "--dest", unfinished / "test", *TEST_REQUIREMENTS])

    return made_once(CACHE / f"lz4-4.4.5-cp3{sys.version_info[1]}", download, "downloading python-lz4")


@pytest.fixture(scope="session")
def built(downloads: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of liblz4 and of lz4, built against it through pkg-config."""
    directory = tmp_path_factory.mktemp("wheels")
    (directory / "repaired").mkdir()
    house = Wheelhouse(directory)
    project = make_exporter(tmp_path_factory.mktemp("tree"), downloads / "lz4")
    build(project, directory, using=build_requirements())
    repair(house.wheel("liblz4"), directory / "repaired", exporters=["liblz4"])

    exporter = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("liblz4"), exporter, format="zip")
    environment = {"PKG_CONFIG_PATH": str(exporter / "liblz4" / "pkgconfig"), "PYLZ4_USE_SYSTEM_LZ4": "1"}
    build_lz4(downloads, directory, environment)
    # Linked to liblz4, lz4._version calls nothing of libc. auditwheel then can't tell which libc the wheel is for, and
    # fails unless an extension that does comes before it in the archive, or the platform is given.
    platform = next(tag for tag in platform_tags() if tag.startswith("manylinux_"))
    repair(house.wheel("lz4"), directory / "repaired", "--plat", platform, exporters=["liblz4"])
    return house


def build_lz4(downloads: Path, output: Path, environment: dict[str, str]) -> None:
    """Build python-lz4's wheel from its sdist."""
    environment = {"PYLZ4_EXPERIMENTAL": "1", **environment}  # lz4.stream, which its tests use
    build(downloads / "lz4-4.4.5.tar.gz", output, "--wheel", using=downloads / "build", environment=environment)


@pytest.fixture(scope="session")
def layouts(built: Wheelhouse) -> Iterator[Layouts]:
    """Layouts of the two wheels."""
    with temporary_layouts(built) as made:
        yield made


@pytest.fixture(scope="session")
def layout(layouts: Layouts) -> Layout:
    """LZ4 in the user's site-packages, python-lz4 in a virtual environment."""
    return layouts.layout({"liblz4": "user", "lz4": "venv"})


def extensions(wheel: Path) -> dict[str, Elf]:
    """Return the extension modules of a wheel, by their path without suffix."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".so")]
        return {name.partition(".")[0]: read_elf(archive.read(name)) for name in names}


def test_the_exporter_has_the_same_files_as_the_examples(built: Wheelhouse, wheels: Wheelhouse) -> None:
    def files(wheel: Path) -> set[str]:
        with zipfile.ZipFile(wheel) as archive:
            return {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}

    expected = {renamed(name) for name in files(wheels.repaired("libfoo"))}
    expected -= {"liblz4/include/lz4_version.h", "liblz4/pkgconfig/lz4.pc"}
    expected |= {"liblz4/include/lz4frame.h", "liblz4/include/lz4hc.h", "liblz4/pkgconfig/liblz4.pc"}
    assert files(built.repaired("liblz4")) == expected


def test_every_extension_needs_the_library(built: Wheelhouse) -> None:
    found = extensions(built.repaired("lz4"))
    assert sorted(found) == EXTENSIONS
    assert all("liblz4.so.1" in elf.needed for elf in found.values())


def test_no_extension_has_a_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    # A CPython may be configured with LDFLAGS that every setuptools extension inherits; pyenv's are.
    flags = sysconfig.get_config_var("LDFLAGS") or ""
    own = {flag.removeprefix("-Wl,-rpath,") for flag in flags.split() if flag.startswith("-Wl,-rpath,")}
    for elf in extensions(built.repaired("lz4")).values():
        assert elf.rpath is None
        assert set(filter(None, (elf.runpath or "").split(":"))) <= own


def test_a_build_that_pkg_config_does_not_answer_would_be_noticed(downloads: Path, tmp_path: Path) -> None:
    build_lz4(downloads, tmp_path, {"PYLZ4_USE_SYSTEM_LZ4": "0"})
    (wheel,) = tmp_path.glob("*.whl")
    assert all("liblz4.so.1" not in elf.needed for elf in extensions(wheel).values())


MAPPED = """
import sys
try:
    import lz4.block, lz4.frame, lz4.stream
    result = sorted({line.split()[-1] for line in open("/proc/self/maps") if "/liblz4.so" in line})
except ImportError as error:
    result = str(error)
"""


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    library = layout.evaluate("import liblz4; result = liblz4.get_library()")
    assert Path(library).is_relative_to(layout.homes["liblz4"])
    assert layout.evaluate("import liblz4" + MAPPED) == [library]


def test_without_the_exporter_it_is_another_file_or_none(layout: Layout) -> None:
    library = layout.evaluate("import liblz4; result = liblz4.get_library()")
    seen = layout.evaluate(MAPPED)  # python-lz4, unmodified, does not import liblz4
    assert seen != [library]
    assert "liblz4.so.1: cannot open shared object file" in seen or [Path(path).parts[1] for path in seen] == ["usr"]


def test_python_lz4s_own_tests_pass(layout: Layout, downloads: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", tools,
         *sorted((downloads / "test").glob("*.whl"))])  # fmt: skip
    results = tmp_path / "results.xml"
    # -p liblz4 imports the exporter before anything of python-lz4. No config file: its own adds -x and long output.
    options = ["-p", "liblz4", "-n", "2", "-q", "-c", "/dev/null", "--rootdir", tmp_path, f"--junitxml={results}"]
    tests = shutil.copytree(downloads / "lz4" / "tests", tmp_path / "tests")
    result = layout.with_environment(PYTHONPATH=tools).run("-m", "pytest", *options, tests, timeout=900)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr
    suite = ElementTree.parse(results).getroot().find("testsuite")
    assert suite is not None
    assert int(suite.attrib["tests"]) - int(suite.attrib["skipped"]) > 10000
