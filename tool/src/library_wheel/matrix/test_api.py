"""The exporter's functions and command line, which users and bug reports rely on."""

from collections.abc import Set
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from ..project.extras import only_with
from ..project.layouts import Layout, Layouts
from ..project.packages import (
    BINARY,
    CONSUMERS,
    EXPORTER,
    HEADERS,
    LIBRARY_FILE,
    LINK_FILE,
    MODULE,
    PACKAGES,
    REQUIREMENT,
)
from ..project.platform import PLATFORM
from ..project.wheels import Wheelhouse

has_command_line = only_with(f"{MODULE}/__main__.py")

# The first library is the default.
LIBRARY, *_ = LIBRARIES = list(PACKAGES[EXPORTER].libraries)
# find_package(Foo) also looks for files with the name in lower case.
CMAKE = (PACKAGES[EXPORTER].cmake or LIBRARY).lower()


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """Exporter and consumers in the system's site-packages."""
    return layouts.layout(dict.fromkeys(PACKAGES, "system"))


@pytest.fixture(scope="module")
def package(layout: Layout) -> Path:
    """The exporter's package directory."""
    return Path(layout.evaluate(f"import {MODULE} as exporter; result = exporter.__file__")).parent


def test_importing_the_exporter_imports_nothing_else(layout: Layout) -> None:
    # PyPy loads its module cpyext with the first extension module.
    before = "{*sys.modules, 'cpyext'}"
    code = f"import sys; before = {before}; import {MODULE}; result = sorted(set(sys.modules) - before)"
    assert layout.evaluate(code) == [MODULE, f"{MODULE}._init"]


@pytest.mark.parametrize("consumer", [name for name in CONSUMERS if name in BINARY])
def test_importing_a_consumer_imports_no_ctypes(layout: Layout, consumer: str) -> None:
    assert layout.evaluate(f"import sys, {PACKAGES[consumer].module}; result = 'ctypes' in sys.modules") is False


@pytest.fixture(scope="module")
def version(wheels: Wheelhouse) -> str:
    """The exporter's version."""
    return str(parse_wheel_filename(wheels.repaired(EXPORTER).name)[1])


def test_the_version_is_that_of_the_distribution(layout: Layout, version: str) -> None:
    installed = f"import importlib.metadata as m; result = m.version({EXPORTER!r})"
    imported = f"import {MODULE} as exporter; result = exporter.__version__"
    assert layout.evaluate(installed) == layout.evaluate(imported) == version


# The functions that return directories for builds, and the files expected in each directory.
DIRECTORIES = [
    ("get_include", HEADERS),
    ("get_pkgconfig_dir", {library.pkgconfig_file for library in PACKAGES[EXPORTER].details}),
    ("get_cmake_dir", {f"{CMAKE}-config.cmake", f"{CMAKE}-config-version.cmake"}),
]


def directory_of(layout: Layout, function: str, content: Set[str]) -> Path:
    """Return a directory from one of the exporter's functions; assert that it has the expected files."""
    directory = Path(layout.evaluate(f"import {MODULE} as exporter; result = exporter.{function}()"))
    assert content <= {path.relative_to(directory).as_posix() for path in directory.rglob("*.*")}
    return directory


@pytest.mark.parametrize(("function", "content"), DIRECTORIES)
def test_a_function_returns_a_directory_that_builds_need(
    layout: Layout, package: Path, function: str, content: Set[str]
) -> None:
    assert directory_of(layout, function, content).parent == package


@pytest.mark.parametrize("function", ["get_library", "get_loaded_library"])
def test_the_library_is_in_the_package(layout: Layout, package: Path, function: str) -> None:
    answer = layout.evaluate(f"import {MODULE} as exporter; result = exporter.{function}()")
    assert answer == str(package / LIBRARY_FILE)


def test_the_file_to_link_to_is_the_library_or_its_import_library(layout: Layout, package: Path) -> None:
    answer = layout.evaluate(f"import {MODULE} as exporter; result = exporter.get_link_file()")
    assert answer == str(package / LINK_FILE)
    assert (package / LINK_FILE).is_file()


@pytest.mark.needs("editable installs")
def test_an_editable_exporter_has_what_builds_need(layouts: Layouts) -> None:
    editable = layouts.layout({EXPORTER: "editable"})
    folders = {directory_of(editable, function, content).parent for function, content in DIRECTORIES}
    linked = Path(editable.evaluate(f"import {MODULE} as exporter; result = exporter.get_link_file()"))
    assert folders == {linked.parent}
    assert linked.is_file()


@has_command_line
def test_the_command_line_reports_versions_and_files(layout: Layout, package: Path, version: str) -> None:
    lines = layout.run("-m", MODULE).stdout.partition("\n\n")[0].splitlines()
    running = layout.evaluate(f"from {MODULE} import _init; result = _init.loaded[{LIBRARY!r}][1] or 'unknown'")
    assert lines[:7] == [
        f"wheel version    {version}",
        f"library version  {running}",
        f"SONAME           {LIBRARY_FILE}",
        f"file in wheel    {package / LIBRARY_FILE}",
        f"file loaded      {package / LIBRARY_FILE}",
        "because          it is the wheel's own",
        f"stub             {PLATFORM.extension('_init')}",
    ]
    assert str(layout.python.parents[1]) in lines[7]
    assert len(lines) == 9


@has_command_line
def test_the_report_as_json_has_the_same_facts(layout: Layout) -> None:
    reports = layout.json("-m", MODULE, "--json")
    assert list(reports) == LIBRARIES
    lines = ["\n".join(f"{key:<16} {value}" for key, value in report.items()) for report in reports.values()]
    assert layout.run("-m", MODULE).stdout == "\n\n".join(lines) + "\n"


@has_command_line
def test_the_command_line_prints_flags(layout: Layout, package: Path) -> None:
    cflags = layout.run("-m", MODULE, "--cflags").stdout.removesuffix("\n")
    # Some libraries need macros.
    assert cflags.partition(" -D")[0] == f"-I{package / 'include'}"
    assert layout.run("-m", MODULE, LIBRARY, "--libs").stdout == f"{package / LINK_FILE}\n"
    both = layout.run("-m", MODULE, LIBRARY, "--cflags", "--libs").stdout
    assert both == f"{cflags} {package / LINK_FILE}\n"


@has_command_line
def test_the_command_line_prints_the_version(layout: Layout, version: str) -> None:
    assert layout.run("-m", MODULE, "--version").stdout == f"{version}\n"


@has_command_line
def test_the_command_line_refuses_an_unknown_option(layout: Layout) -> None:
    result = layout.run("-m", MODULE, "--nope")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == f"python -m {MODULE}: error: unrecognized arguments: --nope"
    assert result.stdout == ""


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_pip_installs_the_exporter_with_a_consumer(
    layouts: Layouts, wheels: Wheelhouse, tmp_path: Path, consumer: str
) -> None:
    found = wheels.repaired(EXPORTER).parent
    layouts.pip(layouts.layout({}).python, "--target", tmp_path, f"--find-links={found}", consumer)
    Layout(layouts.layout({}).python).at(tmp_path).assert_one_copy(consumer)


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_the_advice_of_a_failed_import_is_the_requirement(layout: Layout, consumer: str) -> None:
    module = PACKAGES[consumer].module
    file = layout.evaluate(f"import {module}; result = {module}.__file__")
    requirements = layout.evaluate(f"import importlib.metadata as m; result = m.requires('{consumer}')")
    assert Requirement(REQUIREMENT) in map(Requirement, requirements)
    assert any(f'"{REQUIREMENT}"' in file.read_text() for file in Path(file).parent.glob("*.py"))
