"""`copier copy` at a terminal asks each question, refuses wrong answers with a message, and records the answer."""

import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from library_wheel.project.packages import ROOT
from library_wheel.project.sources import commit, copy_files
from support.terminal import COLUMNS, Answer, Session, questions


def listed(typed: str, refusal: str, of_items: str = "") -> Answer:
    """Return an answer to a question that needs a list. Its wrong answers have YAML's other types."""
    wrong = dict.fromkeys(["", "0", "true", "word", "{a: b}"], refusal)
    return Answer(typed, yaml.safe_load(typed), wrong | dict.fromkeys(["[0]", "[true]", "[[a]]"], of_items or refusal))


# One entry for each question that copier.yml may ask. Questions with a validator need a wrong answer.
ANSWERS = {
    "name": Answer("spam", wrong={"": "Enter a name such as my-lib", "1.5": "Enter a name such as my-lib"}),
    "distribution": Answer("spam-native", wrong=dict.fromkeys(["", "1.5"], "Enter a name such as spam-native")),
    # Each session answers this.
    "kind": Answer(""),
    "language": Answer(""),
    "description": Answer("Does it", wrong={"": "Enter one line of text.", "a@b": 'Leave out "@"'}),
    "version": Answer("2.3.4", wrong={"": "Enter a version such as 1.2.3", "true": "Enter a version such as 1.2.3"}),
    "compatible": Answer(">=2.3,<3", wrong={"1.5": '"1.5" is none of', "<2": "2.3.4, which consumers"}),
    "link_name": Answer("spam-2", wrong={"-l a": "Enter a name: yaml for -lyaml."}),
    "file_stem": Answer("spam-2.0", wrong={"a/b": "Enter a name: yaml-0 for libyaml-0"}),
    "pkgconfig_name": Answer("spam-2", wrong={"a/b": "Enter a name: yaml-0.1 for yaml"}),
    "soversion": Answer("7", wrong={"true": "Enter a number: 1 for libfoo.so.1"}),
    "cmake_package": Answer("Spam", wrong={"": "Enter a name, such as Foo.", "a::b": "Enter a name, such as Foo."}),
    "cmake_imported_target": Answer(
        "Spam::two", wrong={"": "Enter a name: Foo::foo.", "a:b": "Enter a name: Foo::foo."}
    ),
    "cmake_variables": Answer("SPAM", wrong={"a-b": "Enter a prefix: FOO."}),
    "dll_name": Answer("spam-7.dll", wrong={"1.5": "Enter a file name that ends in .dll."}),
    "soname": Answer("private"),
    "includes": listed("[zebra.h, ant.h]", "Enter a list: [lz4.h, lz4frame.h]."),
    "definitions": listed("[SPAM_SHARED, SPAM_API=2]", "Enter a list: [LZ4_DLL_IMPORT=1]"),
    "smoke_test": Answer("spam_new() != 0", wrong={"1.5": "Call a function of the library"}),
    "function": Answer("spam_new", wrong={"1.5": "Enter a name: LZ4_versionString"}),
    "version_expression": Answer("spam_version()"),
    "recent_expression": Answer("spam_number() >= SPAM_NUMBER"),
    "library_license": Answer("Zlib", wrong={"MIT AND": "Enter MIT AND Zlib"}),
    "library_license_files": listed("[COPYING, AUTHORS]", "Enter a list: [COPYING]."),
    "library_authors": listed("[Jane Doe, Søn]", "Enter a list: [Jane Doe]"),
    "urls": Answer(
        "{Homepage: https://example.com}",
        {"Homepage": "https://example.com"},
        dict.fromkeys(["", "0", "word", "[a]", "{0: a}", "{a: 0}", "{a: b}"], "Enter names and URLs: {Homepage:"),
    ),
    "headers": listed('["include/*.h"]', "Enter a list: [lib/lz4.h, include]"),
    "headers_folder": Answer("spam", wrong={"a b": "Enter a folder, such as taglib,"}),
    "upstream_url": Answer("https://example.com/spam.tar.gz", wrong={"1.5": "Enter a URL, https://..."}),
    "upstream_sha256": Answer("0a" * 32, wrong={"": "Enter 64 digits", "1.5": "Enter 64 digits (0-9, a-f)"}),
    "upstream_directory": Answer("spam-2.3.4", wrong={"a/b": "Enter a name: zlib-1.3.1"}),
    "meson_target": Answer("spam_library", wrong={"1.5": "Enter a name, such as libfribidi."}),
    "meson_options": listed("[tests=false]", "Enter a list: [tests=false]"),
    "upstream_subdirectory": Answer("build/cmake", wrong={"../a": "Enter a folder (src)"}),
    "cmake_target": Answer("spam_shared", wrong={"a::b": "Enter a name, such as lz4_shared"}),
    "cmake_options": listed("[TOOLS=OFF]", "Enter a list: [BUILD_CLI=OFF]"),
    "other_libraries": listed(
        '[{target: other, soversion: "2", function: other_new}]',
        "Enter a list: [{target: tag_c,",
        "Entry 1: give keys and values,",
    ),
    "authors": Answer("2026 Jane Doe", wrong={"": "Enter one line of text: 2026 Jane Doe"}),
    "extras": Answer("y", recorded=True),
    "tests": Answer("matrix"),
    "ci": Answer("none"),
    # A space selects the only choice.
    "consumers": Answer(" ", ["consumer-pure"]),
}

