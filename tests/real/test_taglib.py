"""TagLib, a C++ library that builds with CMake, exported through the template; and pytaglib, with -ltag.

TagLib's targets have no include directories, and its headers lie in many folders, but users include them from one. Its
bindings for C are a second library in the same wheel, linked to the first.
"""

import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

from library_wheel.processes import run
from library_wheel.project.builds import without_isolation
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler, needed
from library_wheel.project.wheel_files import binaries
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment
from real.projects import (
    BY_HAND,
    Consumer,
    answers_for_debians_archive,
    assert_it_is_another_file_or_none,
    assert_the_exporters_copy_is_mapped,
    assert_the_extension_needs_the_library,
    build_exporter,
    by_hand,
    environment_for_dash_l,
    mapped,
    repair_consumer,
)
from support.rendering import render

PYTAGLIB = Consumer(
    name="pytaglib",
    version="1.5.0",
    sha256="8f7603dffdb1930428b305e79b8ca127e9cffc4ce4d2f7440a5f5226a82e6e5f",
    build_requirements=("setuptools>=77", "wheel", "Cython>=3"),
    test_requirements=("pytest>=8",),
)
MODULES = "taglib"


@pytest.fixture(scope="session")
def given() -> dict[str, object]:
    """The answers."""
    return answers_for_debians_archive("taglib")


