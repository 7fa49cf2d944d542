"""The library's name in the wheel, upstream's SONAME or a private one, and its effect in a process."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from library_wheel.processes import CommandError, run
from library_wheel.project.libraries import compile_library, needed
from library_wheel.project.wheel_files import binaries, members
from library_wheel.variables import clean_environment
from support.rendering import render
from template.test_builds import UPSTREAM, add_library

Process = Callable[[str, str], dict[str, object]]

PRIVATE = "libspam_spam_native.so.1"


def exporter_wheel(project: Path, output: Path) -> Path:
    """Build a project's exporter."""
    (folder,) = project.glob("*-wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", output, folder]
    run(command, clean_environment())
    (wheel,) = output.glob("*.whl")
    return wheel


@pytest.mark.parametrize(("kind", "language"), [("in-tree", "C++"), ("cmake", "C"), ("meson", "C"), ("prebuilt", "C")])
def test_everything_in_the_wheel_calls_the_library_by_its_private_name(
    tmp_path: Path, kind: str, language: str
) -> None:
    answers = {"name": "spam", "distribution": "spam-native", "kind": kind, "language": language, "soname": "private"}
    project = render(tmp_path / "project", answers | (UPSTREAM if kind != "in-tree" else {}))
    if kind != "in-tree":
        add_library(project, "spam", kind, language)
    wheel = exporter_wheel(project, tmp_path)
    found = binaries(wheel)
    assert set(found) == {f"spam_native/{PRIVATE}", "spam_native/_init.abi3.so"}
    assert found[f"spam_native/{PRIVATE}"].soname == PRIVATE
    assert [name for name in found["spam_native/_init.abi3.so"].needed if "spam" in name] == [PRIVATE]
    texts = {name: content.decode() for name, content in members(wheel).items() if name not in found}
    pkgconfig, cmake = texts["spam_native/pkgconfig/spam.pc"], texts["spam_native/cmake/spam-config.cmake"]
    assert f"libfile=${{libdir}}/{PRIVATE}\n" in pkgconfig
    assert f"\nLibs: -L${{libdir}} -l:{PRIVATE}\n" in pkgconfig
    assert f'IMPORTED_LOCATION "${{_spam_package}}/{PRIVATE}"' in cmake
    assert f'IMPORTED_SONAME "{PRIVATE}"' in cmake
    assert f'"{PRIVATE}"' in texts["spam_native/_libraries.py"]
    assert [name for name, text in texts.items() if "libspam.so" in text and name.startswith("spam_native/")] == []


def test_an_upstream_without_a_soversion_on_this_system_gets_the_answered_one(tmp_path: Path) -> None:
    project = cmake_project(tmp_path / "project", "if(WIN32)\n", "endif()\n")
    found = binaries(exporter_wheel(project, tmp_path))
    assert found["libspam/libspam.so.1"].soname == "libspam.so.1"


def test_an_upstream_with_another_soversion_is_refused(tmp_path: Path) -> None:
    project = cmake_project(tmp_path / "project", "", "set_target_properties(spam PROPERTIES SOVERSION 4)\n")
    with pytest.raises(CommandError, match=r"gives spam the SOVERSION\s+4,\s+but\s+CMakeLists[.]txt"):
        exporter_wheel(project, tmp_path)


def cmake_project(folder: Path, before: str, after: str) -> Path:
    """Return a project whose upstream's CMakeLists.txt has these lines before and after it sets the SOVERSION."""
    project = render(folder, {"name": "spam", "kind": "cmake", **UPSTREAM})
    add_library(project, "spam", "cmake", "C")
    file = project / "libspam-wheel" / "upstream" / "CMakeLists.txt"
    sets, text = "set_target_properties", file.read_text()
    assert text.count(sets) == 1
    file.write_text(text.replace(sets, before + sets) + after)
    return project


def message(capfd: pytest.CaptureFixture[str], folder: Path, **answers: object) -> str:
    """Return copier's message at the end."""
    render(folder, answers, only=["README.md"], quiet=False)
    return capfd.readouterr().err.partition("To test it:")[2]


