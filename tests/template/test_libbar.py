"""The template makes libbar-wheel from answers, except for that example's additions: it is linked to libfoo."""

import subprocess
from pathlib import Path

import pytest
import yaml

from library_wheel.project.packages import PACKAGES, ROOT
from library_wheel.project.sources import working_tree
from support.rendering import render

EXAMPLE = ROOT / PACKAGES["libbar"].folder
ANSWERS = yaml.safe_load((ROOT / "template" / "libbar-answers.yml").read_text())

# libfoo-wheel shows these files.
LEFT_OUT = {"libbar/__main__.py", "libbar/_pyinstaller/__init__.py", "libbar/_pyinstaller/hook-libbar.py"}
# A file to vendor, with which it explains that libfoo is missing. And a page of its own.
OF_ITS_OWN = {"libbar/_loading_error.py", "README.md"}

# The differences: each passage occurs once in the project's file.
EDITS = {
    "CMakeLists.txt": [
        (
            "export_headers(\n",
            'if(CMAKE_SYSTEM_NAME STREQUAL "Emscripten")\n'
            "  # Pyodide's loadPackage() opens libraries before anything can import libfoo, which it installs here.\n"
            '  target_link_options(bar PRIVATE "LINKER:-rpath,$ORIGIN/../libfoo")\n'
            "endif()\n"
            "export_headers(\n",
        )
    ],
    "cmake/bar-config.cmake.in": [
        (
            'IMPORTED_SONAME "@BAR_LIBRARY@"\n      INTERFACE_INCLUDE_DIRECTORIES "${_bar_package}/include"\n',
            'IMPORTED_SONAME "@BAR_LIBRARY@"\n      INTERFACE_INCLUDE_DIRECTORIES "${_bar_package}/include"\n'
            "      # libbar's headers include libbarutil's, which has the base class of the exceptions.\n"
            "      INTERFACE_LINK_LIBRARIES bar::barutil\n",
        )
    ],
    "pkgconfig/bar.pc.in": [("Libs: @BAR_LIBS@\n", "Libs: @BAR_LIBS@\nRequires: barutil\n")],
    "libbar/__init__.py": [
        ("The native library libbar,", "The native libraries libbar and libbarutil,"),
        (
            "loads the library: every extension module imported afterwards that is linked to it gets this copy.\n",
            "loads both, and before them libfoo, which libbar is linked to.\n",
        ),
        (
            "import os\nimport sys\n\n",
            "import os\nimport sys\n\n"
            "try:\n"
            "    import libfoo  # noqa: F401 - it loads the library that libbar needs\n"
            "except ModuleNotFoundError as error:\n"
            '    if error.name != "libfoo":\n'
            "        raise\n\n",
        ),
        ("loaded  # loads the library\n", "loaded  # loads the libraries\n"),
        ("the directory of the C headers", "the directory of the C++ headers"),
    ],
    "libbar/diagnosis.py": [
        ("import Path\n\n", "import Path\n\nfrom . import _loading_error as loading_error\n\n"),
        (
            '    path, reason = error.path, ""\n',
            '    about_libfoo = loading_error.explain(error, ("foo", "libfoo", "libfoo>=1.1,<2"))\n'
            '    if about_libfoo.name == "libfoo":\n'
            "        return about_libfoo\n"
            '    path, reason = error.path, ""\n',
        ),
    ],
    "pyproject.toml": [
        (
            '# scikit-build-core 1.0: sdist.inclusion-mode.\nrequires = ["scikit-build-core>=1.0"]\n',
            "# scikit-build-core 1.0: sdist.inclusion-mode. libfoo: upstream's find_package(foo).\n"
            'requires = ["scikit-build-core>=1.0", "libfoo>=1.1,<2"]\n',
        ),
        ('requires-python = ">=3.10"\n', 'requires-python = ">=3.10"\ndependencies = ["libfoo>=1.1,<2"]\n'),
        ('maintainers = [{ name = "The library-wheel contributors" }]\n', ""),
        ('\n[project.entry-points.pyinstaller40]\nhook-dirs = "libbar._pyinstaller:get_hook_dirs"\n', ""),
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exporter that the template makes from the answers."""
    return render(tmp_path_factory.mktemp("project"), ANSWERS) / "libbar-wheel"


def names(folder: Path) -> set[str]:
    """Return the files of an exporter, without its upstream's."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in files if not name.startswith("upstream/")}


def in_the_example() -> set[str]:
    """Return the files of the example, without its upstream's."""
    folder = PACKAGES["libbar"].folder
    files = {path.relative_to(folder).as_posix() for path in working_tree(folder)}
    return {name for name in files if not name.startswith("upstream/")}


def formatted(name: str, text: str) -> str:
    """Return a source formatted like the example's, whose line lengths a project's formatter may change."""
    if not name.endswith((".c", ".cpp", ".h")):
        return text
    command = ["clang-format", f"--style=file:{ROOT / '.clang-format'}", f"--assume-filename={name}"]
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def test_the_example_has_the_projects_files(project: Path) -> None:
    assert names(project) - in_the_example() == LEFT_OUT
    assert in_the_example() - names(project) == OF_ITS_OWN - {"README.md"}


@pytest.mark.parametrize("name", sorted(in_the_example() - OF_ITS_OWN))
def test_the_answers_give_the_example_except_for_its_additions(project: Path, name: str) -> None:
    text = (project / name).read_text()
    for old, new in EDITS.get(name, []):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert formatted(name, text) == (EXAMPLE / name).read_text()


def test_other_answers_do_not_give_the_example(tmp_path: Path) -> None:
    name = "libbar-wheel/CMakeLists.txt"
    text = (render(tmp_path, {**ANSWERS, "soversion": "7"}, only=[name]) / name).read_text()
    assert "SOVERSION 7" in text
    assert "SOVERSION 7" not in (EXAMPLE / "CMakeLists.txt").read_text()