@pytest.fixture(scope="session")
def project(given: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's project for these answers."""
    return render(tmp_path_factory.mktemp("project"), given)


@pytest.fixture(scope="session")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """Wheels of libtag and of pytaglib, built against it."""
    directory = tmp_path_factory.mktemp("wheels")
    house = build_exporter(project / "libtag-wheel", directory)

    exporter = tmp_path_factory.mktemp("exporter")
    shutil.unpack_archive(house.wheel("libtag"), exporter, format="zip")
    # The C++ code in the sdist is for CPythons before 3.11. setup.py can generate it again, but doesn't require Cython.
    tools = tmp_path_factory.mktemp("tools")
    for wheel in (PYTAGLIB.downloads() / "build").glob("*.whl"):
        shutil.unpack_archive(wheel, tools, format="zip")
    environment = {
        **environment_for_dash_l(exporter / "libtag", "tag", "libtag.so.1"),
        "PYTAGLIB_CYTHONIZE": "1",
        "PYTHONPATH": str(tools),
    }
    PYTAGLIB.build(directory, environment, "--no-isolation")
    repair_consumer(house.wheel("pytaglib"), directory / "repaired", house.wheel("libtag"))
    return house


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """TagLib in the user's site-packages, pytaglib in a virtual environment."""
    return layouts.layout({"libtag": "user", "pytaglib": "venv"})


def test_the_manual_steps_are_those_that_the_documentation_lists(project: Path, given: dict[str, object]) -> None:
    assert by_hand(project, given) == BY_HAND["taglib"]


def test_the_extension_needs_the_library_and_has_no_runpath_but_the_interpreters_own(built: Wheelhouse) -> None:
    assert_the_extension_needs_the_library(built.repaired("pytaglib"), "taglib", "libtag.so.1")


def test_one_copy_is_mapped_and_it_is_the_exporters(layout: Layout) -> None:
    assert_the_exporters_copy_is_mapped(layout, "libtag", MODULES)


def test_without_the_exporter_another_file_or_none_is_mapped(layout: Layout) -> None:
    assert_it_is_another_file_or_none(layout, "libtag", MODULES, "libtag.so.1: cannot open shared object file")


def test_pytaglibs_own_tests_pass(layout: Layout, tmp_path: Path) -> None:
    tests = shutil.copytree(PYTAGLIB.downloads() / "source" / "tests", tmp_path / "tests")
    assert PYTAGLIB.run_tests(layout, "libtag", tests, tmp_path) >= 18


def test_both_libraries_are_in_the_wheel_named_by_their_sonames(built: Wheelhouse) -> None:
    found = {name: elf.soname for name, elf in binaries(built.repaired("libtag")).items() if elf.soname}
    assert found == {"libtag/libtag.so.1": "libtag.so.1", "libtag/libtag_c.so.0": "libtag_c.so.0"}


def test_the_bindings_need_their_sibling_and_look_for_it_beside_themselves(built: Wheelhouse) -> None:
    bindings = binaries(built.repaired("libtag"))["libtag/libtag_c.so.0"]
    assert "libtag.so.1" in bindings.needed
    assert bindings.runpath == "$ORIGIN"


def test_one_copy_of_each_library_is_mapped(layout: Layout) -> None:
    libraries = layout.evaluate("import libtag; result = [libtag.get_library(name) for name in ('tag', 'tag_c')]")
    assert [Path(path).name for path in libraries] == ["libtag.so.1", "libtag_c.so.0"]
    for library in libraries:
        assert mapped(layout, "libtag, taglib", f"/{Path(library).name}") == [library]
    loaded = "import libtag; result = [libtag.get_loaded_library(name) for name in ('tag', 'tag_c')]"
    assert layout.evaluate(loaded) == libraries


def test_a_missing_second_library_is_named(layouts: Layouts, built: Wheelhouse) -> None:
    layout = layouts.private(built.repaired("libtag"))
    library = Path(layout.evaluate("import libtag; result = libtag.get_library('tag_c')"))
    library.unlink()
    if others := layouts.other_copies(library.name):
        assert layout.mapped("import libtag", library.name) == others
        return
    result = layout.run("-c", "import libtag")
    assert f"ImportError: libtag can't be loaded: {library} is missing. Reinstall it: pip" in result.stderr


def tool(name: str, *arguments: str | Path, environment: Mapping[str, str] = {}) -> str:
    """Run a program of the build requirements and return its output."""
    return run([name, *arguments], clean_environment({**without_isolation(), **environment}))


@pytest.mark.parametrize(("name", "file"), [("taglib", "libtag.so.1"), ("taglib_c", "libtag_c.so.0")])
def test_pkg_config_finds_each_library(layout: Layout, name: str, file: str) -> None:
    folder = layout.evaluate("import libtag; result = libtag.get_pkgconfig_dir()")
    options = ("--modversion", "--libs")
    asked = {option: tool("pkgconf", option, name, environment={"PKG_CONFIG_PATH": folder}) for option in options}
    assert asked["--modversion"].strip() == "1.13"
    assert f"-l:{file}" in asked["--libs"].split()


def test_cmake_links_a_program_to_the_second_library(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(
        "#include <taglib/tag_c.h>\nint main(void) { taglib_tag_free_strings(); return 0; }"
    )
    (tmp_path / "CMakeLists.txt").write_text(
        """
        cmake_minimum_required(VERSION 3.20)
        project(program LANGUAGES C)
        find_package(tag 1.13 CONFIG REQUIRED)
        add_executable(program main.c)
        target_link_libraries(program PRIVATE tag::tag_c)
        """
    )
    folder = layout.evaluate("import libtag; result = libtag.get_cmake_dir()")
    tool("cmake", "-GNinja", f"-Dtag_DIR={folder}", "-S", tmp_path, "-B", tmp_path / "build")
    tool("cmake", "--build", tmp_path / "build")
    assert "libtag_c.so.0" in needed(tmp_path / "build" / "program")
    run([tmp_path / "build" / "program"])


def loaded_by_a_stub(layout: Layout, sources: Path) -> list[str]:
    """Put a stub into the exporter, linked with --as-needed, which leaves out libraries without references.

    Return the names of the libraries that importing it loads.
    """
    package = Path(layout.evaluate("import libtag; result = libtag.__file__")).parent
    names = {"TAG_LIBRARY": "libtag.so.1", "TAG_LINK_FILE": "libtag.so.1", "WHEEL_VERSION": "1.13"}
    names |= {"TAG_C_LIBRARY": "libtag_c.so.0", "TAG_C_LINK_FILE": "libtag_c.so.0"}
    stub = package / "_init.abi3.so"
    folders = [f"-I{package / 'include'}", f"-I{sysconfig.get_path('include')}"]
    definitions = [f'-D{key}="{name}"' for key, name in names.items()]
    objects = []
    for language, source in (("C", sources / "_init.c"), ("C++", sources / "library.cpp")):
        objects.append(source.with_suffix(".o"))
        run([*compiler(language), "-fPIC", *definitions, *folders, "-c", source, "-o", objects[-1]])
    stub.unlink()
    libraries = [package / "libtag_c.so.0", package / "libtag.so.1"]
    run([*compiler("C++"), "-shared", "-Wl,--as-needed,-rpath,$ORIGIN", *objects, *libraries, "-o", stub])
    names_mapped = [Path(path).name for path in mapped(layout, "libtag", "/libtag")]
    return sorted(name for name in names_mapped if name.startswith("libtag"))


def test_the_stub_refers_to_each_library(project: Path, layouts: Layouts, built: Wheelhouse, tmp_path: Path) -> None:
    sources = shutil.copytree(project / "libtag-wheel" / "libtag", tmp_path / "libtag")
    layout = layouts.private(built.repaired("libtag"))
    assert loaded_by_a_stub(layout, sources) == ["libtag.so.1", "libtag_c.so.0"]


def test_a_library_that_the_stub_does_not_refer_to_would_not_be_loaded(
    project: Path, layouts: Layouts, built: Wheelhouse, tmp_path: Path
) -> None:
    sources = shutil.copytree(project / "libtag-wheel" / "libtag", tmp_path / "libtag")
    replace_once(sources / "library.cpp", "&taglib_file_new", "&address_in_tag")
    layout = layouts.private(built.repaired("libtag"))
    assert loaded_by_a_stub(layout, sources) == ["libtag.so.1"]
