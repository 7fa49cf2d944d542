"""Exporter and consumer developed together: both editable through pip, or in uv's workspace."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.layouts import LayoutError
from library_wheel.processes import CommandError, run
from library_wheel.project.builds import build_tools
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layouts
from library_wheel.project.libraries import needed
from library_wheel.project.packages import ROOT
from library_wheel.project.platform import PLATFORM
from library_wheel.project.sources import copy_files, snapshot, working_tree
from library_wheel.variables import clean_environment
from support.development import Developed, count_thousand_more, hash_one_more, result_of, uv

ISOLATED = (
    "An editable install is built again when it is imported, and pip or uv will have deleted this build environment."
)


@pytest.fixture(scope="module")
def exporter(layouts: Layouts, tmp_path_factory: pytest.TempPathFactory) -> Developed:
    """The exporter, editable."""
    made = Developed(layouts, snapshot(tmp_path_factory.mktemp("developed") / "tree"))
    made.install("--editable", made.tree / "libfoo-wheel")
    return made


@pytest.fixture(scope="module")
def both(exporter: Developed) -> Developed:
    """Exporter and consumer, editable."""
    exporter.install("--editable", exporter.tree / "consumer-ext")
    return exporter


def test_build_tools_work_without_the_packages_of_the_environment_that_installed_them() -> None:
    meson = build_tools() / "bin" / "meson"
    command: list[str | Path] = [sys.executable, "-I", "-S", meson, "--version"]
    assert run(command).startswith("1.")


def test_an_edit_of_the_library_is_in_the_next_process(both: Developed) -> None:
    before = both.evaluate("consumer_ext.hash(b'')")
    hash_one_more(both.tree / "libfoo")
    assert both.evaluate("consumer_ext.hash(b'')") == before + 1


def test_an_edit_of_the_consumer_is_in_the_next_process(both: Developed) -> None:
    before = both.evaluate("consumer_ext.count()")
    count_thousand_more(both.tree / "consumer-ext")
    assert both.evaluate("consumer_ext.count()") == before + 1000


def test_a_new_function_and_its_first_call_are_in_the_next_process_if_the_exporter_is_imported_first(
    both: Developed,
) -> None:
    def id_of(string: str, first: str = "") -> object:
        return both.evaluate(f"consumer_ext.intern({string!r})", first)

    library, before = both.tree / "libfoo", id_of("x")
    declaration = "FOO_API uint64_t foo_hash(const void *data, size_t size);"
    replace_once(library / "include" / "foo.h", declaration, f"{declaration}\nFOO_API uint32_t foo_seven(void);")
    replace_once(library / "src" / "libfoo.map", "foo_hash;", "foo_hash; foo_seven;")
    with (library / "src" / "hash.c").open("a") as source:
        source.write("\nuint32_t foo_seven(void) { return 7; }\n")
    consumer = both.tree / "consumer-ext" / "consumer_ext" / "_ext.c"
    replace_once(consumer, "= foo_intern(string);", "= foo_intern(string) + foo_seven();")
    # Older compilers accept a function without a declaration.
    text = consumer.read_text()
    consumer.write_text(f'#pragma GCC diagnostic error "-Wimplicit-function-declaration"\n{text}')

    with pytest.raises(LayoutError, match='rebuilding the "consumer-ext" editable package failed'):
        id_of("x")
    assert id_of("x", "import libfoo") == before + 7
    assert id_of("x") == before + 7


def test_a_consumer_is_linked_to_an_editable_exporter_and_names_no_folder_of_it(
    exporter: Developed, tmp_path: Path
) -> None:
    exporter.install("--target", tmp_path, exporter.tree / "consumer-ext")
    (extension,) = (tmp_path / "consumer_ext").glob("_ext.*.so")
    assert "libfoo.so.1" in needed(extension)
    assert str(exporter.tree).encode() not in extension.read_bytes()
    # Whether or not a test has edited the sources before, this is the same.
    code = "import consumer_ext as c; result = c.name(c.intern('x'))"
    assert exporter.layout.with_environment(PYTHONPATH=tmp_path).evaluate(code) == "x"


def test_pkgconf_alone_finds_an_exporter_from_a_wheel_and_no_editable_one(
    layouts: Layouts, exporter: Developed
) -> None:
    code = "import pkgconf; result = pkgconf.run_pkgconf('--exists', 'foo').returncode == 0"
    layout_with_wheel = layouts.layout({"libfoo": "venv"})
    found = [
        layout.with_environment(PYTHONPATH=build_tools()).evaluate(code)
        for layout in (layout_with_wheel, exporter.layout)
    ]
    assert found == [True, False]


PROBE = {
    "pyproject.toml": """
        [build-system]
        requires = ["scikit-build-core>=1.0"]
        build-backend = "scikit_build_core.build"
        [project]
        name = "probe"
        version = "1"
        """,
    "CMakeLists.txt": """
        cmake_minimum_required(VERSION 3.20)
        project(probe LANGUAGES C)
        find_package(foo 1.1 CONFIG REQUIRED)
        add_library(probe MODULE probe.c)
        target_link_libraries(probe PRIVATE foo::foo)
        set_target_properties(probe PROPERTIES PREFIX "" SKIP_BUILD_RPATH TRUE)
        install(TARGETS probe DESTINATION .)
        """,
    "probe.c": """
        #include <foo.h>
        const char *probe(void) { return foo_version(); }
        """,
}


def test_scikit_build_core_finds_an_editable_exporter(exporter: Developed, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name, text in PROBE.items():
        (project / name).write_text(text)
    exporter.install("--target", tmp_path / "there", project)
    assert "libfoo.so.1" in needed(tmp_path / "there" / "probe.so")

    # With the package itself as entry point it stops: meson-python's loader names no folder.
    (entry_points,) = PLATFORM.site_packages(exporter.layout.python).glob("libfoo-*.dist-info/entry_points.txt")
    text = entry_points.read_text()
    entry_points.write_text(text.replace("libfoo._prefix", "libfoo"))
    try:
        with pytest.raises(CommandError, match="MesonpyTraversable"):
            exporter.install("--target", tmp_path / "not-there", project)
    finally:
        entry_points.write_text(text)


@pytest.mark.parametrize("package", ["libfoo-wheel", "consumer-ext"])
def test_an_editable_install_with_build_isolation_is_refused(
    layouts: Layouts, using: Path, tmp_path: Path, package: str
) -> None:
    made = Developed(layouts, snapshot(tmp_path / "tree"))
    with pytest.raises(CommandError) as failure:
        layouts.pip(made.layout.python, f"--find-links={using}", "--editable", made.tree / package)
    assert ISOLATED in str(failure.value)
    assert f"then: pip install --no-build-isolation -e {package}" in str(failure.value)


# An editable one for PyPy, and any other build.
@pytest.mark.parametrize(("folder", "refused"), [("pp311", True), (".mesonpy-x1", False)])
def test_it_is_refused_by_the_name_of_the_build_folder(tmp_path: Path, folder: str, *, refused: bool) -> None:
    tree = snapshot(tmp_path / "tree")
    # pip's build environments are in folders of this name.
    meson = tmp_path / "pip-build-env-x" / "bin" / "meson"
    meson.parent.mkdir(parents=True)
    shutil.copy2(build_tools() / "bin" / "meson", meson)
    command = [sys.executable, meson, "setup", tmp_path / folder, tree / "libfoo-wheel"]
    variables = clean_environment({"PYTHONPATH": str(build_tools())})
    result = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert (ISOLATED in result.stdout) == (result.returncode != 0) == refused, result.stdout


def check_in(build_file: Path) -> str:
    """Return the part of a meson.build that refuses such an install, without the package's name, or ""."""
    found = re.search(
        r"^# meson-python rebuilds an editable.*?^endif$", build_file.read_text(), re.MULTILINE | re.DOTALL
    )
    return found[0].replace(f"-e {build_file.parent.name}", "-e PACKAGE") if found else ""


