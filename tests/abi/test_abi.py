"""libfoo/abi/check.py accepts additions, refuses breaks, and prints a message for each."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.sources import snapshot
from support import releases
from support.variants import set_version

Edit = Callable[[Path], None]


def check(tree: Path, *options: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the check of a source tree."""
    environment = os.environ | ({"PATH": path} if path is not None else {})
    command = [sys.executable, tree / "libfoo" / "abi" / "check.py", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def record(tree: Path) -> Path:
    """Return the record of the last release in a source tree."""
    (file,) = (tree / "libfoo" / "abi").glob("*.abi")
    return file


def test_the_record_matches_the_sources(tmp_path: Path) -> None:
    tree = snapshot(tmp_path)
    old = record(tree).read_bytes()
    assert check(tree).stdout == "The ABI of 1.1.0 is the same as that of 1.1.0.\n"
    result = check(tree, "--update")
    assert result.stdout == f"recorded {record(tree)}\n"
    assert record(tree).read_bytes() == old


def test_a_patch_may_change_what_functions_do(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        set_version(tree, "1.1.1")
        replace_once(tree / "libfoo" / "src" / "hash.c", "(0xcbf29ce484222325)", "(1)")

    result = check(snapshot(tmp_path, edit))
    assert (result.returncode, result.stdout) == (0, "The ABI of 1.1.1 is the same as that of 1.1.0.\n")


def test_a_new_function_passes_and_asks_for_a_minor_version(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        releases.release_1_2(tree)
        replace_once(tree / "libfoo" / "meson.build", "version: '1.2.0'", "version: '1.1.1'")

    result = check(snapshot(tmp_path, edit))
    assert result.returncode == 0
    assert "'function uint32_t foo_find(const char*)'" in result.stdout
    assert "The ABI has additions since 1.1.0. Release 1.2.0 next, not 1.1.1." in result.stdout


def test_a_new_function_passes_in_a_minor_version(tmp_path: Path) -> None:
    result = check(snapshot(tmp_path, releases.release_1_2))
    assert result.returncode == 0
    assert result.stdout.endswith("The ABI of 1.2.0 has additions since 1.1.0, as a new minor version may.\n")


def function_removed(tree: Path) -> None:
    """The library no longer exports foo_count(). Its own tests, which call that, are not built."""
    replace_once(tree / "libfoo" / "src" / "libfoo.map", "    foo_count;\n", "")
    replace_once(tree / "libfoo" / "meson.build", "\nsubdir('tests')\n", "")


def signature_changed(tree: Path) -> None:
    """foo_name() takes 64 bits instead of 32."""
    replace_once(tree / "libfoo" / "include" / "foo.h", "foo_name(uint32_t id)", "foo_name(uint64_t id)")
    replace_once(tree / "libfoo" / "src" / "intern.c", "foo_name(uint32_t id)", "foo_name(uint64_t id)")


def symbol_version_changed(tree: Path) -> None:
    """foo_hash() has another symbol version than the one that older programs need."""
    replace_once(tree / "libfoo" / "src" / "libfoo.map", "LIBFOO_1.1 {", "LIBFOO_1.1a {")


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (function_removed, "[D] 'function uint32_t foo_count()'"),
        (signature_changed, "'function const char* foo_name(uint32_t)' has some indirect sub-type changes"),
        (symbol_version_changed, "[D] 'function uint64_t foo_hash(void*, size_t)'"),
    ],
)
def test_a_break_is_refused_and_named(tmp_path: Path, edit: Edit, named: str) -> None:
    result = check(snapshot(tmp_path, edit))
    assert result.returncode == 1
    assert named in result.stdout
    assert "Programs built against 1.1.0 might not run with this version. Undo the change, or raise" in result.stderr


STATISTICS = """
enum foo_kind { FOO_SHORT = 1, FOO_LONG = 2 };
struct foo_statistics {
    uint32_t count;
    enum foo_kind kind;
};
FOO_API void foo_statistics(struct foo_statistics *statistics);
"""


def with_statistics(tree: Path) -> None:
    """The library has a function with a struct and an enum, since libfoo has neither."""
    header = tree / "libfoo" / "include" / "foo.h"
    replace_once(header, "\n#ifdef __cplusplus\n}\n", STATISTICS + "\n#ifdef __cplusplus\n}\n")
    with open(tree / "libfoo" / "src" / "intern.c", "a") as file:
        file.write("void foo_statistics(struct foo_statistics *s) { s->count = foo_count(); s->kind = FOO_SHORT; }\n")
    replace_once(tree / "libfoo" / "src" / "libfoo.map", "    foo_hash;\n", "    foo_hash;\n    foo_statistics;\n")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("    uint32_t count;\n", "    uint64_t count;\n", "type size changed from 64 to 128"),
        ("    enum foo_kind kind;\n", "    enum foo_kind kind, other;\n", "type size changed from 64 to 96"),
        ("FOO_LONG = 2", "FOO_LONG = 3", "'foo_kind::FOO_LONG' from value '2' to '3'"),
    ],
    ids=["a member of another size", "one more member", "another value of an enumerator"],
)
def test_a_type_that_changes_is_refused_and_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    tree = snapshot(tmp_path, with_statistics)
    assert check(tree, "--update").returncode == 0
    assert check(tree).returncode == 0
    replace_once(tree / "libfoo" / "include" / "foo.h", old, new)
    result = check(tree)
    assert result.returncode == 1
    assert named in result.stdout
    assert "Programs built against 1.1.0 might not run with this version." in result.stderr


def test_another_soversion_is_not_compared_but_asks_for_a_record(tmp_path: Path) -> None:
    tree = snapshot(tmp_path, releases.release_2_0)
    result = check(tree)
    assert result.returncode == 1
    assert result.stderr.startswith("This library is libfoo.so.2, but the record of 1.1.0 is for libfoo.so.1, so ")
    assert check(tree, "--update").returncode == 0
    assert [path.name.partition("-")[2].partition("-")[0] for path in record(tree).parent.glob("*.abi")] == ["2.0.0"]
    assert check(tree).stdout == "The ABI of 2.0.0 is the same as that of 2.0.0.\n"


def test_a_missing_tool_is_named_with_its_package(tmp_path: Path) -> None:
    result = check(snapshot(tmp_path), path="")
    assert result.returncode == 1
    assert result.stderr == (
        "abidw is not on PATH. Install it (Debian: apt install abigail-tools; PyPI: pip install meson ninja)\n"
    )


def test_an_architecture_without_a_record_says_how_to_make_one(tmp_path: Path) -> None:
    tree = snapshot(tmp_path)
    record(tree).unlink()
    result = check(tree)
    assert result.returncode == 1
    assert "has no record for " in result.stderr


def test_an_update_that_fails_leaves_the_old_record(tmp_path: Path) -> None:
    tree = snapshot(tmp_path / "tree")
    old = record(tree)
    content = old.read_bytes()
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "abidw").write_text('#!/bin/sh\nfor o; do case $o in *.unfinished) echo half >"$o"; esac; done; exit 1\n')
    (tools / "abidw").chmod(0o755)
    result = check(tree, "--update", path=f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert result.returncode != 0
    assert {path.name for path in old.parent.iterdir()} == {"check.py", old.name}
    assert old.read_bytes() == content


def test_sources_that_do_not_compile_are_shown(tmp_path: Path) -> None:
    def edit(tree: Path) -> None:
        (tree / "libfoo" / "src" / "hash.c").write_text("#error broken on purpose\n")

    result = check(snapshot(tmp_path, edit))
    assert result.returncode == 1
    assert "broken on purpose" in result.stderr
    assert "The library could not be built." in result.stderr
