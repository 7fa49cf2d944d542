"""Rules about wheels that export libraries: names, copies, stubs and the files that builds look for."""

import time
from pathlib import Path

import pytest
from synthetic import (
    MACOS,
    MANYLINUX,
    NOT_AS_NEEDED,
    WINDOWS,
    Native,
    consumer,
    exporter,
    ext,
    foo,
    library,
    module,
    of,
    pack,
    problems,
    serious,
)

from library_wheel.rules.discovery import folders_of

HEADER = {"libfoo/include/foo.h": "int foo_version(void);"}
PC = """prefix=${pcfiledir}/..
includedir=${prefix}/include
libdir=${prefix}

Name: foo
Version: 1.0
Cflags: -I${includedir}
Libs: -L${libdir} -l:libfoo.so.1
"""
ENTRY_POINTS = "[pkg_config]\nlibfoo = libfoo.pkgconfig\n"


def exporting(
    folder: Path, files: dict[str, object], *, tag: str = MANYLINUX, entry_points: str = ""
) -> list[tuple[str, str]]:
    """Return the serious problems of a wheel with a header and files."""
    wheel = pack(folder, f"libfoo-1.0-py3-none-{tag}", {**HEADER, **files}, entry_points=entry_points)
    return serious(problems(wheel))


def test_an_exporter_without_a_stub_is_a_problem(tmp_path: Path) -> None:
    (problem,) = of(
        "no-stub", problems(pack(tmp_path, f"libfoo-1-py3-none-{MANYLINUX}", {**HEADER, "libfoo/x": foo()}))
    )
    assert problem.severity == "note"


def test_a_library_without_a_version_in_its_name_is_a_problem(tmp_path: Path) -> None:
    ((rule, message),) = exporting(tmp_path, {"libfoo/libfoo.so": library("libfoo.so")})
    assert rule == "unversioned-name"
    assert "libfoo.so has no version in its name" in message
    assert exporting(tmp_path, {"libfoo/libfoo.so.1": foo()}) == []


@pytest.mark.parametrize(
    ("name", "target", "tag", "rules"),
    [
        ("libfoo.1.dylib", MACOS, "macosx_11_0_arm64", []),
        ("libfoo.dylib", MACOS, "macosx_11_0_arm64", ["unversioned-name"]),
        ("foo-1.dll", WINDOWS, "win_amd64", []),
        ("foo.dll", WINDOWS, "win_amd64", ["unversioned-name"]),
    ],
)
def test_a_version_in_the_name_is_recognised_on_each_platform(
    tmp_path: Path, name: str, target: str, tag: str, rules: list[str]
) -> None:
    files: dict[str, object] = {f"libfoo/{name}": library(name, target=target)}
    if target == WINDOWS:
        # A DLL that nobody can link to is not exported, whatever its name.
        assert exporting(tmp_path, files, tag=tag) == []
        files["libfoo/libfoo.dll.a"] = library(name, target=target).import_library
    assert [rule for rule, _ in exporting(tmp_path, files, tag=tag)] == rules


def test_a_bundled_library_may_be_named_anything(tmp_path: Path) -> None:
    name = "libfoo-1a2b3c4d.so"
    files = {f"c.libs/{name}": library(name), "c/_ext.abi3.so": ext(library(name), search_path="$ORIGIN/../c.libs")}
    assert exporting(tmp_path, files) == []


def test_a_file_that_is_not_named_by_its_soname_is_a_problem(tmp_path: Path) -> None:
    ((rule, message),) = exporting(tmp_path, {"libfoo/libfoo.so": library("libfoo.so", identity="libfoo.so.1")})
    assert rule == "soname-file"
    assert "the file libfoo.so has the SONAME libfoo.so.1" in message


def test_a_library_without_a_soname_is_a_problem(tmp_path: Path) -> None:
    found = exporting(tmp_path, {"libfoo/libfoo.so.1": library("libfoo.so.1", identity="")})
    assert [rule for rule, _ in found] == ["soname-file"]


def test_a_symbolic_link_is_a_problem(tmp_path: Path) -> None:
    links = {"libfoo/libfoo.so": "libfoo.so.1"}
    wheel = pack(tmp_path, f"libfoo-1.0-py3-none-{MANYLINUX}", {"libfoo/libfoo.so.1": foo()}, links=links)
    ((rule, message),) = serious(problems(wheel))
    assert rule == "symlink"
    assert "libfoo/libfoo.so is a symbolic link" in message