def test_the_check_is_the_same_in_each_package() -> None:
    files = [ROOT / name for name in working_tree(".") if name.name == "meson.build"]
    checks = [check for file in files if (check := check_in(file))]
    assert len(checks) == 3
    assert len(set(checks)) == 1


def test_without_the_check_the_import_fails_after_the_installation(
    layouts: Layouts, using: Path, tmp_path: Path
) -> None:
    made = Developed(layouts, snapshot(tmp_path / "tree"))
    replace_once(made.tree / "consumer-ext" / "meson.build", "\nif isolated and", "\nif false and")
    layouts.pip(made.layout.python, f"--find-links={using}", "--editable", made.tree / "consumer-ext")
    error = made.layout.run("-c", "import consumer_ext").stderr
    assert 'rebuilding the "consumer-ext" editable package failed' in error
    assert "-build-env-" in error


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources in which `uv sync` was run, for `uv run`."""
    return synced(tmp_path_factory.mktemp("workspace") / "tree")


def synced(tree: Path, edit: Callable[[Path], None] = lambda _: None) -> Path:
    """Copy the sources, edit them and run `uv sync`."""
    copy_files(tree, "pyproject.toml", "libfoo", "libfoo-wheel", "consumer-ext", "consumer-pure", "tool")
    edit(tree)
    uv(tree, "sync")
    return tree


def test_uv_run_has_exporter_and_consumers(workspace: Path) -> None:
    code = "import consumer_ext, consumer_pure as p; print([m.intern(s) for m, s in [(consumer_ext, 'x'), (p, 'x')]])"
    assert uv(workspace, "run", "python", "-c", code) == "[1, 1]\n"


def test_uv_run_has_an_edit_of_the_library(workspace: Path) -> None:
    before = result_of(workspace, "consumer_ext.hash(b'')")
    hash_one_more(workspace / "libfoo")
    assert result_of(workspace, "consumer_ext.hash(b'')") == before + 1


def test_uv_run_has_an_edit_of_the_consumer(workspace: Path) -> None:
    before = result_of(workspace, "consumer_ext.count()")
    count_thousand_more(workspace / "consumer-ext")
    assert result_of(workspace, "consumer_ext.count()") == before + 1000


def test_without_its_cache_keys_uv_run_would_not_see_an_edit_of_the_library(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        replace_once(tree / "libfoo-wheel" / "pyproject.toml", "\ncache-keys = [", "\nother = [")

    tree = synced(tmp_path / "tree", edit)
    before = result_of(tree, "consumer_ext.hash(b'')")
    hash_one_more(tree / "libfoo")
    assert result_of(tree, "consumer_ext.hash(b'')") == before


def test_an_editable_exporter_in_uvs_workspace_is_refused(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        replace_once(tree / "pyproject.toml", "workspace = true, editable = false", "workspace = true")

    with pytest.raises(CommandError) as failure:
        synced(tmp_path / "tree", edit)
    # uv breaks the lines of what a build says.
    assert ISOLATED in " ".join(str(failure.value).split())
