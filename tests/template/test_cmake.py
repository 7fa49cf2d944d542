"""The wheel of an upstream with its own CMake names, and a second library that needs the first, works for its users."""

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from pathlib import Path, PurePath

import pytest
import yaml

from library_wheel.processes import run
from library_wheel.project import edits
from library_wheel.project.builds import build, build_requirements, without_isolation
from library_wheel.project.libraries import compiler, needed
from library_wheel.project.wheel_files import complaint_about_paths, members, paths_of_this_machine
from library_wheel.variables import clean_environment

Render = Callable[..., Path]

# A library with the name of one that CMake has a module for: FindCURL, which looks for the library's own package first.
ANSWERS = {
    "name": "curl",
    "kind": "cmake",
    "version": "1.14.0",
    "compatible": ">=1.14,<1.15",
    "soversion": "4",
    "pkgconfig_name": "libcurl",
    "cmake_target": "libcurl",
    "cmake_package": "CURL",
    "cmake_imported_target": "CURL::libcurl",
    "cmake_variables": "CURL",
    "includes": "[curl.h]",
    "smoke_test": "curl_twice(1) == 2",
    "definitions": "[CURL_API=2]",
    "extras": "true",
    "other_libraries": yaml.safe_dump(
        [
            {
                "target": "more",
                "file_stem": "curl-more",
                "soversion": "1",
                "function": "curl_four_times",
                "imported_target": "CURL::more",
                "needs": ["curl"],
                "definitions": ["CURL_MORE"],
            }
        ]
    ),
}
UPSTREAM = {
    "LICENSE": "Do as you like.\n",
    "CMakeLists.txt": """
        # CMake 4 refuses this version, which many upstreams have, unless CMAKE_POLICY_VERSION_MINIMUM is set.
        cmake_minimum_required(VERSION 2.8.5)
        project(curl VERSION 1.14.0 LANGUAGES C)
        include_directories(include)
        add_library(libcurl curl.c)
        set_target_properties(libcurl PROPERTIES OUTPUT_NAME curl SOVERSION 4)
        add_library(more more.c)
        set_target_properties(more PROPERTIES OUTPUT_NAME curl-more SOVERSION 1)
        target_link_libraries(more PRIVATE libcurl)
        target_compile_definitions(libcurl PRIVATE DATA="${CMAKE_INSTALL_PREFIX}/share/curl")
        """,
    "include/curl.h": """
        int curl_twice(int number);
        #if CURL_API == 2
        typedef int number_of_curl;
        #endif
        #ifdef CURL_MORE
        int curl_four_times(int number);
        #endif
        """,
    "curl.c": """
        int curl_twice(int number) { return number * 2; }
        const char *curl_source(void) { return __FILE__; }
        const char *curl_data(void) { return DATA; }
        """,
    "more.c": "int curl_twice(int);\nint curl_four_times(int number) { return curl_twice(curl_twice(number)); }\n",
}
# A program that uses both libraries.
PROGRAM = """
#include <curl.h>
#include <stdio.h>
int main(void) { return printf("%d\\n", curl_twice(1) + curl_four_times(10)) < 0; }
"""

# For scikit-build-core.
WITHOUT_STABLE_ABI = "-Cwheel.py-api="
SOURCE = re.compile(r"[.](c|cpp|h|in)$")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, render: Render) -> Path:
    """The project, with upstream's sources."""
    project = shutil.copytree(render(**ANSWERS), tmp_path_factory.mktemp("project") / "project")
    write(project / "libcurl-wheel" / "upstream", UPSTREAM)
    return project