# Somebody may export any library that this interpreter needs, except parts of the C library.
EXTENSIONS = Path(sysconfig.get_config_var("DESTSHARED")).glob("*.so")
OF_THE_INTERPRETER = {name.partition(".so")[0] for file in EXTENSIONS for name in needed(file)} - {
    "ld-linux-x86-64",
    *(f"lib{name}" for name in ("c", "dl", "m", "pthread", "resolv", "rt", "util")),
}


def test_each_library_that_python_loads_itself_causes_a_warning(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = {*OF_THE_INTERPRETER, "libzstd", "libreadline", "libncurses", "libgdbm", "libmpdec", "libtcl8.6", "libtk"}
    stems = [file.removeprefix("lib") for file in sorted(files)]
    others = json.dumps([{"target": stem, "soversion": "1", "function": "f"} for stem in stems])
    said = message(capfd, tmp_path, name="spam", kind="cmake", other_libraries=others)
    (names,) = re.findall("that many programs import, load (.*)[.]\n", said)
    assert set(names.split(" and ")) == {re.sub("-?[0-9]+[.][0-9.]*$", "", file) for file in files}
    assert "copier update --data soname=private" in said


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "tcl", "kind": "prebuilt", "file_stem": "tcl8.6"},
        {"name": "tk"},
        {"name": "zlib", "kind": "cmake"},
        {"name": "spam", "kind": "cmake", "other_libraries": "[{target: zstd, soversion: '1', function: f}]"},
    ],
    ids=lambda answers: answers.get("file_stem") or answers["name"],
)
def test_the_warning_is_about_every_name_of_every_library(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, answers: dict[str, str]
) -> None:
    assert "Warning: Python's standard library, " in message(capfd, tmp_path, **answers)


@pytest.mark.parametrize("answers", [{"name": "spam"}, {"name": "z3"}, {"name": "zstd", "soname": "private"}])
def test_a_library_that_nothing_else_loads_causes_no_warning(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, answers: dict[str, str]
) -> None:
    assert "Warning: Python" not in message(capfd, tmp_path, **answers)


@pytest.mark.parametrize("soname", ["upstream", "private"])
@pytest.mark.parametrize("name", ["zlib", "expat", "zstd"])
def test_a_library_that_debians_python_is_linked_to_causes_a_warning_about_each_soname(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, name: str, soname: str
) -> None:
    said = message(capfd, tmp_path, name=name, kind="cmake", soname=soname)
    linked = f"Warning: Debian's Python itself is linked to lib{name}. There that copy's functions replace this wheel's"
    assert (linked in said) == (name != "zstd")
    assert ("only other symbol names do." in said) == (name != "zstd")
    assert ("avoids both, except on Debian's Python:" in said) == (name != "zstd" and soname == "upstream")


# A library with a function that calls another function of the library, which a linker or a loader may replace.
HEADER = """
const char *spam_version(void);
const char *spam_says(void);
"""
SOURCE = """
const char *spam_version(void) { return "%s"; }
const char *spam_says(void) { return spam_version(); }
"""
CONSUMER = HEADER + "const char *consumer_says(void) { return spam_says(); }"

