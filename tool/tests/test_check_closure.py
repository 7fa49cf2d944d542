"""Needed libraries must come from the platform, the wheel, or wheels that it requires."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from synthetic import (
    AARCH64,
    MACOS,
    MANYLINUX,
    MUSL,
    NOT_AS_NEEDED,
    WINDOWS,
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

from library_wheel.catalogue import Catalogue
from library_wheel.resolution import How, Resolver
from library_wheel.search import Searches

OTHER = library("libother.so.3", exports=["other"])
NEEDS_OTHER = module("_ext.abi3.so", OTHER, imports=["other"])


def test_a_consumer_of_an_exporter_with_a_stub_is_clean(tmp_path: Path) -> None:
    assert serious(problems(consumer(tmp_path), exporter(tmp_path))) == []


def test_a_library_that_nothing_supplies_is_missing(tmp_path: Path) -> None:
    (problem,) = of("missing-library", problems(consumer(tmp_path, requires=[])))
    assert problem.library == "libfoo.so.1"
    assert problem.files == ("consumer/_ext.abi3.so",)
    assert problem.severity == "error"


def test_libraries_that_the_same_files_miss_are_one_problem(tmp_path: Path) -> None:
    needs_both = module("_ext.abi3.so", foo(), OTHER, imports=["foo_version", "other"])
    files = {"c/_ext.abi3.so": needs_both, "c/_other.abi3.so": NEEDS_OTHER}
    found = of("missing-library", problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))
    assert [(problem.library, problem.files) for problem in found] == [
        ("libfoo.so.1", ("c/_ext.abi3.so",)),
        ("libother.so.3", ("c/_ext.abi3.so", "c/_other.abi3.so")),
    ]
    del files["c/_other.abi3.so"]
    (problem,) = of("missing-library", problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))
    assert problem.library == ""
    assert "libfoo.so.1 and libother.so.3 are neither part of" in problem.message


def test_an_exporter_that_is_not_required_does_not_count(tmp_path: Path) -> None:
    found = problems(consumer(tmp_path, requires=[]), beside=[exporter(tmp_path)])
    (problem,) = of("unrequired-provider", found)
    assert "libfoo 1.0 has it, but the wheel does not require libfoo" in problem.message


def test_a_requirement_without_a_known_wheel_leaves_the_need_open(tmp_path: Path) -> None:
    (problem,) = of("unknown-provider", problems(consumer(tmp_path)))
    assert "It may come from libfoo" in problem.message
    assert problem.severity == "warning"


def test_each_allowed_release_must_have_the_library(tmp_path: Path) -> None:
    newer = library("libfoo.so.2", identity="libfoo.so.2")
    releases = [exporter(tmp_path, "1.0"), exporter(tmp_path, "2.0", newer)]
    (problem,) = of("release-without-library", problems(consumer(tmp_path, ["libfoo>=1"]), beside=releases))
    message = "the requirement libfoo>=1 allows libfoo 2.0, which has libfoo.so.2 instead of libfoo.so.1"
    assert message in problem.message
    assert of("release-without-library", problems(consumer(tmp_path), beside=releases)) == []


def test_the_library_that_a_release_has_instead_may_differ_in_case(tmp_path: Path) -> None:
    tag = "cp310-abi3-win_amd64"
    first, second = (library(f"{name}.dll", target=WINDOWS) for name in ("foo-1", "Foo-2"))
    releases = [
        pack(tmp_path, f"libfoo-1.0-{tag}", {"libfoo/foo-1.dll": first}),
        pack(tmp_path, f"libfoo-2.0-{tag}", {"libfoo/Foo-2.dll": second}),
    ]
    files = {"c/__init__.py": "import libfoo", "c/_ext.pyd": module("_ext.pyd", first, target=WINDOWS)}
    using = pack(tmp_path, f"c-1.0-{tag}", files, requires=["libfoo<3"])
    (problem,) = of("release-without-library", problems(using, beside=releases))
    assert "libfoo 2.0, which has Foo-2.dll instead of foo-1.dll" in problem.message


def test_a_requirement_that_only_allows_the_wrong_releases_is_an_error(tmp_path: Path) -> None:
    newer = library("libfoo.so.2", identity="libfoo.so.2")
    releases = [exporter(tmp_path, "1.0"), exporter(tmp_path, "2.0", newer)]
    found = problems(consumer(tmp_path, ["libfoo>=2,<3"]), beside=releases)
    assert len(of("release-without-library", found)) == 1


def test_a_requirement_that_no_known_release_satisfies_is_an_error(tmp_path: Path) -> None:
    (problem,) = of("no-matching-release", problems(consumer(tmp_path, ["libfoo>=7"]), beside=[exporter(tmp_path)]))
    assert "no known release satisfies the requirement libfoo>=7" in problem.message


def test_a_requirement_of_a_requirement_may_have_the_library(tmp_path: Path) -> None:
    between = pack(tmp_path, "between-1.0-py3-none-any", {"between.py": "import libfoo"}, requires=["libfoo>=1,<2"])
    assert serious(problems(consumer(tmp_path, ["between<2"]), beside=[between, exporter(tmp_path)])) == []


def test_requirements_may_go_in_circles(tmp_path: Path) -> None:
    one = pack(tmp_path, "one-1.0-py3-none-any", {"one.py": ""}, requires=["two"])
    two = pack(tmp_path, "two-1.0-py3-none-any", {"two.py": ""}, requires=["one"])
    assert len(of("missing-library", problems(consumer(tmp_path, ["one"]), beside=[one, two]))) == 1


@pytest.mark.parametrize("requires", [["a; extra == 'x'", "b"], ["b", "a; extra == 'x'"]], ids=["extra first", "last"])
def test_the_order_of_requirements_in_a_circle_does_not_matter(tmp_path: Path, requires: list[str]) -> None:
    a = pack(tmp_path, "a-1.0-py3-none-any", {"a.py": "import b, libfoo"}, requires=["b", "libfoo>=1,<2"])
    b = pack(tmp_path, "b-1.0-py3-none-any", {"b.py": "import a"}, requires=["a"])
    wheel = consumer(tmp_path, requires, metadata="Provides-Extra: x")
    assert of("conditional-requirement", problems(wheel, beside=[a, b, exporter(tmp_path)])) == []


def test_a_release_in_a_circle_is_not_replaced_by_another_one(tmp_path: Path) -> None:
    # With a 2.0, b gets a 2.0, and nothing brings the library.
    older = pack(tmp_path, "a-1.0-py3-none-any", {"a.py": ""}, requires=["libfoo>=1,<2"])
    newer = pack(tmp_path, "a-2.0-py3-none-any", {"a.py": ""}, requires=["b"])
    b = pack(tmp_path, "b-1.0-py3-none-any", {"b.py": ""}, requires=["a"])
    found = problems(consumer(tmp_path, ["a"]), beside=[older, newer, b, exporter(tmp_path)])
    assert len(of("release-without-library", found)) == 1
    # The wheel is the only release of itself in an environment.
    other = pack(tmp_path, f"consumer-2.0-cp310-abi3-{MANYLINUX}", {"c/libfoo.so.1": foo()})
    back = pack(tmp_path, "back-1.0-py3-none-any", {"back.py": ""}, requires=["consumer"])
    (problem,) = of("missing-library", problems(consumer(tmp_path, ["back"]), beside=[back, other]))
    assert "consumer 2.0" not in problem.message


def test_300_needs_and_60_wheels_that_require_each_other_take_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = consumer(tmp_path, ["w0"])
    (file,) = wheel.native_files.values()
    needed = tuple(f"lib{number}.so.1" for number in range(300))
    monkeypatch.setitem(wheel.__dict__, "native_files", {"consumer/_ext.abi3.so": replace(file, needed=needed)})
    names = [f"w{number}" for number in range(60)]
    between = [pack(tmp_path, f"{name}-1.0-py3-none-any", {}, requires=[*names, "libfoo"]) for name in names]
    exporting = exporter(tmp_path)
    own = exporting.native_files["libfoo/libfoo.so.1"]
    libraries = {f"libfoo/{name}": replace(own, identity=name) for name in needed[::2]}
    monkeypatch.setitem(exporting.__dict__, "native_files", libraries)
    start = time.process_time()
    how = Counter(resolution.how for resolution in Resolver(Catalogue([wheel, *between, exporting])).resolve(wheel))
    assert time.process_time() - start < 10
    assert how == {How.REQUIRED: 150, How.MISSING: 150}


@pytest.mark.parametrize(
    "marker",
    [
        'sys_platform == "linux"',
        'python_version >= "3.8"',
        'platform_machine == "x86_64" and implementation_name == "cpython"',
        'extra != "docs"',
        'sys_platform == "linux" or platform_release >= "20"',
    ],
)
def test_a_marker_that_is_true_for_the_whole_wheel_changes_nothing(tmp_path: Path, marker: str) -> None:
    found = problems(consumer(tmp_path, [f"libfoo>=1,<2; {marker}"]), beside=[exporter(tmp_path)])
    assert serious(found) == []


@pytest.mark.parametrize("marker", ['python_version < "3.12"', 'extra == "foo"'])
def test_a_marker_that_is_not_always_true_is_an_error(tmp_path: Path, marker: str) -> None:
    wheel = consumer(tmp_path, [f"libfoo>=1,<2; {marker}"], metadata="Provides-Extra: foo")
    assert len(of("conditional-requirement", problems(wheel, beside=[exporter(tmp_path)]))) == 1


@pytest.mark.parametrize(
    "marker",
    [
        'platform_release >= "4.0"',
        'platform_release != "5.10"',
        '"microsoft" not in platform_release',
        'sys_platform == "linux" and "4" <= platform_version',
        "python_full_version ~= '3'",
        "'a' == 'b'",
    ],
)
def test_a_marker_that_cannot_be_evaluated_is_read_as_sometimes_true(tmp_path: Path, marker: str) -> None:
    found = problems(consumer(tmp_path, [f"libfoo>=1,<2; {marker}"]), beside=[exporter(tmp_path)])
    assert len(of("conditional-requirement", found)) == 1


@pytest.mark.parametrize("marker", ['sys_platform == "win32"', 'sys_platform == "win32" and platform_version >= "10"'])
def test_a_marker_that_is_never_true_counts_as_no_requirement(tmp_path: Path, marker: str) -> None:
    wheel = consumer(tmp_path, [f"libfoo; {marker}"])
    assert len(of("unrequired-provider", problems(wheel, beside=[exporter(tmp_path)]))) == 1
    assert len(of("missing-library", problems(wheel))) == 1


def test_wheels_for_other_platforms_in_the_same_folder_do_not_count(tmp_path: Path) -> None:
    others = [
        pack(tmp_path, "libfoo-1.0-cp310-abi3-win_amd64", {"libfoo/foo-1.dll": library("foo-1.dll", target=WINDOWS)}),
        pack(tmp_path, "libfoo-1.0-cp310-abi3-manylinux_2_17_aarch64", {"libfoo/x": foo(target=AARCH64)}),
        pack(tmp_path, "libfoo-1.0-cp310-abi3-musllinux_1_2_x86_64", {"libfoo/x": foo(target=MUSL)}),
        pack(tmp_path, "libfoo-1.0-cp38-cp38-manylinux_2_17_x86_64", {"libfoo/nothing.py": ""}),
    ]
    assert serious(problems(consumer(tmp_path), beside=[exporter(tmp_path), *others])) == []
    assert len(of("unknown-provider", problems(consumer(tmp_path), beside=others))) == 1


@pytest.mark.parametrize(
    "tag",
    [
        "manylinux2014_x86_64.manylinux_2_17_x86_64",  # Two names of one policy.
        "manylinux_2_17_x86_64.manylinux_2_28_x86_64",  # Two policies.
        "manylinux2014_x86_64",  # An alias alone.
        "manylinux_2_99_x86_64",  # One that auditwheel does not know yet.
        "linux_x86_64",
    ],
)
def test_a_library_of_every_platform_with_the_tag_is_not_missing(tmp_path: Path, tag: str) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library("libz.so.1"))}
    assert serious(problems(pack(tmp_path, f"c-1.0-cp310-abi3-{tag}", files))) == []


def test_each_of_several_platforms_must_have_the_library(tmp_path: Path) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library("libmvec.so.1"))}
    assert serious(problems(pack(tmp_path, "c-1.0-cp310-abi3-manylinux_2_28_x86_64", files))) == []
    both = "manylinux_2_17_x86_64.manylinux_2_28_x86_64"
    assert len(of("missing-library", problems(pack(tmp_path, f"c-1.0-cp310-abi3-{both}", files)))) == 1


@pytest.mark.parametrize(
    ("target", "tag", "loader"),
    [
        ("x86_64-linux-gnu", "manylinux_2_17_x86_64", "ld-linux-x86-64.so.2"),
        (AARCH64, "manylinux_2_17_aarch64", "ld-linux-aarch64.so.1"),
        (MUSL, "musllinux_1_2_x86_64", "ld-musl-x86_64.so.1"),
        (MUSL, "musllinux_1_2_x86_64", "libc.musl-x86_64.so.1"),
    ],
)
def test_the_loader_itself_is_not_missing(tmp_path: Path, target: str, tag: str, loader: str) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library(loader, target=target), target=target)}
    assert serious(problems(pack(tmp_path, f"c-1.0-cp310-abi3-{tag}", files))) == []


def test_libpython_is_not_missing_but_should_not_be_linked(tmp_path: Path) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library("libpython3.11.so.1.0"))}
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    assert [rule for rule, _ in serious(found)] == ["links-libpython"]


def test_on_android_an_extension_module_is_linked_to_libpython(tmp_path: Path) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library("libpython3.13.so", target=AARCH64), target=AARCH64)}
    assert of("links-libpython", problems(pack(tmp_path, "c-1.0-cp313-abi3-android_21_arm64_v8a", files))) == []


def test_a_plain_linux_tag_leaves_libraries_to_the_system(tmp_path: Path) -> None:
    found = problems(pack(tmp_path, "c-1.0-cp310-abi3-linux_x86_64", {"c/_ext.abi3.so": NEEDS_OTHER}))
    assert serious(found) == []
    assert [problem.library for problem in of("system-library", found)] == ["libother.so.3"]
    assert len(of("linux-tag", found)) == 1


def test_a_drivers_library_is_a_note(tmp_path: Path) -> None:
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", library("libcuda.so.1"))}
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    assert serious(found) == []
    assert len(of("driver-library", found)) == 1


def test_an_excluded_library_is_not_missing(tmp_path: Path) -> None:
    wheel = consumer(tmp_path, [])
    assert serious(problems(wheel, excludes=["libfoo.so.*"])) == []
    (problem,) = of("unmatched-exclude", problems(wheel, excludes=["libfoo.so.*", "libfo.so.*"]))
    assert problem.library == "libfo.so.*"


def bundling(folder: Path, place: str, search_path: str | None, **options: object) -> list[tuple[str, str]]:
    """Return the serious problems of a wheel that has libfoo in a place and one file with a search path."""
    files = {f"c/{place}": foo(), "c/_ext.abi3.so": ext(search_path=search_path, **options)}
    return serious(problems(pack(folder, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))


def test_a_library_in_the_wheel_is_found_through_a_search_path(tmp_path: Path) -> None:
    assert bundling(tmp_path, "libfoo.so.1", "$ORIGIN") == []
    assert bundling(tmp_path, "lib/libfoo.so.1", "${ORIGIN}/../c/lib") == []
    assert bundling(tmp_path, "libfoo.so.1", "/nowhere:$ORIGIN")[0][0] == "absolute-search-path"


@pytest.mark.parametrize(("place", "search_path"), [("libfoo.so.1", None), ("lib/libfoo.so.1", "$ORIGIN")])
def test_a_library_that_no_search_path_leads_to_is_unreachable(tmp_path: Path, place: str, search_path: str) -> None:
    ((rule, message),) = bundling(tmp_path, place, search_path)
    assert rule == "unreachable-library"
    assert "no search path of the files that need it leads there" in message


def test_a_library_under_another_name_than_is_needed_is_unreachable(tmp_path: Path) -> None:
    ((rule, message),) = bundling(tmp_path, "libfoo-renamed.so", "$ORIGIN")
    assert rule == "unreachable-library"
    assert "the file is named libfoo-renamed.so" in message


def test_a_library_that_another_file_has_loaded_needs_no_search_path(tmp_path: Path) -> None:
    low = library("liblow.so.1", exports=["low"])
    high = library("libhigh.so.1", low, imports=["low"])
    both = module("_ext.abi3.so", high, low, imports=["foo_version", "low"], search_path="$ORIGIN")
    files = {"c/liblow.so.1": low, "c/libhigh.so.1": high, "c/_ext.abi3.so": both}
    assert serious(problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))) == []


@pytest.mark.parametrize("order", [("one", "two", "three"), ("three", "two", "one")])
def test_the_first_search_path_wins(tmp_path: Path, order: tuple[str, ...]) -> None:
    using = ext(search_path=":".join(f"$ORIGIN/{folder}" for folder in order))
    files = {"c/_ext.abi3.so": using, **{f"c/{folder}/libfoo.so.1": foo() for folder in order}}
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)
    edges = Searches(wheel, musl=False).edges
    assert edges["c/_ext.abi3.so"] == {"libfoo.so.1": f"c/{order[0]}/libfoo.so.1"}


def test_a_library_may_need_itself(tmp_path: Path) -> None:
    itself = library("libfoo.so.1", foo(), flags=NOT_AS_NEEDED)
    files = {"c/_ext.abi3.so": ext(itself, search_path="$ORIGIN"), "c/libfoo.so.1": itself}
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)
    assert wheel.native_files["c/libfoo.so.1"].needed == ("libfoo.so.1",)
    assert serious(problems(wheel)) == []


@pytest.mark.parametrize(("flags", "rules"), [(["-Wl,--disable-new-dtags"], []), ([], ["unreachable-library"])])
def test_rpath_is_inherited_and_runpath_is_not(tmp_path: Path, flags: list[str], rules: list[str]) -> None:
    low = library("liblow.so.1", exports=["low"])
    high = library("libhigh.so.1", low, imports=["low"])
    only_high = module("_ext.abi3.so", high, search_path="$ORIGIN", flags=flags)
    files = {"c/liblow.so.1": low, "c/libhigh.so.1": high, "c/_ext.abi3.so": only_high}
    assert [rule for rule, _ in serious(problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))] == rules


def test_musl_inherits_runpath(tmp_path: Path) -> None:
    low = library("liblow.so.1", exports=["low"], target=MUSL)
    high = library("libhigh.so.1", low, imports=["low"], target=MUSL)
    only_high = module("_ext.abi3.so", high, search_path="$ORIGIN", target=MUSL)
    files = {"c/liblow.so.1": low, "c/libhigh.so.1": high, "c/_ext.abi3.so": only_high}
    assert serious(problems(pack(tmp_path, "c-1.0-cp310-abi3-musllinux_1_2_x86_64", files))) == []


def test_an_unreachable_library_that_python_code_loads_is_a_note(tmp_path: Path) -> None:
    code = "import ctypes\nctypes.CDLL('libfoo.so.1')\n"
    files = {"c/lib/libfoo.so.1": foo(), "c/_ext.abi3.so": ext(), "c/__init__.py": code}
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    assert serious(found) == []
    assert "c/__init__.py loads libraries" in of("preloaded-library", found)[0].message


def test_libraries_that_python_code_loads_are_one_note(tmp_path: Path) -> None:
    needs_both = module("_ext.abi3.so", foo(), OTHER, imports=["foo_version", "other"])
    files = {
        "c/__init__.py": "import ctypes\nctypes.CDLL('libfoo.so.1')",
        "c/_ext.abi3.so": needs_both,
        "c/lib/libfoo.so.1": foo(),
        "c/lib/libother.so.3": OTHER,
    }
    (problem,) = of("preloaded-library", problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)))
    assert "no search path leads to libfoo.so.1 and libother.so.3, which are in the wheel" in problem.message


def test_a_plugin_whose_library_is_missing_is_a_note(tmp_path: Path) -> None:
    plugin = library("libplugin.so", OTHER, imports=["other"], exports=["plugin"])
    found = problems(pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", {"c/plugins/libplugin.so": plugin}))
    assert serious(found) == []
    (problem,) = of("plugin-dependency", found)
    assert problem.library == "libother.so.3"
    assert problem.message == (
        "c/plugins/libplugin.so needs libother.so.3, which neither the platform nor a known wheel has. No import is "
        "known to load this file, so it is probably a plugin or program, and works only if something else loads it "
        "first, or if the loader finds it by other means, such as LD_LIBRARY_PATH."
    )


def test_several_plugins_whose_libraries_are_in_another_folder_are_one_note(tmp_path: Path) -> None:
    first = library("libfirst.so", OTHER, imports=["other"], exports=["first"])
    second = library("libsecond.so", foo(), imports=["foo_version"], exports=["second"])
    plugins = {"c/libfirst.so": first, "c/libsecond.so": second}
    files = {**plugins, **{f"c/{folder}/{lib.name}": lib for folder in "ab" for lib in (foo(), OTHER)}}
    (problem,) = of("plugin-dependency", problems(pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)))
    assert problem.library == ""
    assert problem.message == (
        "c/libfirst.so and c/libsecond.so need libother.so.3 and libfoo.so.1, which the wheel has in a folder that is "
        "not on their search paths. No import is known to load these files, so they are probably plugins or programs, "
        "and work only if something else loads them first, or if the loader finds them by other means, such as "
        "LD_LIBRARY_PATH."
    )
    del files["c/libsecond.so"]
    (problem,) = of("plugin-dependency", problems(pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)))
    assert "which the wheel has in a folder that is not on its search paths" in problem.message


def test_the_advice_about_plugins_is_for_the_wheels_platform(tmp_path: Path) -> None:
    other = library("other-3.dll", exports=["other"], target=WINDOWS)
    plugin = library("plugin.dll", other, imports=["other"], exports=["plugin"], target=WINDOWS)
    (problem,) = of("plugin-dependency", problems(pack(tmp_path, "c-1.0-py3-none-win_amd64", {"c/plugin.dll": plugin})))
    assert problem.message.endswith("such as PATH or os.add_dll_directory().")
    other = library("libother.3.dylib", exports=["other"], target=MACOS)
    plugin = library("libplugin.dylib", other, imports=["other"], exports=["plugin"], target=MACOS)
    files = {"c/libplugin.dylib": plugin}
    (problem,) = of("plugin-dependency", problems(pack(tmp_path, "c-1.0-py3-none-macosx_11_0_arm64", files)))
    assert problem.message.endswith("such as DYLD_LIBRARY_PATH.")


@pytest.mark.parametrize("code", ["import os\nos.add_dll_directory('lib')", ""])
def test_a_library_that_an_extension_module_needs_is_no_plugin_wherever_it_is(tmp_path: Path, code: str) -> None:
    other = library("other-3.dll", exports=["other"], target=WINDOWS)
    dll = library("foo-1.dll", other, imports=["other"], target=WINDOWS)
    pyd = module("_ext.pyd", dll, target=WINDOWS)
    files = {"c/__init__.py": code, "c/_ext.pyd": pyd, "c/lib/foo-1.dll": dll}
    found = problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", files))
    assert of("plugin-dependency", found) == []
    (problem,) = of("missing-library", found)
    assert (problem.library, problem.files) == ("other-3.dll", ("c/lib/foo-1.dll",))


def test_a_path_of_the_build_machine_in_a_library_that_code_loads_is_a_problem(tmp_path: Path) -> None:
    other = library("libother.so.3", identity="/opt/x/libother.so.3", exports=["other"])
    files = {
        "c/__init__.py": "import ctypes\nctypes.CDLL(choose())",
        "c/_ext.abi3.so": ext(),
        "c/lib/libfoo.so.1": library("libfoo.so.1", other, imports=["other"]),
    }
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    assert [rule for rule, _ in serious(found)] == ["absolute-dependency"]
    (problem,) = of("absolute-dependency", found)
    assert (problem.library, problem.files) == ("/opt/x/libother.so.3", ("c/lib/libfoo.so.1",))


def test_variants_of_a_library_between_which_code_chooses_are_not_essential(tmp_path: Path) -> None:
    fast = foo(exports=["foo_version", "foo_fast"])
    variant = library("libfoo.so.1", OTHER, imports=["other"])
    code = "import ctypes\nctypes.CDLL(choose())"
    files = {"c/__init__.py": code, "c/_ext.abi3.so": ext(), "c/a/libfoo.so.1": fast, "c/b/libfoo.so.1": variant}
    assert serious(problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))) == []


def test_an_exporter_without_a_stub_is_unreachable_unless_a_search_path_leads_there(tmp_path: Path) -> None:
    without = exporter(tmp_path, stub=False)
    (problem,) = of("unreachable-library", problems(consumer(tmp_path), beside=[without]))
    assert "libfoo.so.1 is in libfoo 1.0, but nothing there loads it" in problem.message
    found = problems(consumer(tmp_path, extension=ext(search_path="$ORIGIN/../libfoo")), beside=[without])
    assert serious(found) == []
    assert len(of("same-site-packages", found)) == 1


def test_an_exporter_that_loads_with_ctypes_is_a_note_that_warns_of_musl(tmp_path: Path) -> None:
    code = {"libfoo/__init__.py": "import ctypes\nctypes.CDLL('x')\n"}
    lib, extension = foo(target=MUSL), ext(foo(target=MUSL), target=MUSL)
    tag = "py3-none-musllinux_1_2_x86_64"
    exporting = pack(tmp_path, f"libfoo-1.0-{tag}", {**code, "libfoo/libfoo.so.1": lib})
    files = {"c/__init__.py": "import libfoo", "c/_ext.abi3.so": extension}
    using = pack(tmp_path, "c-1.0-cp310-abi3-musllinux_1_2_x86_64", files, requires=["libfoo<2"])
    found = problems(using, beside=[exporting])
    assert serious(found) == []
    assert "On musl, this doesn't work" in of("preloaded-library", found)[0].message


def test_an_exporter_that_is_never_imported_is_a_warning(tmp_path: Path) -> None:
    files = {"c/__init__.py": "from . import _ext", "c/_ext.abi3.so": ext()}
    using = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files, requires=["libfoo<2"])
    assert [rule for rule, _ in serious(problems(using, beside=[exporter(tmp_path)]))] == ["exporter-not-imported"]


def test_a_requirement_without_a_cap_is_a_warning_if_the_library_has_a_version(tmp_path: Path) -> None:
    found = problems(consumer(tmp_path, ["libfoo>=1"]), beside=[exporter(tmp_path, "1.2")])
    (problem,) = of("requirement-cap", found)
    assert "libfoo>=1,<2" in problem.message
    for capped in ("libfoo~=1.0", "libfoo==1.*", "libfoo<2"):
        assert of("requirement-cap", problems(consumer(tmp_path, [capped]), beside=[exporter(tmp_path, "1.2")])) == []


def test_a_file_not_named_by_its_soname_meets_needs_for_either_name(tmp_path: Path) -> None:
    renamed = library("libfoo.so", identity="libfoo.so.1")
    stub = module("_init.abi3.so", renamed, search_path="$ORIGIN")
    code = "import ctypes\nctypes.CDLL('/path/libfoo.so')\n"
    files = {"libfoo/__init__.py": code, "libfoo/libfoo.so": renamed, "libfoo/_init.abi3.so": stub}
    exporting = pack(tmp_path, f"libfoo-1.0-cp310-abi3-{MANYLINUX}", files)
    assert serious(problems(consumer(tmp_path), beside=[exporting])) == []


def test_windows_finds_dlls_beside_the_module_and_its_own(tmp_path: Path) -> None:
    dll = library("foo-1.dll", target=WINDOWS)
    pyd = module("_ext.pyd", dll, target=WINDOWS)
    tag = "c-1.0-cp310-abi3-win_amd64"
    assert serious(problems(pack(tmp_path, tag, {"c/_ext.pyd": pyd, "c/FOO-1.dll": dll}))) == []
    (problem,) = of("unreachable-library", problems(pack(tmp_path, tag, {"c/_ext.pyd": pyd, "c/lib/foo-1.dll": dll})))
    assert "os.add_dll_directory()" in problem.message
    kernel = module("_ext.pyd", library("KERNEL32.dll", target=WINDOWS), target=WINDOWS)
    assert serious(problems(pack(tmp_path, tag, {"c/_ext.pyd": kernel}))) == []


def test_the_redistributable_is_not_part_of_windows_but_pythons_runtime_is(tmp_path: Path) -> None:
    cpp = module("_ext.pyd", library("MSVCP140.dll", target=WINDOWS), target=WINDOWS)
    (problem,) = of("missing-library", problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", {"c/_ext.pyd": cpp})))
    assert "MSVCP140.dll is part of Microsoft's Visual C++ Redistributable" in problem.message
    assert "Bundle it with delvewheel" in problem.message
    second = library("MSVCP140_1.dll", exports=["second"], target=WINDOWS)
    # zig would check the sum of two results for an overflow.
    options = {"target": WINDOWS, "flags": ["-fno-sanitize=undefined"]}
    both = module(
        "_ext.pyd", library("MSVCP140.dll", target=WINDOWS), second, imports=["foo_version", "second"], **options
    )
    (problem,) = of("missing-library", problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", {"c/_ext.pyd": both})))
    assert "MSVCP140.dll and MSVCP140_1.dll are part of" in problem.message
    assert "Bundle them with delvewheel" in problem.message
    c = module("_ext.pyd", library("VCRUNTIME140.dll", target=WINDOWS), target=WINDOWS)
    assert serious(problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", {"c/_ext.pyd": c}))) == []


def test_windows_searches_delvewheels_folder(tmp_path: Path) -> None:
    dll = library("foo-0123456789abcdef0123456789abcdef.dll", target=WINDOWS)
    files = {
        "c/_ext.pyd": module("_ext.pyd", dll, target=WINDOWS),
        f"c.libs/{dll.name}": dll,
        "c-1.0.dist-info/DELVEWHEEL": "Version: 1.13",
    }
    assert serious(problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", files))) == []


def test_macos_finds_libraries_through_rpaths_and_inherits_those(tmp_path: Path) -> None:
    low = library("liblow.1.dylib", exports=["low"], target=MACOS)
    high = library("libhigh.1.dylib", low, imports=["low"], target=MACOS)
    extension = module("_ext.abi3.so", high, search_path="@loader_path/lib", target=MACOS)
    files = {"c/lib/liblow.1.dylib": low, "c/lib/libhigh.1.dylib": high, "c/_ext.abi3.so": extension}
    assert serious(problems(pack(tmp_path, "c-1.0-cp310-abi3-macosx_11_0_arm64", files))) == []
    without = {**files, "c/_ext.abi3.so": module("_ext.abi3.so", high, target=MACOS)}
    found = problems(pack(tmp_path, "c-1.0-cp310-abi3-macosx_11_0_arm64", without))
    assert {rule for rule, _ in serious(found)} == {"unreachable-library"}
    needed = [problem.library for problem in of("unreachable-library", found)]
    assert sorted(needed) == ["@rpath/libhigh.1.dylib", "@rpath/liblow.1.dylib"]