KINDS = [("in-tree", "C"), ("in-tree", "C++"), ("cmake", "C"), ("meson", "C"), ("prebuilt", "C++")]


Sessions = Callable[[str, str], Session]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, with uncommitted edits."""
    tree = tmp_path_factory.mktemp("template")
    copy_files(tree, ".")
    commit(tree)
    return tree


@pytest.fixture(scope="module")
def session(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Sessions:
    """A function that answers the questions for a kind of library and a language, once for each pair."""

    @functools.cache
    def run(kind: str, language: str) -> Session:
        answers = {**ANSWERS, "kind": Answer(kind), "language": Answer(language)}
        return Session(template, tmp_path_factory.mktemp("project") / "project", answers)

    return run


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_the_answers_that_were_typed_are_recorded(session: Sessions, kind: str, language: str) -> None:
    done = session(kind, language)
    answers = {
        name: ANSWERS[name].typed if ANSWERS[name].recorded is None else ANSWERS[name].recorded for name in done.asked
    }
    assert {name: done.recorded[name] for name in done.asked} == {**answers, "kind": kind, "language": language}


def test_every_question_is_asked_for_some_kind(session: Sessions) -> None:
    asked = {name for kind in KINDS for name in session(*kind).asked}
    assert asked == set(questions()) == set(ANSWERS)


LONG = f"{'x' * COLUMNS} (foo)"


@pytest.mark.parametrize(
    ("question", "refusal", "said"),
    [
        ({"default": "", "validator": "@% if not a %@Enter a name.@% endif %@"}, "", "Enter a name."),
        ({"help": LONG}, "", "did not show"),
        ({"validator": f"@% if a == '0' %@{LONG}@% endif %@"}, LONG, "did not show"),
        ({"type": "yaml", "validator": "@% if not a | length %@Enter a list.@% endif %@"}, "Enter", "has no len"),
        ({}, "Enter", "did not show"),
    ],
    ids=["a default that is refused", "long help", "a long refusal", "a validator that fails", "no validator"],
)
def test_a_question_that_people_could_not_answer_would_be_noticed(
    tmp_path: Path, question: dict[str, str], refusal: str, said: str
) -> None:
    template = one_question(tmp_path / "template", question)
    answer = Answer("b", wrong={"0": refusal} if refusal else {})
    with pytest.raises((AssertionError, pytest.fail.Exception), match=said):
        Session(template, tmp_path / "project", {"a": answer}, timeout=3 if said == "did not show" else 30)


def test_a_question_that_people_can_answer_is_none_of_those(tmp_path: Path) -> None:
    template = one_question(tmp_path / "template", {"validator": "@% if a == '0' %@Enter a name.@% endif %@"})
    session = Session(template, tmp_path / "project", {"a": Answer("b", wrong={"0": "Enter a name."})})
    assert (session.asked, session.recorded) == (["a"], {"a": "b"})


def one_question(template: Path, question: dict[str, str]) -> Path:
    """Make a template with one question, named "a"."""
    template.mkdir()
    envops = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["_envops"]
    text = yaml.safe_dump(
        {"_envops": envops, "_templates_suffix": ".tpl", "a": {"type": "str", "help": "A name", **question}}
    )
    (template / "copier.yml").write_text(text)
    (template / "@{ _copier_conf.answers_file }@.tpl").write_text("a: @{ a }@\n")
    commit(template)
    return template


@pytest.mark.parametrize("name", questions())
def test_no_line_of_help_is_longer_than_a_terminals(name: str) -> None:
    lines = [re.sub("@[{%].*?[%}]@", "", line) for line in str(questions()[name]["help"]).splitlines()]
    # An emoji, two columns wide, and a space precede the first line.
    assert [line for line in lines if len(line) > COLUMNS - 4] == []


@pytest.mark.parametrize("name", questions())
def test_every_validator_gets_a_wrong_answer(name: str) -> None:
    assert bool(ANSWERS[name].wrong) == ("validator" in questions()[name])