# The process loads the system's copy, through a system library that needs it, and then imports a consumer of the wheel.
# It prints the answers that both get, the library's version and the mapped copies.
PROCESS = """
import ctypes, json, os, sys
system = ctypes.CDLL(sys.argv[1], mode=getattr(os, sys.argv[2]))
system.consumer_says.restype = ctypes.c_char_p
try:
    import consumer_ext, libspam
except ImportError as error:
    sys.exit(print(json.dumps({"error": str(error)})))
print(json.dumps({
    "system": system.consumer_says().decode(),
    "wheel": consumer_ext.smoke_test(),
    "version": libspam._init.loaded["spam"][1],
    "mapped": sorted({line.split()[-1] for line in open("/proc/self/maps") if "libspam" in line.rpartition("/")[2]}),
}))
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Process:
    """A function that runs the process, given the wheel's SONAME and the mode for loading the system's copy."""
    folder = tmp_path_factory.mktemp("system")
    system = compile_library(folder / "libspam.so.1", SOURCE % "2.0.0")
    consumer = compile_library(folder / "libconsumer.so", CONSUMER, "-xnone", str(system), "-Wl,-rpath,$ORIGIN")

    @cache
    def packages(soname: str) -> Path:
        answers = {"name": "spam", "kind": "cmake", "soname": soname}
        # True if the wheel's copy answers, and if its call of its own function stays in it.
        answers |= {
            "smoke_test": """__builtin_strcmp(spam_says(), "1.0.0") == 0""",
            "version_expression": "spam_version()",
        }
        project = render(tmp_path_factory.mktemp(soname) / "project", answers)
        add_library(project, "spam", "cmake", "C")
        upstream = project / "libspam-wheel" / "upstream"
        (upstream / "include" / "spam.h").write_text(HEADER)
        (upstream / "source.c").write_text(SOURCE % "1.0.0")
        run(
            [sys.executable, "-m", "library_wheel.publishing", "sdists", project / "dist"],
            clean_environment(),
            cwd=project,
        )
        site = project / "site"
        for wheel in project.glob("build/wheels-*/*/as-it-stands/repaired/*.whl"):
            shutil.unpack_archive(wheel, site, format="zip")
        return site

    def start(soname: str, mode: str) -> dict[str, object]:
        environment = clean_environment({"PYTHONPATH": str(packages(soname))})
        command = [sys.executable, "-c", PROCESS, consumer, mode]
        result = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        seen = json.loads(result.stdout)
        return {**seen, "mapped": [Path(file).parent.name for file in seen.get("mapped", [])]}

    return start


def test_the_wheels_private_copy_runs_beside_the_systems_that_was_loaded_first(process: Process) -> None:
    seen = process("private", "RTLD_LOCAL")
    assert seen == {"system": "2.0.0", "wheel": True, "version": "1.0.0", "mapped": ["libspam", "system0"]}


def test_with_upstreams_soname_everything_uses_the_systems_copy_that_was_loaded_first(process: Process) -> None:
    seen = process("upstream", "RTLD_LOCAL")
    assert seen == {"system": "2.0.0", "wheel": False, "version": "2.0.0", "mapped": ["system0"]}


def test_a_copy_loaded_with_rtld_global_replaces_the_private_copys_functions(process: Process) -> None:
    seen = process("private", "RTLD_GLOBAL")
    assert seen == {"system": "2.0.0", "wheel": False, "version": "2.0.0", "mapped": ["libspam", "system0"]}


TWO = """
add_library(spam_c other.c)
target_link_libraries(spam_c PRIVATE spam)
set_target_properties(spam_c PROPERTIES SOVERSION 0)
"""


def test_a_library_needs_another_one_of_the_wheel_by_its_private_name(tmp_path: Path) -> None:
    second = {"target": "spam_c", "soversion": "0", "function": "spam_c_version", "needs": ["spam"]}
    answers = {"name": "spam", "kind": "cmake", "soname": "private", "other_libraries": json.dumps([second])}
    project = render(tmp_path / "project", answers)
    add_library(project, "spam", "cmake", "C")
    upstream = project / "libspam-wheel" / "upstream"
    (upstream / "include" / "spam.h").write_text(HEADER + "const char *spam_c_version(void);")
    (upstream / "source.c").write_text(SOURCE % "1.0.0")
    (upstream / "other.c").write_text("#include <spam.h>\nconst char *spam_c_version(void) { return spam_says(); }\n")
    (upstream / "CMakeLists.txt").write_text((upstream / "CMakeLists.txt").read_text() + TWO)
    wheel = exporter_wheel(project, tmp_path)
    found = {Path(name).name: elf for name, elf in binaries(wheel).items()}
    assert set(found) == {"_init.abi3.so", "libspam_libspam.so.1", "libspam_c_libspam.so.0"}
    assert found["libspam_c_libspam.so.0"].soname == "libspam_c_libspam.so.0"
    assert "libspam_libspam.so.1" in found["libspam_c_libspam.so.0"].needed
    assert "-l:libspam_c_libspam.so.0\n" in members(wheel)["libspam/pkgconfig/spam_c.pc"].decode()
