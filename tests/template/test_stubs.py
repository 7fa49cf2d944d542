"""The stubs in template/: each includes a file of the example, and the example's answers give that file again."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rendering import stubs
from support.packages import ROOT
from support.sources import working_tree

Render = Callable[..., Path]

ANSWERS = yaml.safe_load((ROOT / "rendering" / "example-answers.yml").read_text())
INCLUDED = [name for name in map(str, working_tree(".")) if stubs.condition(name)[0] is not None]
EDITS = [
    pytest.param(name, text, id=f"{name} {text!r:.40}")
    for table in (stubs.EDITS, stubs.EDITS_WITHOUT_STARTER)
    for name, edits in table.items()
    for text, _ in edits
]
DELIMITERS = ("@{", "}@", "@%", "%@", "@#", "#@")


def test_every_stub_is_there_and_none_is_stale() -> None:
    assert stubs.stale(stubs.stubs()) == []


def test_a_missing_stub_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stubs.INCLUDED, "tests/demo.py", "starter")
    assert stubs.stale(stubs.stubs()) == ["tests/@% if starter %@demo.py@% endif %@.tpl"]


def test_a_stale_stub_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stubs.EDITS, "meson.format", [("120", "100")])
    assert stubs.stale(stubs.stubs()) == ["meson.format.tpl"]


def test_a_stub_of_no_file_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stubs.INCLUDED, "meson.format", None)
    assert stubs.stale(stubs.stubs()) == ["meson.format.tpl"]


@pytest.mark.parametrize(("name", "text"), EDITS)
def test_what_a_project_has_otherwise_is_in_the_example_once(name: str, text: str) -> None:
    assert (ROOT / name).read_text().count(text) == 1


def test_no_file_that_is_included_has_the_templates_delimiters() -> None:
    assert "libfoo-wheel/libfoo/__init__.py" in INCLUDED
    for name in INCLUDED:
        text = (ROOT / name).read_text()
        assert [delimiter for delimiter in DELIMITERS if delimiter in text] == [], name


def test_the_examples_answers_give_the_example(render: Render) -> None:
    project = render(**ANSWERS)
    there = [name for name in INCLUDED if (project / name).is_file()]
    assert set(INCLUDED) - set(there) == {".gersemirc"}  # for projects with CMake
    different = [name for name in there if (project / name).read_bytes() != (ROOT / name).read_bytes()]
    assert different == [name for name in there if name in stubs.EDITS]


@pytest.mark.parametrize("name", stubs.EDITS)
def test_what_a_project_has_otherwise_is_all_that_differs(render: Render, name: str) -> None:
    text = (ROOT / name).read_text()
    for old, new in stubs.EDITS[name]:
        text = text.replace(old, new)
    assert (render(**ANSWERS) / name).read_text() == text


def test_other_answers_do_not_give_the_example(render: Render) -> None:
    name = "tests/support/packages.py"
    assert (render(**{**ANSWERS, "soversion": "7"}) / name).read_text() != (ROOT / name).read_text()