def exporter(project: Path, output: Path, *options: str) -> Path:
    """Build the exporter's wheel from its sdist."""
    build(project / "libcurl-wheel", output, *options, using=build_requirements())
    (wheel,) = output.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """The exporter's wheel."""
    return exporter(project, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """A folder for PYTHONPATH, with the exporter installed."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def tool(name: str, *arguments: str | Path, environment: Mapping[str, str] = {}) -> str:
    """Run a program of the build requirements and return its output."""
    return run([name, *arguments], clean_environment({**without_isolation(), **environment}))


def configure(site: Path, folder: Path, commands: str) -> str:
    """Configure a project with these CMake commands, which finds packages as under scikit-build-core."""
    write(
        folder,
        {
            "main.c": PROGRAM,
            "CMakeLists.txt": f"cmake_minimum_required(VERSION 3.20)\nproject(program LANGUAGES C)\n{commands}\n",
        },
    )
    roots = [entry for found in distributions(path=[str(site)]) for entry in found.entry_points]
    # Each entry is a module in the package.
    packages = {entry.name: site / entry.module.partition(".")[0] for entry in roots if entry.group == "cmake.root"}
    options = [f"-D{name}_ROOT={package}" for name, package in packages.items()]
    return tool("cmake", "-GNinja", *options, "-S", folder, "-B", folder / "build")


def refusal(site: Path, folder: Path, commands: str) -> str:
    """Return CMake's complaints about a project."""
    with pytest.raises(Exception, match="CMake Error") as error:
        configure(site, folder, commands)
    return " ".join(str(error.value).split())


def result_of(program: Path, site: Path) -> str:
    """Run a program that finds the libraries in the exporter, and return what it prints."""
    return run([program], clean_environment({"LD_LIBRARY_PATH": str(site / "libcurl")}))


def test_a_program_links_to_upstreams_own_targets(site: Path, tmp_path: Path) -> None:
    configure(
        site,
        tmp_path,
        """
        find_package(CURL CONFIG REQUIRED)
        add_executable(program main.c)
        target_link_libraries(program PRIVATE CURL::libcurl CURL::more)
        """,
    )
    tool("cmake", "--build", tmp_path / "build")
    assert {"libcurl.so.4", "libcurl-more.so.1"} <= {*needed(tmp_path / "build" / "program")}
    assert result_of(tmp_path / "build" / "program", site) == "42\n"


def test_a_program_that_uses_both_libraries_names_only_the_second_in_cmake(site: Path, tmp_path: Path) -> None:
    configure(
        site,
        tmp_path,
        """
        find_package(CURL CONFIG REQUIRED)
        add_executable(program main.c)
        target_link_libraries(program PRIVATE CURL::more)
        """,
    )
    tool("cmake", "--build", tmp_path / "build")
    assert result_of(tmp_path / "build" / "program", site) == "42\n"


def test_a_target_of_another_name_does_not_exist(site: Path, tmp_path: Path) -> None:
    said = refusal(site, tmp_path, "find_package(CURL CONFIG REQUIRED)\nget_target_property(found curl::curl TYPE)")
    assert 'called with non-existent target "curl::curl"' in said


def link(folder: Path, flags: list[str]) -> Path:
    """Compile and link a program with flags."""
    write(folder, {"main.c": PROGRAM})
    run([*compiler(), folder / "main.c", "-o", folder / "program", *flags])
    return folder / "program"


def pkg_config(folder: Path, *arguments: str) -> list[str]:
    """Return the flags that pkg-config prints, which finds .pc files in a folder."""
    return shlex.split(tool("pkgconf", *arguments, environment={"PKG_CONFIG_PATH": str(folder)}))


def test_a_program_that_uses_both_libraries_names_only_the_second_to_pkg_config(site: Path, tmp_path: Path) -> None:
    flags = pkg_config(site / "libcurl" / "pkgconfig", "--cflags", "--libs", "curl-more")
    assert "-DCURL_MORE" in flags
    assert result_of(link(tmp_path, flags), site) == "42\n"


def test_programs_get_the_macros_that_callers_must_define(site: Path, tmp_path: Path) -> None:
    write(tmp_path, {"uses.c": "#include <curl.h>\nnumber_of_curl number;\n"})
    compile_only = [*compiler(), "-fsyntax-only", tmp_path / "uses.c"]
    run([*compile_only, *pkg_config(site / "libcurl" / "pkgconfig", "--cflags", "libcurl")])
    run([*compile_only, *shlex.split(command_line(site, "--cflags", "curl").stdout)])
    commands = """
        find_package(CURL CONFIG REQUIRED)
        add_library(uses OBJECT uses.c)
        target_link_libraries(uses PRIVATE CURL::libcurl)
        """
    configure(site, tmp_path, commands)
    tool("cmake", "--build", tmp_path / "build")
    with pytest.raises(Exception, match="number_of_curl"):
        run([*compile_only, f"-I{site / 'libcurl' / 'include'}"])


def test_without_the_requirement_in_its_pc_file_the_program_could_not_be_linked(site: Path, tmp_path: Path) -> None:
    text = (site / "libcurl" / "pkgconfig" / "curl-more.pc").read_text()
    assert "\nRequires: libcurl\n" in text
    text = text.replace("Requires: libcurl\n", "").replace("${pcfiledir}/..", str(site / "libcurl"))
    write(tmp_path / "pkgconfig", {"curl-more.pc": text})
    with pytest.raises(Exception, match="DSO missing from command line"):
        link(tmp_path, pkg_config(tmp_path / "pkgconfig", "--cflags", "--libs", "curl-more"))


def test_cmakes_own_module_sets_its_usual_variables(site: Path, tmp_path: Path) -> None:
    said = configure(
        site,
        tmp_path,
        """
        find_package(CURL 1.14 REQUIRED)
        message(STATUS "found: ${CURL_FOUND} ${CURL_VERSION_STRING}")
        add_executable(program main.c)
        target_compile_definitions(program PRIVATE CURL_MORE)
        target_include_directories(program PRIVATE ${CURL_INCLUDE_DIRS})
        target_link_libraries(program PRIVATE ${CURL_LIBRARIES} CURL::more)
        """,
    )
    assert "found: TRUE 1.14.0" in said
    tool("cmake", "--build", tmp_path / "build")
    assert result_of(tmp_path / "build" / "program", site) == "42\n"


def test_without_that_answer_the_variables_of_cmakes_own_module_are_not_set(render: Render) -> None:
    project = render(**{**ANSWERS, "cmake_variables": ""})
    config = project / "libcurl-wheel" / "cmake" / "curl-config.cmake.in"
    assert "CURL_LIBRARIES" not in config.read_text()


@pytest.mark.parametrize("version", ["", "1.14", "1.14.0", "1.14.0 EXACT", "1.12...1.14", "1.12...<2"])
def test_cmake_finds_a_version_in_the_range(site: Path, tmp_path: Path, version: str) -> None:
    assert "Configuring done" in configure(site, tmp_path, f"find_package(CURL {version} CONFIG REQUIRED)")


@pytest.mark.parametrize("version", ["1.12", "1", "1.14.1", "1.15", "1.14.1 EXACT", "1.12...<1.14.0", "1.12...1.13"])
def test_cmake_refuses_a_version_outside_the_range(site: Path, tmp_path: Path, version: str) -> None:
    said = refusal(site, tmp_path, f"find_package(CURL {version} CONFIG REQUIRED)")
    assert "curl-config.cmake, version: 1.14.0" in said


@pytest.mark.parametrize(
    ("version", "compatible", "oldest"),
    [
        ("1.14.0", ">=1.14,<2", "1"),
        ("1.14.0", ">=1.14,<2.0", "1"),
        ("1.14.0", ">=1.14,<1.15", "1.14"),
        ("1.14.0", "==1.14.*", "1.14"),
        ("1.14.0", "==1.14.0", "1.14.0"),
        ("1.14.2", ">=1.14.2,<1.14.3", "1.14.2"),
        ("0.5.0", ">=0.5,<0.6", "0.5"),
        ("0.5.0", ">=0.5,<1", "0"),
        ("3.1.0", ">=2.8,<4", "2.8"),
        ("3.1.0", ">=3.1", "0"),
        ("0.3.0rc1", "<0.4", "0.3"),
        ("0.3.0rc1", ">=0.3.0rc1,<1", "0"),
        ("2.0.0rc1", "==2.0.0rc1", "2.0.0"),
    ],
)
def test_the_oldest_version_that_cmake_may_ask_for_follows_from_the_range(
    render: Render, version: str, compatible: str, oldest: str
) -> None:
    name = "libspam-wheel/cmake/spam-config-version.cmake.in"
    file = render(name, name="spam", kind="cmake", version=version, compatible=compatible, soversion="1") / name
    assert f'\nset(oldest "{oldest}")\n' in file.read_text()


def test_the_narrowest_range_of_several_libraries_counts(render: Render) -> None:
    other = {"target": "spam_c", "soversion": "0", "function": "spam_new", "compatible": "==1.14.*"}
    answers = {"version": "1.14.0", "compatible": ">=1.14,<2", "other_libraries": yaml.safe_dump([other])}
    project = render(name="spam", kind="cmake", **answers)
    file = project / "libspam-wheel" / "cmake" / "spam-config-version.cmake.in"
    assert '\nset(oldest "1.14")\n' in file.read_text()


def test_without_a_stable_abi_each_wheel_has_its_extension_module_and_no_sources(project: Path, tmp_path: Path) -> None:
    # As for a free-threaded CPython.
    packed = members(exporter(project, tmp_path / "built", WITHOUT_STABLE_ABI))
    build(project / "consumer-ext", tmp_path / "built", WITHOUT_STABLE_ABI, using=build_requirements())
    (consumer,) = tmp_path.glob("built/consumer_ext-*.whl")
    packed |= members(consumer)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    assert {f"libcurl/_init{suffix}", f"consumer_ext/_ext{suffix}", "libcurl/include/curl.h"} <= packed.keys()
    folders = ("libcurl", "consumer_ext")
    assert not [file for file in packed if PurePath(file).parent.name in folders and SOURCE.search(file)]


def test_upstreams_names_for_other_configurations_do_not_matter(project: Path, tmp_path: Path) -> None:
    # Visual Studio has several, and CMake writes the files with the libraries' names once.
    changed = shutil.copytree(project, tmp_path / "project")
    cmake = changed / "libcurl-wheel" / "upstream" / "CMakeLists.txt"
    edits.replace_once(cmake, "include_directories(", "set(CMAKE_DEBUG_POSTFIX d)\ninclude_directories(")
    names = "OUTPUT_NAME_DEBUG curld LIBRARY_OUTPUT_NAME_MINSIZEREL curls OUTPUT_NAME_RELEASE curl"
    edits.replace_once(cmake, "OUTPUT_NAME curl SOVERSION", f"{names} SOVERSION")
    build(
        changed / "libcurl-wheel",
        tmp_path / "built",
        "--wheel",
        using=build_requirements(),
        environment={"CMAKE_GENERATOR": "Ninja Multi-Config"},
    )
    (wheel,) = tmp_path.glob("built/*.whl")
    assert {"libcurl/libcurl.so.4", "libcurl/libcurl-more.so.1"} <= members(wheel).keys()


def command_line(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the exporter's command line."""
    environment = clean_environment({"PYTHONPATH": str(site)})
    command = [sys.executable, "-m", "libcurl", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_command_line_has_flags_for_all_libraries_or_for_those_that_are_named(site: Path, tmp_path: Path) -> None:
    first, second = (str(site / "libcurl" / name) for name in ("libcurl.so.4", "libcurl-more.so.1"))
    assert shlex.split(command_line(site, "--libs").stdout) == [first, second]
    assert shlex.split(command_line(site, "--libs", "curl").stdout) == [first]
    assert shlex.split(command_line(site, "curl-more", "--libs").stdout) == [second]
    flags = shlex.split(command_line(site, "--cflags", "--libs").stdout)
    assert result_of(link(tmp_path, flags), site) == "42\n"


def test_the_command_line_reports_each_library_or_the_one_that_is_named(site: Path) -> None:
    assert command_line(site).stdout.count("SONAME ") == 2
    report = command_line(site, "curl-more").stdout
    assert report.count("SONAME ") == 1
    assert "SONAME           libcurl-more.so.1\n" in report


def test_the_error_about_an_unknown_library_names_the_libraries(site: Path) -> None:
    assert "curl, curl-more (default: all)" in " ".join(command_line(site, "--help").stdout.split())
    result = command_line(site, "--libs", "curl_more")
    assert result.returncode == 2
    assert result.stderr.endswith("error: the wheel has no library curl_more, only curl, curl-more\n")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("README.md", "which Python imports as `libcurl`; in it libcurl, libcurl-more |"),
        (
            "libcurl-wheel/README.md",
            "| libcurl-more | `dependency('curl-more')` | `CURL::more` | `libcurl.get_link_file('",
        ),
        ("libcurl-wheel/README.md", "`find_package(CURL 1.14 CONFIG REQUIRED)` and `CURL::libcurl` |"),
    ],
)
def test_a_readme_names_the_second_library(render: Render, file: str, text: str) -> None:
    assert text in (render(**ANSWERS) / file).read_text()


def test_paths_that_upstream_compiles_in_are_the_same_on_every_machine(wheel: Path) -> None:
    library = members(wheel)["libcurl/libcurl.so.4"]
    assert b"\0libcurl/upstream/curl.c\0" in library
    assert b"\0/usr/local/share/curl\0" in library
    assert complaint_about_paths(wheel) == ""


@pytest.mark.parametrize(
    ("line", "path"),
    [("  if(maps_paths)", "/upstream/curl.c"), ("    set(CMAKE_INSTALL_PREFIX /usr/local)\n", "/share/curl")],
)
def test_paths_of_the_build_that_are_not_mapped_are_named(project: Path, tmp_path: Path, line: str, path: str) -> None:
    changed = shutil.copytree(project, tmp_path / "project")
    cmake = changed / "libcurl-wheel" / "exporter.cmake"
    edits.replace_once(cmake, line, "if(FALSE)" if "if(" in line else "")
    leaking = exporter(changed, tmp_path / "built")
    found = paths_of_this_machine(leaking)
    assert list(found) == ["libcurl/libcurl.so.4"]
    assert found["libcurl/libcurl.so.4"].endswith(path)
    said = complaint_about_paths(leaking)
    assert f"\nlibcurl/libcurl.so.4 contains {found['libcurl/libcurl.so.4']}\n" in said
    assert "compile with -ffile-prefix-map=FOLDER=NAME" in said