def test_the_same_library_under_several_names_is_a_problem(tmp_path: Path) -> None:
    files = {"libfoo/libfoo.so": foo(), "libfoo/libfoo.so.1": foo(), "libfoo/libfoo.so.1.0.0": foo()}
    ((rule, message),) = exporting(tmp_path, files)
    assert rule == "duplicate-library"
    assert "libfoo.so = libfoo.so.1 = libfoo.so.1.0.0" in message


def test_copies_with_different_bytes_are_counted_once(tmp_path: Path) -> None:
    # The first two have the same bytes, the last two the same SONAME.
    lib = foo()
    again = Native("libfoo.so.1", lib.content + bytes(8))
    files = {"libfoo/old/libfoo.so.1": lib, "libfoo/libfoo.so.1": lib, "libfoo/libfoo.so": again}
    ((rule, message),) = exporting(tmp_path, files)
    assert rule == "duplicate-library"
    assert message.startswith("the wheel has a library under several names")


def test_variants_of_a_library_in_different_folders_are_no_copies(tmp_path: Path) -> None:
    variant = foo(exports=["foo_version", "foo_fast"])
    assert exporting(tmp_path, {"libfoo/generic/libfoo.so.1": foo(), "libfoo/avx2/libfoo.so.1": variant}) == []


def test_an_absolute_install_name_is_a_problem(tmp_path: Path) -> None:
    lib = library("libfoo.1.dylib", identity="/usr/local/lib/libfoo.1.dylib", target=MACOS)
    ((rule, message),) = exporting(tmp_path, {"libfoo/libfoo.1.dylib": lib}, tag="macosx_11_0_arm64")
    assert rule == "install-name"
    assert "@rpath/libfoo.1.dylib" in message


def two_libraries(*linked: Native) -> dict[str, object]:
    """Return files of an exporter whose stub is linked to some of two libraries."""
    stub = module("_init.abi3.so", *linked, imports=(), search_path="$ORIGIN", flags=NOT_AS_NEEDED)
    return {"libfoo/libfoo.so.1": foo(), "libfoo/libfoo_util.so.1": util(), "libfoo/_init.abi3.so": stub}


def util() -> Native:
    return library("libfoo_util.so.1", exports=["foo_util"])


def test_a_stub_that_loads_only_one_of_two_libraries_is_a_problem(tmp_path: Path) -> None:
    ((rule, message),) = exporting(tmp_path, two_libraries(foo()), tag=MANYLINUX)
    assert rule == "stub-reference"
    assert "linked to libfoo.so.1, but none is linked to libfoo_util.so.1" in message
    assert exporting(tmp_path, two_libraries(foo(), util())) == []


def test_bindings_are_no_stub(tmp_path: Path) -> None:
    functions = [f"foo_{number}" for number in range(20)]
    lib = foo(exports=functions)
    files: dict[str, object] = {
        "libfoo/include/foo.h": "".join(f"int {name}(void);" for name in functions),
        "libfoo/libfoo.so.1": lib,
        "libfoo/libfoo_util.so.1": util(),
        "libfoo/_foo.abi3.so": module("_foo.abi3.so", lib, imports=functions, search_path="$ORIGIN"),
    }
    assert exporting(tmp_path, files) == []
    # These use only one function of the library, but many others.
    wide = "".join(f"int PyLong_{n}(void); int use_{n}(void) {{ return PyLong_{n}(); }}" for n in range(200))
    bindings = module("_foo.abi3.so", lib, imports=["foo_1"], search_path="$ORIGIN", source=wide)
    assert exporting(tmp_path, {**files, "libfoo/_foo.abi3.so": bindings}) == []


def test_a_library_that_no_header_describes_is_not_exported(tmp_path: Path) -> None:
    functions = [f"_ZN3foo3bar{len(str(number)) + 3}sub{number}Ev" for number in range(40)]
    lib = library("libfoo.so", exports=["foo_version", *functions])
    files: dict[str, object] = {"libfoo/libfoo.so": lib}
    assert [rule for rule, _ in exporting(tmp_path, files)] == []
    files["libfoo/include/bar.h"] = "namespace foo { struct bar { int sub7(); int sub8(); }; }"
    assert [rule for rule, _ in exporting(tmp_path, files)] == ["unversioned-name"]


