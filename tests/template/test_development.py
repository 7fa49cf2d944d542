"""In a project, exporter and consumer can be developed together, like in the example."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from test_builds import UPSTREAM, add_library

from library_wheel.processes import CommandError
from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layouts
from support.development import Developed, result_of, uv

Render = Callable[..., Path]


def test_uv_run_has_edits_of_library_and_consumer(render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="My-Lib", distribution="Ham.Native"), tmp_path / "project")
    uv(project, "sync")
    assert result_of(project, "consumer_ext.next_id()") == 1
    replace_once(project / "libmy_lib" / "src" / "my_lib.c", "last_id;", "last_id = 10;")
    replace_once(
        project / "consumer-ext" / "consumer_ext" / "_ext.c", "(my_lib_next_id())", "(1000 + my_lib_next_id())"
    )
    assert result_of(project, "consumer_ext.next_id()") == 1011


def test_uv_run_has_an_edit_of_an_upstream_that_builds_with_cmake(render: Render, tmp_path: Path) -> None:
    project = project_with_cmake(render, tmp_path)
    uv(project, "sync")
    code = (
        "import consumer_ext, ctypes, libspam; version = ctypes.CDLL(libspam.get_loaded_library()).spam_version; "
        "version.restype = ctypes.c_char_p; print(version().decode())"
    )
    assert uv(project, "run", "python", "-c", code).split()[-1] == "1.0.0"
    replace_once(project / "libspam-wheel" / "upstream" / "source.c", '"1.0.0"', '"1.0.1"')
    assert uv(project, "run", "python", "-c", code).split()[-1] == "1.0.1"


def test_a_consumer_builds_against_an_editable_exporter_whose_library_builds_with_cmake(
    layouts: Layouts, render: Render, tmp_path: Path
) -> None:
    made = Developed(layouts, project_with_cmake(render, tmp_path))
    made.install("--editable", made.tree / "libspam-wheel")
    made.install("--editable", made.tree / "consumer-ext")
    assert made.evaluate("consumer_ext.__file__") == str(made.tree / "consumer-ext" / "consumer_ext" / "__init__.py")


def test_without_an_exporter_its_consumer_is_not_built(layouts: Layouts, render: Render, tmp_path: Path) -> None:
    made = Developed(layouts, project_with_cmake(render, tmp_path))
    with pytest.raises(CommandError, match="Install the wheel libspam"):
        made.install("--editable", made.tree / "consumer-ext")


def project_with_cmake(render: Render, directory: Path) -> Path:
    """Make a project with a library of one function that builds with CMake."""
    answers = {"name": "spam", "kind": "cmake", "language": "C", "smoke_test": "spam_version() != 0", **UPSTREAM}
    project = shutil.copytree(render(**answers), directory / "project")
    add_library(project, "spam", "cmake", "C")
    return project
