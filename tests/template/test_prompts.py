"""`copier copy` at a terminal: each question is asked, refuses wrong answers in words, and its answer is recorded."""

import functools
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pexpect
import pytest
import yaml

from support.packages import ROOT
from support.sources import commit, copy_files

# What terminals have. What is longer than a line of them is cut off: help, choices, and what a validator says.
COLUMNS = 80

CLEAR = "\x05\x15"  # to the end of the line, delete to its beginning
REDRAW = "\x0c"
CLEARED = "\x1b[2J"  # what the terminal is told before all is drawn again
DOWN = "\x1b[B"


class Answer(NamedTuple):
    """What is typed, what is recorded if it is not that text, and wrong answers with what their refusals begin with."""

    typed: str
    recorded: object = None
    wrong: Mapping[str, str] = MappingProxyType({})


def listed(typed: str, refusal: str, of_items: str = "") -> Answer:
    """Return the answer to a question for a list, with all that YAML has beside lists of strings as wrong answers."""
    wrong = dict.fromkeys(["", "0", "true", "word", "{a: b}"], refusal)
    return Answer(typed, yaml.safe_load(typed), wrong | dict.fromkeys(["[0]", "[true]", "[[a]]"], of_items or refusal))


# One entry for each question of copier.yml that is ever asked. Those with a validator need a wrong answer.
ANSWERS = {
    "name": Answer("spam", wrong={"": "Enter a name such as my-lib", "1.5": "Enter a name such as my-lib"}),
    "distribution": Answer("spam-native", wrong={"": "Enter a name: spam-native", "1.5": "Enter a name: spam-native"}),
    # By each session.
    "kind": Answer(""),
    "language": Answer(""),
    "description": Answer("Does it", wrong={"": "Enter one line of text.", "a@b": 'Leave out "@"'}),
    "version": Answer("2.3.4", wrong={"": "Enter a version such as 1.2.3", "true": "Enter a version such as 1.2.3"}),
    "compatible": Answer(">=2.3,<3", wrong={"1.5": '"1.5" is none of', "<2": "2.3.4, which consumers"}),
    "link_name": Answer("spam-2", wrong={"-l a": "Enter a name: yaml for -lyaml."}),
    "file_stem": Answer("spam-2.0", wrong={"a/b": "Enter yaml-0 for libyaml-0.so.2."}),
    "pkgconfig_name": Answer("spam-2", wrong={"a/b": "Enter yaml-0.1 for yaml-0.1.pc."}),
    "soversion": Answer("7", wrong={"true": "Enter a number: 1 for libfoo.so.1"}),
    "dll_name": Answer("spam-7.dll", wrong={"1.5": "Enter a file name that ends in .dll."}),
    "soname": Answer("private"),
    "includes": listed("[zebra.h, ant.h]", "Enter a list: [lz4.h, lz4frame.h]."),
    "smoke_test": Answer("spam_new() != 0", wrong={"1.5": "Call a function of the library"}),
    "function": Answer("spam_new", wrong={"1.5": "Enter a name: LZ4_versionString"}),
    "version_expression": Answer("spam_version()"),
    "recent_expression": Answer("spam_number() >= SPAM_NUMBER"),
    "library_license": Answer("Zlib", wrong={"MIT AND": "Enter MIT AND Zlib"}),
    "library_license_files": listed("[COPYING, AUTHORS]", "Enter a list: [COPYING]."),
    "headers": listed('["include/*.h"]', "Enter a list: [lib/lz4.h, include]"),
    "headers_folder": Answer("spam", wrong={"a b": "Enter a folder, such as taglib,"}),
    "upstream_url": Answer("https://example.com/spam.tar.gz", wrong={"1.5": "Enter a URL, https://..."}),
    "upstream_sha256": Answer("0a" * 32, wrong={"": "Enter 64 digits", "1.5": "Enter 64 digits (0-9, a-f)"}),
    "upstream_directory": Answer("spam-2.3.4", wrong={"a/b": "Enter a name: zlib-1.3.1"}),
    "meson_target": Answer("spam_library", wrong={"1.5": "Enter a name, such as libfribidi."}),
    "meson_options": listed("[tests=false]", "Enter a list: [tests=false]"),
    "upstream_subdirectory": Answer("build/cmake", wrong={"../a": "Enter a path (src)"}),
    "cmake_target": Answer("spam_shared", wrong={"a::b": "Enter a name, such as lz4_shared"}),
    "cmake_options": listed("[TOOLS=OFF]", "Enter a list: [BUILD_CLI=OFF]"),
    "other_libraries": listed(
        '[{target: other, soversion: "2", function: other_new}]',
        "Enter a list: [{target: tag_c,",
        "Entry 1: give keys and values,",
    ),
    "authors": Answer("2026 Jane Doe", wrong={"": "Enter one line of text: 2026 Jane Doe"}),
    # A space takes away the mark at the only choice.
    "consumers": Answer(" ", []),
}

