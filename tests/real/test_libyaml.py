"""libyaml, installed into a folder by its own autotools and exported through the template; and PyYAML, with -lyaml.

These tests look at DT_NEEDED and at the mapped file, because Debian has a libyaml-0.so.2 as well, and PyYAML works
without its extension if that can't be built.
"""

import os
import platform
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from library_wheel.cache import made_once
from library_wheel.platforms import debian
from library_wheel.processes import CommandError, run
from library_wheel.project.builds import CACHE, build
from library_wheel.project.elf import read_elf
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.sources import commit
from library_wheel.project.wheels import Wheelhouse
from real.projects import (
    BY_HAND,
    SKIPPED,
    Consumer,
    answers,
    assert_the_extension_needs_the_library,
    build_exporter,
    by_hand,
    debian_source,
    environment_for_dash_l,
    extensions,
    files,
    licences,
    mapped,
    repair_consumer,
)
from support.rendering import assert_passes, assert_passes_smoke_and_audits, render

SOURCE_SHA256 = "fa240dbf262be053f3898006d502d514936c818e422afdcf33921c63bed9bf2e"
SONAME = "libyaml-0.so.2"
ANSWERS = answers("libyaml")
PYYAML = Consumer(
    name="pyyaml",
    version="6.0.3",
    sha256="d76623373421df22fb4cf8817020cbb7ef15c725b9d5e45f17e189bfc384190f",
    build_requirements=("setuptools>=77", "Cython>=3"),
    test_requirements=("pytest>=8",),
)


@pytest.fixture(scope="session")
def prefix() -> Path:
    """The folder into which libyaml is installed, beside its sources; made once."""
    debian.require("autoconf", "automake", "libtool", "make")

    def install(unfinished: Path) -> None:
        source = unfinished / "source"
        source.mkdir()
        archive = debian_source("libyaml", SOURCE_SHA256)
        run(["tar", "--extract", "--file", archive, "--directory", source, "--strip-components=1"])
        run(["./bootstrap"], cwd=source)
        run(["./configure", "--prefix=/", "--disable-static", "--quiet"], cwd=source)
        # Debugging symbols would name the folder of the sources, which the project's audit refuses.
        run(["make", "--jobs=2", "install-strip", f"DESTDIR={unfinished / 'prefix'}"], cwd=source)

    return made_once(CACHE / f"libyaml-stripped-{SOURCE_SHA256[:12]}", install, "building libyaml") / "prefix"


