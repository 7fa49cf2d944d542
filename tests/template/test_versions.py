"""A library may report its version in any way, and a wheel that states another version is not built."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.project.builds import build, build_requirements
from library_wheel.project.libraries import compile_library, compiler
from library_wheel.variables import clean_environment

Render = Callable[..., Path]

CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(spam LANGUAGES C CXX)
add_library(spam {source})
target_include_directories(spam PUBLIC include)
set_target_properties(spam PROPERTIES SOVERSION 1)
"""

# For each library: the language, the header, its implementation and the answers.
OUTPUT_ARGUMENTS = (
    "C",
    "void spam_get_version(int *major, int *minor, int *micro);\n#define SPAM_MINOR 7\n",
    "void spam_get_version(int *a, int *b, int *c) { *a = 1; *b = 7; *c = 3; }",
    {
        "function": "spam_get_version",
        "version_expression": 'int a, b, c; spam_get_version(&a, &b, &c); return version_text("%d.%d.%d", a, b, c);',
        "recent_expression": "int a, b, c; spam_get_version(&a, &b, &c); return b >= SPAM_MINOR",
    },
)
LIBRARIES = {
    "output arguments": OUTPUT_ARGUMENTS,
    "a struct": (
        "C",
        "struct spam { int major, minor; }; struct spam spam_version(void);\n",
        "struct spam spam_version(void) { struct spam version = {1, 7}; return version; }",
        {
            "function": "spam_version",
            "version_expression": 'version_text("%d.%d", spam_version().major, spam_version().minor)',
        },
    ),
    "std::string": (
        "C++",
        "#include <string>\nnamespace spam { std::string version(); }\n",
        'std::string spam::version() { return "1.7.3"; }',
        {"function": "spam::version", "version_expression": "spam::version()"},
    ),
    "std::pair": (
        "C++",
        "#include <utility>\nnamespace spam { std::pair<int, int> version(); }\n",
        "std::pair<int, int> spam::version() { return {1, 7}; }",
        {
            "function": "spam::version",
            "version_expression": 'auto v = spam::version(); return version_text("%d.%d", v.first, v.second)',
        },
    ),
    "nothing": ("C", "int spam_size(void);\n", "int spam_size(void) { return 1; }", {"function": "spam_size"}),
}
SAID = {"output arguments": "1.7.3", "std::string": "1.7.3", "nothing": "unknown"}


def built(render: Render, directory: Path, library: tuple[str, str, str, dict[str, str]]) -> Path:
    """Build the exporter of a library of version 1.7.3 and return the folder where it is unpacked."""
    language, header, source, answers = library
    smoke_test = {"smoke_test": "sizeof(int) > 1"}
    made = render(name="spam", kind="cmake", language=language, version="1.7.3", **smoke_test, **answers)
    project = shutil.copytree(made / "libspam-wheel", directory / "project")
    upstream = project / "upstream"
    (upstream / "include").mkdir(parents=True)
    suffix = {"C": "", "C++": "pp"}[language]
    (upstream / "include" / f"spam.h{suffix}").write_text(header)
    (upstream / f"spam.c{suffix}").write_text(f'#include "spam.h{suffix}"\n{source}\n')
    (upstream / "CMakeLists.txt").write_text(CMAKE.format(source=f"spam.c{suffix}"))
    (upstream / "LICENSE").touch()
    build(project, directory, "--wheel", using=build_requirements())
    (wheel,) = directory.glob("*.whl")
    shutil.unpack_archive(wheel, directory / "unpacked", format="zip")
    return directory / "unpacked"


def python(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code with the packages in a folder."""
    environment = clean_environment({"PYTHONPATH": str(folder)})
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


ASK = "import libspam; print(libspam._init.loaded['spam'][1] or 'unknown')"


@pytest.mark.parametrize("way", LIBRARIES)
def test_a_version_is_recognised_in_any_form_in_which_libraries_report_it(
    render: Render, tmp_path: Path, way: str
) -> None:
    result = python(built(render, tmp_path, LIBRARIES[way]), ASK)
    assert (result.stdout.strip(), result.stderr) == (SAID.get(way, "1.7"), "")


def test_an_older_library_is_refused_by_an_expression_of_statements(render: Render, tmp_path: Path) -> None:
    folder = built(render, tmp_path, OUTPUT_ARGUMENTS)
    _, _, source, _ = OUTPUT_ARGUMENTS
    compile_library(folder / "libspam" / "libspam.so.1", source.replace("*b = 7", "*b = 6"))
    said = python(folder, ASK).stderr
    assert (
        "libspam 1.7.3 needs its own version of the library spam or a later compatible one, but 1.6.3 is already loaded"
        in said
    )


def prebuilt(project: Path, version: str) -> Path:
    """Put a library with a version where a project expects the built one; return its .pc file."""
    prefix = project / "libspam-wheel" / "prefix"
    (prefix / "include").mkdir(parents=True)
    (prefix / "include" / "spam.h").write_text("const char *spam_version(void);\n")
    (prefix / "lib" / "pkgconfig").mkdir(parents=True)
    compile_library(prefix / "lib" / "libspam.so.1", f'const char *spam_version(void) {{ return "{version}"; }}')
    file = prefix / "lib" / "pkgconfig" / "spam.pc"
    file.write_text(f"prefix=/usr\nversion = {version}\n\nName: spam\nDescription: Spam\nVersion: ${{version}}\n")
    return file


def configure(project: Path) -> str:
    """Configure a project's exporter with this environment's Meson; return the output."""
    folder = project / "libspam-wheel"
    command = [sys.executable, "-m", "mesonbuild.mesonmain", "setup", folder / "build", folder]
    environment = clean_environment({"CC": " ".join(compiler())})
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("version", "installed", "agrees"),
    [
        ("1.2.0", "1.1.0", False),
        ("1.2.0", "1.2.0", True),
        ("1.2.0.post1", "1.2.0", True),
        ("1.2", "1.2.3", True),
        ("1.2.3rc1", "1.2.3-rc1", True),
    ],
)
def test_a_library_built_for_another_version_of_the_wheel_is_refused(
    render: Render, tmp_path: Path, version: str, installed: str, agrees: bool
) -> None:
    project = shutil.copytree(render(name="spam", kind="prebuilt", version=version), tmp_path / "project")
    file = prebuilt(project, installed)
    said = configure(project)
    sentence = f"{file} has version {installed}, but this wheel has version {version}. If make_prefix.py "
    assert ("Build targets in project: " in said, sentence in said) == (agrees, not agrees), said