def test_a_header_outside_a_folder_for_headers_is_no_sign_of_an_export(tmp_path: Path) -> None:
    files = {"c/foo.h": "int foo_version(void);", "c/libfoo.so": library("libfoo.so")}
    assert serious(problems(pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files))) == []


def test_only_the_libraries_that_discovery_files_name_are_exported(tmp_path: Path) -> None:
    files: dict[str, object] = {
        "libfoo/libfoo.so.1": foo(),
        "libfoo/libjit.so": library("libjit.so"),
        "libfoo/pkgconfig/foo.pc": PC,
    }
    assert exporting(tmp_path, files) == []
    files["libfoo/pkgconfig/jit.pc"] = PC.replace("-l:libfoo.so.1", "-ljit")
    assert [rule for rule, _ in exporting(tmp_path, files)] == ["unversioned-name"]


def test_a_library_that_another_one_loads_is_referenced(tmp_path: Path) -> None:
    high = library("libfoo_util.so.1", foo(), exports=["foo_util"], imports=["foo_version"], search_path="$ORIGIN")
    files = {**two_libraries(high), "libfoo/libfoo_util.so.1": high}
    assert exporting(tmp_path, files) == []


def discovery(folder: Path, text: str, path: str = "libfoo/pkgconfig/foo.pc", entry_points: str = "") -> list[str]:
    """Return the messages about a discovery file of a wheel with libfoo.so.1."""
    files = {**HEADER, "libfoo/libfoo.so.1": foo(), path: text}
    wheel = pack(folder, f"libfoo-1.0-py3-none-{MANYLINUX}", files, entry_points=entry_points)
    return [problem.message for problem in of("discovery-file", problems(wheel))]


def test_a_pkg_config_file_that_agrees_with_the_wheel_passes(tmp_path: Path) -> None:
    assert discovery(tmp_path, PC, entry_points=ENTRY_POINTS) == []
    assert discovery(tmp_path, PC.replace("-L${libdir} -l:", "${libdir}/")) == []
    assert discovery(tmp_path, PC.replace("-L${libdir}", '-L "${libdir}" -lm')) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-l:libfoo.so.1", "-l:libfoo.so.2", "it names the library libfoo.so.2"),
        ("-l:libfoo.so.1", "-lfoo", "it has -lfoo"),
        ("libdir=${prefix}", "libdir=${prefix}/lib", "it names a folder for libraries that is not in the wheel"),
        ("/include", "/headers", "it names a folder for headers that is not in the wheel"),
        ("-L${libdir} -l:", "${libdir}/lib/", "it names a library that is not in the wheel"),
        ("${pcfiledir}/..", "/tmp/build/prefix", "its prefix is /tmp/build/prefix"),
        ("${pcfiledir}/..", "D:/build/prefix", "its prefix is D:/build/prefix"),
    ],
)
def test_a_pkg_config_file_that_does_not_agree_is_a_problem(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in discovery(tmp_path, PC.replace(old, new))[0]


def test_a_cmake_file_must_agree_with_the_wheel(tmp_path: Path) -> None:
    text = 'set_target_properties(foo::foo PROPERTIES IMPORTED_LOCATION "${_package}/@")'
    assert discovery(tmp_path, text.replace("@", "libfoo.so.1"), "libfoo/cmake/foo-config.cmake") == []
    (message,) = discovery(tmp_path, text.replace("@", "libfoo.so.2"), "libfoo/cmake/foo-config.cmake")
    assert "it names the library libfoo.so.2" in message
    # CMake does not look for files among the data of a bundled library.
    assert discovery(tmp_path, text.replace("@", "libfoo.so.2"), "libfoo/data/foo-targets.cmake") == []


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        (MANYLINUX, "/build/libfoo.so.1"),
        ("win_amd64", "C:/build/foo-1.dll"),
        ("win_amd64", "D:/Program Files/foo.lib"),
        ("macosx_11_0_arm64", "/opt/homebrew/lib/libfoo.1.dylib"),
    ],
)
def test_a_cmake_file_must_not_name_a_file_of_the_build_machine(tmp_path: Path, tag: str, path: str) -> None:
    text = f'set_target_properties(foo::foo PROPERTIES IMPORTED_LOCATION "{path}")'
    files = {**HEADER, "libfoo/cmake/foo-config.cmake": text}
    (problem,) = of("discovery-file", problems(pack(tmp_path, f"libfoo-1.0-py3-none-{tag}", files)))
    assert problem.message == f"it names a file of the build machine: {path}."


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        (MANYLINUX, "/usr/lib/libfoo.so.1"),
        ("win_amd64", "C:/Windows/System32/foo.dll"),
        ("win_amd64", "c:/WINDOWS/System32/foo.dll"),
        ("macosx_11_0_arm64", "/System/Library/Frameworks/foo.framework/libfoo.dylib"),
    ],
)
def test_a_cmake_file_may_name_a_file_of_the_system(tmp_path: Path, tag: str, path: str) -> None:
    text = f'set_target_properties(foo::foo PROPERTIES IMPORTED_LOCATION "{path}")'
    files = {**HEADER, "libfoo/cmake/foo-config.cmake": text}
    assert of("discovery-file", problems(pack(tmp_path, f"libfoo-1.0-py3-none-{tag}", files))) == []


