"""`copier copy` at a pseudo-terminal, with typed answers."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pexpect
import pytest
import yaml

from library_wheel.project.packages import ROOT

# The size of a terminal. Longer lines are cut off: help, choices and validators' messages.
COLUMNS = 80

CLEAR = "\x05\x15"  # to the end of the line, delete to its beginning
REDRAW = "\x0c"
CLEARED = "\x1b[2J"  # sent to the terminal before everything is drawn again
DOWN = "\x1b[B"

# The character before each question, and the longest time until the first one, in seconds. A busy machine needs 5 s.
MARK = "\N{MICROPHONE}"
STARTS = 60


class Answer(NamedTuple):
    """The typed text, the recorded answer if it differs, and wrong answers with the beginnings of their refusals.

    An answer without a text accepts the default.
    """

    typed: str | None
    recorded: object = None
    wrong: Mapping[str, str] = MappingProxyType({})


def questions(template: Path = ROOT) -> dict[str, dict[str, object]]:
    """Return the questions of a template that may be asked."""
    loaded = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    return {name: asked for name, asked in loaded.items() if name[0] != "_" and asked.get("when") is not False}


def help_of(question: dict[str, object]) -> list[str]:
    """Return the last literal text of each line of a question's help, except for lines that may be absent."""
    always = re.sub("\\s*@%- if .*?endif %@", "", str(question["help"]), flags=re.DOTALL)
    lines = (re.split("@[{%].*?[%}]@", line.strip()) for line in always.splitlines())
    return [texts[-1].strip() for line in lines if (texts := list(filter(str.strip, line)))]


class Session:
    """`copier copy` at a pseudo-terminal, up to its end."""

    def __init__(
        self,
        template: Path,
        destination: Path,
        answers: Mapping[str, Answer],
        *,
        folder: Path = ROOT,
        timeout: float = STARTS,
    ) -> None:
        """Answer all questions. Relative paths are typed unchanged, in `folder`.

        `timeout` is the longest time until something is shown, in seconds, except for the first question.
        """
        self.asked: list[str] = []
        self.questions = questions(folder / template)
        # Otherwise each prompt asks the terminal for the position of its cursor, and nothing answers.
        environment = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "copier", "copy", "--vcs-ref=HEAD", str(template), str(destination)],
            cwd=str(folder),
            encoding="utf-8",
            env=environment,
            dimensions=(50, COLUMNS),
            timeout=timeout,
        )
        self.child.delaybeforesend = None
        # The lookahead leaves the question to next_question().
        if self.child.expect([f"(?={MARK})", pexpect.EOF, pexpect.TIMEOUT], timeout=STARTS):
            pytest.fail(f"The terminal showed no question, but:\n{self.child.before}", pytrace=False)
        while name := self.next_question():
            assert name in answers, f"ANSWERS has no answer to {name}, which is asked."
            self.answer(name, answers[name])
        self.recorded = yaml.safe_load((folder / destination / ".copier-answers.yml").read_text(encoding="utf-8"))

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
        """Wait for one of the texts, and return it."""
        try:
            return self.child.expect_exact([*texts])
        except pexpect.ExceptionPexpect:
            shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.child.before)
            pytest.fail(f"At {self.asked[-1:]} the terminal did not show any of {texts}, but:\n{shown}", pytrace=False)

    def answer(self, name: str, answer: Answer) -> None:
        """Type an answer, and before that the wrong ones."""
        question = self.questions[name]
        if answer.typed is None:
            self.child.send("\r")
        elif question.get("type") == "bool":
            # It is answered by the key alone; a return would answer the next question.
            self.child.send(answer.typed)
        elif question.get("multiselect"):
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
