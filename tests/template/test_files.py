"""The table of a project's files, template/files.yml, is complete, and the example's answers render the example."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from library_wheel.project.packages import ROOT
from library_wheel.project.sources import copy_files, working_tree
from support.rendering import render as render_into

Render = Callable[..., Path]

TEMPLATE = ROOT / "template"
ANSWERS = yaml.safe_load((TEMPLATE / "example-answers.yml").read_text())
HERE = [name.as_posix() for name in working_tree(".")]
LISTED = re.findall(r"^- (\S+)$", (TEMPLATE / "files.yml").read_text(), re.MULTILINE)
OF_THE_EXAMPLE = [name for name in LISTED if not name.startswith("own/")]
# Files of the example that edits change in every project.
EDITED = set(re.findall(r"^(\S+):$", (TEMPLATE / "edits.yml").read_text().partition("\n@%")[0], re.MULTILINE))
DELIMITERS = ("@{", "}@", "@%", "%@", "@#", "#@")

# Files that only this repository has.
ONLY_HERE = [
    ".ci/*",
    ".clang-format",
    ".gersemirc",
    ".github/workflows/repository.yml",
    ".gitignore",
    "README.md",
    "benchmarks/*",
    "build-requirements.txt",
    "copier.yml",
    "docs/*",
    "examples/*",
    "libfoo/abi/*",
    "meson.format",
    "pyproject.toml",
    "ruff.toml",
    "template/*",
    "tests/*",
    "tool/*",
    "tox*",
]


def unlisted(names: list[str]) -> list[str]:
    """Return the files that are neither in the table nor only this repository's."""
    return [
        name for name in names if name not in LISTED and not any(fnmatchcase(name, pattern) for pattern in ONLY_HERE)
    ]


def error_of(directory: Path, name: str, text: str) -> str:
    """Return copier's error after a file of the template is replaced by a text with which it must fail."""
    copy_files(directory, ".")
    (directory / name).write_text(text)
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--data=name=foo", ".", "project"]
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert result.returncode != 0
    return result.stderr


def test_every_file_is_in_the_table_or_only_this_repositorys() -> None:
    assert unlisted(HERE) == []


def test_a_new_file_of_the_example_would_be_noticed() -> None:
    new = ["libfoo-wheel/libfoo/new.py", "consumer-ext/consumer_ext/new.py", "new.toml"]
    assert unlisted([*HERE, *new]) == new


def test_every_file_in_the_table_exists() -> None:
    assert len(OF_THE_EXAMPLE) > 50
    assert set(OF_THE_EXAMPLE) <= set(HERE)
    assert {f"template/{name}" for name in LISTED if name.startswith("own/")} <= set(HERE)


def test_every_file_of_the_templates_own_is_in_the_table() -> None:
    own = {name.removeprefix("template/") for name in HERE if name.startswith("template/own/")}
    # An entry for each library after the first: copier.yml.
    assert own - set(LISTED) == {"own/cmake/libfoo-wheel/pkgconfig/library.pc.in.jinja"}


def test_a_file_that_is_missing_is_an_error_that_names_it(tmp_path: Path) -> None:
    table = (TEMPLATE / "files.yml").read_text().replace("- LICENSE\n", "- libfoo-wheel/gone.py\n")
    assert "libfoo-wheel/gone.py" in error_of(tmp_path, "template/files.yml", table)


@pytest.mark.parametrize(
    ("line", "count"), [pytest.param("gone", 0, id="of no line"), pytest.param("- run:", 7, id="of several lines")]
)
def test_an_edit_that_does_not_fit_exactly_one_line_is_an_error(tmp_path: Path, line: str, count: int) -> None:
    edits = (TEMPLATE / "edits.yml").read_text().replace('from: "environment: [py310"', f'from: "{line}"')
    error = error_of(tmp_path, "template/edits.yml", edits)
    assert f'template/edits.yml, .github/workflows/ci.yml: "{line}" begins {count} lines, not one' in error


def test_no_file_of_the_example_has_the_templates_delimiters() -> None:
    assert "libfoo-wheel/libfoo/__init__.py" in OF_THE_EXAMPLE
    for name in OF_THE_EXAMPLE:
        text = (ROOT / name).read_text()
        assert [delimiter for delimiter in DELIMITERS if delimiter in text] == [], name


def test_only_files_of_the_template_named_jinja_have_its_delimiters() -> None:
    own = [name for name in HERE if name.startswith("template/own/")]
    assert len(own) > 30
    for name in own:
        has_some = any(delimiter in (ROOT / name).read_text() for delimiter in DELIMITERS)
        assert has_some == name.endswith(".jinja"), name


def facts(filter: str) -> list[str]:
    """Return the texts of the example that the renaming filter replaces."""
    block = filter.partition("set facts = [")[2].partition("\n] -%@")[0]
    return [
        ast.literal_eval(text)
        for text in re.findall(r"""^  \[('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""", block, re.MULTILINE)
    ]


def without_effect(filter: str) -> list[str]:
    """Return the facts that no file of the example has, so that they replace nothing."""
    texts = [(ROOT / source).read_text() for source in OF_THE_EXAMPLE]
    texts += [
        (TEMPLATE / name).read_text() for name in LISTED if name.startswith("own/") and not name.endswith(".jinja")
    ]
    return [fact for fact in facts(filter) if not any(fact in text for text in texts)]


def test_every_fact_of_the_example_that_is_replaced_is_in_one_of_its_files() -> None:
    filter = (TEMPLATE / "example.jinja").read_text()
    assert len(facts(filter)) > 30
    assert without_effect(filter) == []


def test_a_fact_that_is_in_no_file_would_be_noticed() -> None:
    filter = (TEMPLATE / "example.jinja").read_text().replace("['1.1.0', version]", "['1.1.00', version]")
    assert without_effect(filter) == ["1.1.00"]


def test_the_examples_answers_give_the_example(render: Render) -> None:
    project = render(**ANSWERS)
    rendered = {name: project / name for name in OF_THE_EXAMPLE}
    there = {name: file for name, file in rendered.items() if file.is_file()}
    # tests/template/test_libbar.py covers the files for CMake.
    assert {name for name in set(OF_THE_EXAMPLE) - set(there) if not name.startswith("examples/")} == set()
    different = {name for name, file in there.items() if file.read_bytes() != (ROOT / name).read_bytes()}
    assert different == EDITED


@pytest.mark.parametrize("name", sorted(EDITED))
def test_edits_replace_lines(render: Render, name: str) -> None:
    edits = yaml.safe_load((TEMPLATE / "edits.yml").read_text().partition("\n@%")[0])[name]
    # Replace expressions by their values for the example's answers.
    put = re.sub(
        "@{ '(.*?)' if tests == 'matrix' }@", r"\1", "".join(edit.get("put", "") for edit in edits)
    ).splitlines()
    example = (ROOT / name).read_text().splitlines()
    project = (render(**ANSWERS) / name).read_text().splitlines()
    assert [line for line in project if line not in example] == [line for line in put if line not in example]
    assert len(project) <= len(example) + len(put) - len(edits)


def test_other_answers_do_not_give_the_example(tmp_path: Path) -> None:
    name = "consumer-ext/pyproject.toml"
    project = render_into(tmp_path, {**ANSWERS, "compatible": "<1.5"}, only=[name])
    assert (project / name).read_text() != (ROOT / name).read_text()