@pytest.fixture(scope="session")
def project(prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's project for the answers, and the licence, which an installed libyaml does not have."""
    tree = render(tmp_path_factory.mktemp("project"), ANSWERS)
    licenses = tree / "libyaml-wheel" / "licenses"
    licenses.mkdir()
    shutil.copy2(prefix.with_name("source") / "License", licenses)
    return tree


@pytest.fixture(scope="session")
def whole_project(project: Path, prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with an installed library in the folder that its README names."""
    tree = shutil.copytree(project, tmp_path_factory.mktemp("whole") / "project")
    shutil.copytree(prefix, tree / "libyaml-wheel" / "prefix", symlinks=True)
    return tree


@pytest.fixture(scope="session")
def exporter(project: Path) -> Path:
    """The exporter, committed; an option names the library's other folder."""
    commit(project / "libyaml-wheel")
    return project / "libyaml-wheel"


@pytest.fixture(scope="session")
def built(exporter: Path, prefix: Path, requirements: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of libyaml and of PyYAML, built against it."""
    directory = tmp_path_factory.mktemp("wheels")
    house = build_exporter(exporter, directory, f"-Csetup-args=-Dlibrary_prefix={prefix}", using=requirements)

    installed = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("libyaml"), installed, format="zip")
    environment = environment_for_dash_l(installed / "libyaml", "yaml", SONAME)
    PYYAML.build(directory, {**environment, "PYYAML_FORCE_LIBYAML": "1"})
    repair_consumer(house.wheel("pyyaml"), directory / "repaired", house.wheel("libyaml"))
    return house


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """libyaml in the user's site-packages, PyYAML in a virtual environment."""
    return layouts.layout({"libyaml": "user", "pyyaml": "venv"})


def test_the_manual_steps_are_those_that_the_documentation_lists(whole_project: Path) -> None:
    assert by_hand(whole_project, ANSWERS) == BY_HAND["libyaml"]


def test_the_project_passes_its_own_tests(whole_project: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(whole_project, tmp_path / "project", symlinks=True)
    if os.environ.get("TESTS_SAMPLE"):
        assert_passes_smoke_and_audits(copy)
    else:
        assert_passes(copy, skipped=SKIPPED)


def test_the_exporter_has_the_library_once_its_header_and_its_licence(built: Wheelhouse) -> None:
    found = files(built.repaired("libyaml"))
    assert {name for name in found if ".so" in name} == {"libyaml/_init.abi3.so", f"libyaml/{SONAME}"}
    assert {name for name in found if "/include/" in name} == {"libyaml/include/yaml.h"}
    assert licences(built.repaired("libyaml")) == {"LICENSE", "License"}
    assert {"libyaml/pkgconfig/yaml-0.1.pc", "libyaml/cmake/yaml-config.cmake"} <= found
    assert all(name.startswith("libyaml/") for name in found)


def test_the_exporters_wheel_is_for_any_python_and_the_stub_looks_only_beside_itself(built: Wheelhouse) -> None:
    assert f"-cp3{sys.version_info[1]}-abi3-manylinux_" in built.repaired("libyaml").name
    found = extensions(built.repaired("libyaml"))
    assert SONAME in found["libyaml/_init"].needed
    assert found["libyaml/_init"].runpath == "$ORIGIN"


def test_pyyamls_extension_needs_the_library_and_has_no_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    assert_the_extension_needs_the_library(built.repaired("pyyaml"), "yaml/_yaml", SONAME)


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    package = layout.evaluate("import libyaml; result = libyaml.get_library()").removesuffix(SONAME)
    assert Path(package).is_relative_to(layout.homes["libyaml"])
    seen = mapped(layout, "libyaml, yaml._yaml", "/libyaml")
    assert seen == [f"{package}_init.abi3.so", f"{package}{SONAME}"]


def test_without_the_exporter_another_file_or_none_is_mapped(layout: Layout) -> None:
    seen = mapped(layout, "yaml._yaml", "/libyaml")  # PyYAML, unmodified, does not import libyaml
    assert f"{SONAME}: cannot open shared object file" in seen or [Path(path).parts[1] for path in seen] == ["usr"]


def test_pyyamls_own_tests_pass(layout: Layout, tmp_path: Path) -> None:
    tests = shutil.copytree(PYYAML.downloads() / "source" / "tests" / "legacy_tests", tmp_path / "tests")
    # Half of the tests are for the extension. They are left out if it can't be imported.
    assert PYYAML.run_tests(layout, "libyaml", tests, tmp_path) == 2608


def test_an_sdist_has_no_library_and_its_build_names_the_missing_folder(
    built: Wheelhouse, requirements: Path, tmp_path: Path
) -> None:
    sdist = built.sdist("libyaml")
    with tarfile.open(sdist) as archive:
        assert not [name for name in archive.getnames() if ".so" in name or name.endswith("yaml.h")]
    with pytest.raises(CommandError, match=r"There is no folder .*/prefix.*-Dlibrary_prefix="):
        build(sdist, tmp_path, "--wheel", using=requirements)


def test_a_library_for_another_machine_is_refused(exporter: Path, prefix: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"it is for .*, but this build is for RISCV"):
        run([sys.executable, exporter / "take_library.py", prefix / "lib" / SONAME, tmp_path / SONAME, "riscv64"])


def test_a_file_that_is_not_a_library_is_refused(exporter: Path, tmp_path: Path) -> None:
    script = tmp_path / "libyaml.so"
    script.write_text(f"INPUT({SONAME})")
    with pytest.raises(CommandError, match=f"{script} can't be packed: it is not a shared library"):
        run([sys.executable, exporter / "take_library.py", script, tmp_path / SONAME, platform.machine()])


@pytest.fixture
def misnamed(prefix: Path, tmp_path: Path) -> Path:
    """A prefix whose library has the SONAME of another one, and the RUNPATH that it was built with."""
    copy = shutil.copytree(prefix, tmp_path / "misnamed", symlinks=True)
    run(["patchelf", "--set-soname", "libyaml.so.5", "--set-rpath", "/opt/yaml/lib", copy / "lib" / "libyaml.so"])
    return copy


def test_a_library_of_another_soname_is_refused(
    exporter: Path, misnamed: Path, requirements: Path, tmp_path: Path
) -> None:
    message = f"lib/{SONAME} can't be packed: .*/opt/yaml/lib; its SONAME is libyaml.so.5, but should be {SONAME}"
    with pytest.raises(CommandError, match=message):
        build(exporter, tmp_path, "--wheel", f"-Csetup-args=-Dlibrary_prefix={misnamed}", using=requirements)


def test_the_packed_copy_is_corrected_on_request(
    exporter: Path, misnamed: Path, requirements: Path, tmp_path: Path
) -> None:
    options = [f"-Csetup-args=-Dlibrary_prefix={misnamed}", "-Csetup-args=-Dcorrect_library=true"]
    build(exporter, tmp_path, "--wheel", *options, using=requirements)
    (wheel,) = tmp_path.glob("*.whl")
    packed = read_elf(zipfile.Path(wheel, f"libyaml/{SONAME}").read_bytes())
    assert (packed.soname, packed.runpath) == (SONAME, None)
    assert read_elf((misnamed / "lib" / SONAME).read_bytes()).soname == "libyaml.so.5"