KINDS = [("in-tree", "C"), ("in-tree", "C++"), ("cmake", "C"), ("meson", "C"), ("prebuilt", "C")]


def questions(template: Path = ROOT) -> dict[str, dict[str, object]]:
    """Return the questions of a template that are asked of somebody."""
    loaded = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    return {name: asked for name, asked in loaded.items() if name[0] != "_" and asked.get("when") is not False}


def help_of(question: dict[str, object]) -> list[str]:
    """Return the last text of each line of a question's help, but for lines that consist of an expression."""
    lines = (re.split("@[{%].*?[%}]@", line.strip()) for line in str(question["help"]).splitlines())
    return [texts[-1].strip() for line in lines if (texts := list(filter(str.strip, line)))]


class Session:
    """`copier copy` at a pseudo-terminal, up to its end."""

    def __init__(self, template: Path, destination: Path, answers: Mapping[str, Answer], timeout: float = 15) -> None:
        """Answer all that is asked."""
        self.asked: list[str] = []
        self.questions = questions(template)
        # Otherwise each prompt asks the terminal where its cursor is, and nobody answers.
        environment = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "copier", "copy", "--vcs-ref=HEAD", str(template), str(destination)],
            encoding="utf-8",
            env=environment,
            dimensions=(50, COLUMNS),
            timeout=timeout,
        )
        self.child.delaybeforesend = None
        while name := self.next_question():
            assert name in answers, f"ANSWERS has no answer to {name}, which is asked."
            self.answer(name, answers[name])
        self.recorded = yaml.safe_load((destination / ".copier-answers.yml").read_text(encoding="utf-8"))

    def next_question(self) -> str:
        """Wait for another question and return its name; return nothing at the end."""
        left = [name for name in self.questions if name not in self.asked]
        found = self.expect(*(help_of(self.questions[name])[0] for name in left), pexpect.EOF)
        if found == len(left):
            said = self.child.before
            self.child.close()
            assert self.child.exitstatus == 0, said
            return ""
        for line in help_of(self.questions[left[found]])[1:]:
            self.expect(line)
        self.asked.append(left[found])
        return left[found]

    def expect(self, *texts: str | type[pexpect.EOF]) -> int:
        """Wait for one of the texts, and return which it was."""
        try:
            return self.child.expect_exact([*texts])
        except pexpect.ExceptionPexpect:
            shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.child.before)
            pytest.fail(f"At {self.asked[-1:]} the terminal did not show any of {texts}, but:\n{shown}", pytrace=False)

    def answer(self, name: str, answer: Answer) -> None:
        """Type an answer, and before that the wrong ones."""
        question = self.questions[name]
        if question.get("multiselect"):
            self.child.send(f"{answer.typed}\r")
        elif choices := question.get("choices"):
            values = list(choices.values()) if isinstance(choices, dict) else list(choices)
            for choice in choices:
                self.expect(str(choice))
            self.child.send(DOWN * (values.index(answer.typed) - values.index(question["default"])) + "\r")
        else:
            for wrong, refusal in answer.wrong.items():
                self.child.send(f"{CLEAR}{wrong}\r{REDRAW}")
                self.expect(CLEARED)
                self.expect(f"Validation error for question '{name}': {refusal}")
            self.child.send(f"{CLEAR}{answer.typed}\r")


Sessions = Callable[[str, str], Session]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository as it stands."""
    tree = tmp_path_factory.mktemp("template")
    copy_files(tree, ".")
    commit(tree)
    return tree


@pytest.fixture(scope="module")
def session(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Sessions:
    """What answers the questions for a kind of library and a language, each once."""

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
        Session(template, tmp_path / "project", {"a": answer}, timeout=3)


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
def test_every_validator_gets_a_wrong_answer(name: str) -> None:
    assert bool(ANSWERS[name].wrong) == ("validator" in questions()[name])
