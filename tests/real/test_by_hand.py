"""docs/template.md lists the same manual steps for each library as that library's tests."""

import re

from library_wheel.project.packages import ROOT
from real.projects import BY_HAND


def test_the_documentation_lists_each_library_with_its_answers_and_manual_steps() -> None:
    text = (ROOT / "docs" / "template.md").read_text()
    rows = re.findall(r"^\| \[(\w+)\]\(\.\./tests/real/answers/\1\.yml\) \|[^|]*\|(.*)\|$", text, re.MULTILINE)
    assert {library: re.findall(r"`(.*?)`", there) for library, there in rows} == BY_HAND


def test_each_file_of_answers_belongs_to_a_library() -> None:
    answers = (ROOT / "tests" / "real" / "answers").glob("*")
    assert {file.name for file in answers} == {f"{library}.yml" for library in BY_HAND}