@pytest.mark.parametrize("folder", ["${CMAKE_CURRENT_BINARY_DIR}", "${CMAKE_BINARY_DIR}", "${PROJECT_BINARY_DIR}"])
def test_a_library_that_the_consumers_build_makes_is_not_in_the_wheel(tmp_path: Path, folder: str) -> None:
    properties = 'set_target_properties(foo::bar PROPERTIES IMPORTED_LOCATION "${prefix}/lib/libbar.a")'
    text = f'set(build {folder}/bar)\nset (prefix\n  "${{build}}/made")\n{properties}'
    assert discovery(tmp_path, text, "libfoo/cmake/bar.cmake") == []
    (message,) = discovery(tmp_path, text.replace(folder, "${CMAKE_CURRENT_LIST_DIR}"), "libfoo/cmake/bar.cmake")
    assert "it names the library libbar.a" in message


def test_a_variable_of_a_cmake_file_may_be_set_to_itself_and_more(tmp_path: Path) -> None:
    lines = ['set(libs "")', *(f'set(libs "${{libs}};l{number}")' for number in range(30))]
    location = 'set_target_properties(foo::bar PROPERTIES IMPORTED_LOCATION "${libs}/libbar.a")'
    began = time.process_time()
    assert len(discovery(tmp_path, "\n".join([*lines, location]), "libfoo/cmake/bar.cmake")) == 1
    assert time.process_time() - began < 10
    lines = ["set(dir ${CMAKE_BINARY_DIR})", "set(dir ${dir}/lib)"]
    assert discovery(tmp_path, "\n".join([*lines, location.replace("libs", "dir")]), "libfoo/cmake/bar.cmake") == []


def test_a_variable_of_a_pkg_config_file_may_be_set_to_itself_and_more(tmp_path: Path) -> None:
    lines = "".join(f"libs=${{libs}} -l{number}\n" for number in range(30))
    began = time.process_time()
    assert discovery(tmp_path, lines + PC.replace("-l:", "${libs} -l:")) == []
    assert time.process_time() - began < 10


def test_what_is_wrong_with_several_libraries_or_files_is_one_problem(tmp_path: Path) -> None:
    text = "".join(
        f'set_target_properties(foo::{n} PROPERTIES IMPORTED_LOCATION "${{_package}}/lib{n}.so.1")\n' for n in "abcdef"
    )
    (message,) = discovery(tmp_path, text, "libfoo/cmake/foo-config.cmake")
    assert message == "it names the libraries liba.so.1, libb.so.1, libc.so.1 and 3 more, which are not in the wheel."
    files = {**HEADER, "libfoo/libfoo.so.1": foo()}
    files |= {f"libfoo/pkgconfig/{n}.pc": PC.replace("${pcfiledir}/..", "/build") for n in "ab"}
    (problem,) = of("discovery-file", problems(pack(tmp_path, f"libfoo-1.0-py3-none-{MANYLINUX}", files)))
    assert len(problem.files) == 2
    assert problem.message.endswith("This is about libfoo/pkgconfig/a.pc and libfoo/pkgconfig/b.pc.")


