"""A wheel has the headers that patterns select, without excluded ones, even generated and installed ones."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.builds import build, build_requirements, without_isolation
from library_wheel.project.wheel_files import members
from support.rendering import render as render_into

PUBLIC = ["part.ipp", "table.def", "vector", "wide.h"]
OTHERS = ["CMakeLists.txt", "helper.c", "meson.build", "README.md", "wide.pc", "wide_config.h.in"]
PRIVATE = "private.h"

ANSWERS = {"name": "wide", "language": "C", "smoke_test": "wide_answer() == 42", "includes": ["wide/wide.h"]}
WIDE_H = "#include <wide_version.h>\nint wide_answer(void);\n"
WIDE_C = "#include <wide/wide.h>\nint wide_answer(void) { return 42; }\n"
# Each of these generates one header when it is configured and one when it is built. It installs all headers except the
# private one, and other files that no wheel needs.
CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(wide VERSION 1.0.0 LANGUAGES C)
include(GNUInstallDirs)
configure_file(include/wide/wide_config.h.in gen/wide_version.h)
add_custom_command(
  OUTPUT gen/wide_table.h
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_SOURCE_DIR}/include/wide/table.def gen/wide_table.h
)
add_library(wide wide.c ${CMAKE_CURRENT_BINARY_DIR}/gen/wide_table.h)
target_include_directories(wide PUBLIC include ${CMAKE_CURRENT_BINARY_DIR}/gen)
set_target_properties(wide PROPERTIES SOVERSION 1 PUBLIC_HEADER include/wide/wide.h)
add_executable(wide-tool tool.c)
install(TARGETS wide wide-tool PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wide)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} PATTERN private.h EXCLUDE)
install(DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/gen/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/manual.html DESTINATION ${CMAKE_INSTALL_DOCDIR})
"""
MESON = """
project('wide', 'c', version: '1.0.0')
version = configure_file(
  input: 'include/wide/wide_config.h.in', output: 'wide_version.h', configuration: {'X': 1}, install_dir: 'include',
)
table = custom_target(
  command: ['cp', '@INPUT@', '@OUTPUT@'], input: 'include/wide/table.def', output: 'wide_table.h',
  install: true, install_dir: get_option('includedir'),
)
libwide = shared_library(
  'wide', 'wide.c', table, include_directories: 'include', soversion: '1', install: true,
)
executable('wide-tool', 'tool.c', install: true)
install_headers('include/wide/wide.h', subdir: 'wide')
install_subdir('include/wide', install_dir: get_option('includedir'), exclude_files: ['private.h', 'wide.h'])
"""
SOURCES = {"cmake": "upstream", "meson": "subprojects/wide", "prebuilt": "prefix"}


def add_upstream(wheel: Path, kind: str) -> Path:
    """Put a library with headers of many kinds where a project expects upstream's; return the folder."""
    folder = wheel / SOURCES[kind]
    headers = folder / "include" / "wide"
    headers.mkdir(parents=True)
    for name in (*PUBLIC, *OTHERS, PRIVATE):
        (headers / name).write_text("")
    (headers / "wide.h").write_text(WIDE_H)
    (folder / "wide.c").write_text(WIDE_C)
    # Meson builds everything in a subproject.
    (folder / "tool.c").write_text("#error\n" if kind == "cmake" else "int main(void) { return 0; }\n")
    (folder / "LICENSE").write_text("Do as you like.\n")
    (folder / {"cmake": "CMakeLists.txt"}.get(kind, "meson.build")).write_text(CMAKE if kind == "cmake" else MESON)
    return folder


@pytest.fixture(scope="module", params=SOURCES)
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the build files of a project of each kind, and its upstream."""
    wheel = render_into(tmp_path_factory.mktemp("project"), {**ANSWERS, "kind": request.param}) / "libwide-wheel"
    add_upstream(wheel, request.param)
    return wheel


def take(wheel: Path, output: Path, *headers: str) -> list[str]:
    """Copy the headers of an answer, like a project's build; return their paths."""
    (folder,) = (wheel / name for name in SOURCES.values() if (wheel / name).is_dir())
    generated = output / "generated"
    (generated / "gen").mkdir(parents=True, exist_ok=True)
    (generated / "gen" / "wide_version.h").write_text("")
    arguments = [output / "include", "--from", folder, generated, "--headers", *headers]
    run = subprocess.run([sys.executable, wheel / "take_files.py", *arguments], capture_output=True, text=True)
    if run.returncode:
        raise CommandError(run.stderr.strip())
    found = [file.relative_to(output / "include").as_posix() for file in (output / "include").rglob("*")]
    return sorted(name for name in found if (output / "include" / name).is_file())


def below_wide(names: list[str]) -> list[str]:
    """Return the paths of headers in upstream's folder `wide`, in order."""
    return sorted(f"wide/{name}" for name in names)


@pytest.mark.parametrize("answer", ["include", "include/*", "include/w*"])
def test_a_folder_supplies_headers_with_any_suffix_and_nothing_else(wheel: Path, tmp_path: Path, answer: str) -> None:
    assert take(wheel, tmp_path, answer) == below_wide([*PUBLIC, PRIVATE])


def test_a_pattern_supplies_its_matches(wheel: Path, tmp_path: Path) -> None:
    assert take(wheel, tmp_path, "include/wide/*") == sorted([*PUBLIC, PRIVATE])
    assert take(wheel, tmp_path, "include/*/*.h") == sorted(["wide.h", PRIVATE])


@pytest.mark.parametrize("excluded", ["include/wide/private.h", "include/*/priv*", "include/wide/priv*"])
def test_an_exclamation_mark_excludes_matches(wheel: Path, tmp_path: Path, excluded: str) -> None:
    assert take(wheel, tmp_path, "include", f"!{excluded}") == below_wide(PUBLIC)


def test_a_folder_can_be_excluded(wheel: Path, tmp_path: Path) -> None:
    (folder,) = (wheel / name for name in SOURCES.values() if (wheel / name).is_dir())
    (folder / "include" / "inner").mkdir(exist_ok=True)
    (folder / "include" / "inner" / "deep.h").write_text("")
    assert take(wheel, tmp_path, "include/wide", "include/inner", "!include/wide/private.h") == ["deep.h", *PUBLIC]
    assert take(wheel, tmp_path, "include", "!include/inner", "!include/wide/private.h") == below_wide(PUBLIC)
    shutil.rmtree(folder / "include" / "inner")


def test_a_file_that_is_named_need_not_look_like_a_header(wheel: Path, tmp_path: Path) -> None:
    assert take(wheel, tmp_path, "include/wide/helper.c") == ["helper.c"]


def test_a_header_is_found_in_the_build_folder(wheel: Path, tmp_path: Path) -> None:
    names = take(wheel, tmp_path, "include", "gen/wide_version.h")
    assert names == sorted([*below_wide([*PUBLIC, PRIVATE]), "wide_version.h"])


def test_a_header_that_is_no_longer_taken_is_removed(wheel: Path, tmp_path: Path) -> None:
    take(wheel, tmp_path, "include")
    assert take(wheel, tmp_path, "gen/*.h") == ["wide_version.h"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["nothing/*.h"], "The pattern nothing/*.h for headers matches nothing in "),
        (["include", "!include/privat.h"], "The pattern include/privat.h for headers matches nothing in "),
        (["include/wide/*.in"], "The pattern include/wide/*.in for headers matches no header in "),
    ],
)
def test_an_answer_that_matches_nothing_is_refused(wheel: Path, tmp_path: Path, answer: list[str], said: str) -> None:
    with pytest.raises(CommandError) as failure:
        take(wheel, tmp_path, *answer)
    assert str(failure.value).startswith(said)


def packed(kind: str, folder: Path, *headers: str) -> list[str]:
    """Return the headers in the wheel of a project, by their paths below `include`."""
    wheel = render_into(folder / "project", {**ANSWERS, "kind": kind, "headers": list(headers)}) / "libwide-wheel"
    add_upstream(wheel, kind)
    options = ("--wheel", "--no-isolation")
    build(wheel, folder, *options, using=build_requirements(), environment=without_isolation())
    (built,) = folder.glob("*.whl")
    start = "libwide/include/"
    return sorted(name.removeprefix(start) for name in members(built) if name.startswith(start))


@pytest.mark.parametrize("kind", ["cmake", "meson"])
def test_headers_that_upstreams_own_install_step_installs_are_packed(tmp_path: Path, kind: str) -> None:
    expected = [*below_wide(PUBLIC), "wide_table.h", "wide_version.h"]
    assert packed(kind, tmp_path, "installed/include") == expected


@pytest.mark.parametrize("kind", ["cmake", "meson"])
def test_some_headers_of_the_install_step_can_be_excluded(tmp_path: Path, kind: str) -> None:
    expected = [*below_wide(sorted({*PUBLIC} - {"part.ipp"})), "wide_table.h", "wide_version.h"]
    assert packed(kind, tmp_path, "installed/include", "!installed/include/wide/*.ipp") == expected


@pytest.mark.parametrize(("kind", "generated"), [("cmake", "gen/*.h"), ("meson", "wide_*.h")])
def test_headers_that_are_generated_with_the_library_are_packed(tmp_path: Path, kind: str, generated: str) -> None:
    expected = [*below_wide(PUBLIC), "wide_table.h", "wide_version.h"]
    assert packed(kind, tmp_path, "include", generated, "!include/wide/private.h") == expected