GUARDED = """if(NOT TARGET foo::foo)\r
  add_library(foo::foo SHARED IMPORTED)\r
  if(WIN32)\r
    set_target_properties(foo::foo PROPERTIES IMPORTED_IMPLIB "${_package}/foo.lib")\r
  else()\r
    set_target_properties(foo::foo PROPERTIES IMPORTED_LOCATION "${_package}/@")\r
  endif()\r
endif()\r
"""


def test_only_the_part_of_a_cmake_file_for_the_wheels_platform_counts(tmp_path: Path) -> None:
    assert discovery(tmp_path, GUARDED.replace("@", "libfoo.so.1"), "libfoo/cmake/foo-config.cmake") == []
    assert len(discovery(tmp_path, GUARDED.replace("@", "libfoo.so.2"), "libfoo/cmake/foo-config.cmake")) == 1


def test_a_target_that_another_file_has_defined_is_not_defined_again(tmp_path: Path) -> None:
    files = {**HEADER, "libfoo/libfoo.so.1": foo(), "libfoo/cmake/foo-config.cmake": GUARDED.replace("@", "foo.so")}
    files["libfoo/cmake/foo-targets.cmake"] = "add_library(foo::foo SHARED IMPORTED)"
    assert of("discovery-file", problems(pack(tmp_path, f"libfoo-1.0-py3-none-{MANYLINUX}", files))) == []


def test_thousands_of_cmake_files_are_read_once(tmp_path: Path) -> None:
    files = {f"cmake/data/share/cmake/Modules/Find{number}.cmake": "# Finds nothing." for number in range(1500)}
    wheel = pack(tmp_path, "cmake-1.0-py3-none-any", {**HEADER, **files})
    began = time.process_time()
    assert of("discovery-file", problems(wheel)) == []
    assert time.process_time() - began < 10


def test_any_path_has_an_end() -> None:
    paths = ["a/b/c.py", "a/d.py", "e.py", "/f/g.py", "/h.py", "//i.py", "../j.py"]
    assert folders_of(paths) == {"a/b", "a", "", "/f", "/", "//", ".."}


def test_an_entry_point_that_names_nothing_is_a_problem(tmp_path: Path) -> None:
    (message,) = discovery(tmp_path, PC, entry_points="[cmake.prefix]\nfoo = libfoo.nothing\n")
    assert "names libfoo.nothing, which is not in the wheel" in message
    (message,) = discovery(tmp_path, PC, entry_points="[pkg_config]\nfoo = libfoo.include\n")
    assert "which contains no .pc file" in message


def test_everybody_may_bundle_microsofts_runtime(tmp_path: Path) -> None:
    names = ["msvcp140.dll", "vcruntime140.dll"]
    both = {name: library(name, target=WINDOWS) for name in names}
    other = pack(tmp_path, "other-1.0-py3-none-win_amd64", {f"other/{name}": lib for name, lib in both.items()})
    using = module("_ext.pyd", both["msvcp140.dll"], target=WINDOWS)
    files: dict[str, object] = {"c/_ext.pyd": using, **{f"c/{name}": lib for name, lib in both.items()}}
    wheel = pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", files, requires=["other<2"])
    assert of("bundled-requirement", problems(wheel, beside=[other])) == []


def test_a_consumer_that_bundles_a_required_wheels_library_is_a_problem(tmp_path: Path) -> None:
    name = "libfoo-1a2b3c4d.so.1"
    files = {
        "consumer/__init__.py": "import libfoo",
        f"consumer.libs/{name}": library(name),
        "consumer/_ext.abi3.so": ext(library(name), search_path="$ORIGIN/../consumer.libs"),
    }
    wheel = pack(tmp_path, f"consumer-1.0-cp310-abi3-{MANYLINUX}", files, requires=["libfoo<2"])
    (problem,) = of("bundled-requirement", problems(wheel, beside=[exporter(tmp_path)]))
    assert problem.library == "libfoo.so.1"
    assert "of a library of libfoo 1.0 (libfoo/libfoo.so.1), which the wheel requires" in problem.message
    assert of("bundled-requirement", problems(consumer(tmp_path), beside=[exporter(tmp_path)])) == []
