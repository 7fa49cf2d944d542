"""Everything that the documentation quotes, names or links to exists, and mistakes in it are noticed."""

import re

import claims
import pages
import pytest

from library_wheel.project.packages import ROOT
from library_wheel.project.settings import LIBRARY, PACKAGE, SETTINGS
from library_wheel.project.sources import working_tree

FAULTS = "tool/src/library_wheel/matrix/test_faults.py"
FILES = {path.as_posix() for path in working_tree(".")}
MARKDOWN = sorted(name for name in FILES if name.endswith(".md"))
# Pages about the whole repository; other READMEs belong to a package or a folder.
PAGES = ["README.md", "examples/vendorable/README.md", *(name for name in MARKDOWN if name.startswith("docs/"))]


@pytest.mark.parametrize("page", PAGES)
def test_each_block_of_code_comes_from_a_tested_file(page: str) -> None:
    assert claims.wrong_blocks((ROOT / page).read_text()) == []


@pytest.mark.parametrize("page", PAGES)
def test_each_command_and_test_that_a_page_names_exists(page: str) -> None:
    assert claims.wrong_commands((ROOT / page).read_text()) == []


@pytest.mark.parametrize("page", PAGES)
def test_each_message_is_what_a_test_shows(page: str) -> None:
    assert claims.wrong_messages((ROOT / page).read_text()) == []


def test_each_part_of_the_troubleshooting_is_about_a_message() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text()
    assert len(list(pages.messages(text))) == text.count("\n### ") > 20


@pytest.mark.parametrize("page", MARKDOWN)
def test_each_link_leads_somewhere(page: str) -> None:
    assert claims.wrong_links((ROOT / page).read_text(), page, FILES) == []


# How do I export my library, consume one, why does my import fail, should I do this, what must a release not break?
ANSWERS = {"exporting", "consuming", "troubleshooting", "should-you", "versioning"}


def test_a_newcomers_five_questions_are_answered_one_click_from_the_readme() -> None:
    linked = set(pages.links((ROOT / "README.md").read_text()))
    assert {f"docs/{page}.md" for page in ANSWERS} <= linked


def test_the_index_links_to_each_page_that_is_not_below_another() -> None:
    linked = set(pages.links((ROOT / "docs" / "index.md").read_text()))
    assert {path.name for path in (ROOT / "docs").glob("*.md")} - linked == {"index.md"}


def test_each_key_of_the_settings_has_a_row_and_no_other() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs" / "testing-your-wheels.md").read_text(), re.MULTILINE)
    settings = [*PACKAGE, *LIBRARY, *SETTINGS]
    assert sorted(row for row in rows if row not in {"wheels", "layouts", "interpreter", "pins"}) == sorted(settings)


def block(text: str, comment: str = "", language: str = "") -> str:
    """Return a page that has a block of code."""
    return f"# Page\n\n{comment}\n\n```{language}\n{text}\n```\n"


RIGHT = [
    block(
        "def test_the_stub_is_missing(layout: Layout) -> None:",
        f"<!-- quoted: {FAULTS} -->",
    ),
    block("stub_of(layout).unlink()", f"<!-- quoted: {FAULTS} -->"),
    block("tox -e audit -- tests/audit/test_versions.py -k major", "<!-- run: .ci/run -->"),
    block("python3 -m venv x && x/bin/tox -e demo".replace("x/bin/", ".venv/bin/"), "<!-- run: .ci/run -->"),
    block("anything", "<!-- printed: tox -e demo -->"),
    block(
        "ImportError: libfoo can't be loaded: …",
        f"<!-- shown: libfoo-wheel/libfoo/diagnosis.py {FAULTS}::test_the_library_file_is_missing -->",
    ),
    block("┌─┐", "<!-- drawn -->", "text"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_a_correct_block_passes(text: str) -> None:
    assert claims.wrong_blocks(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (block("pip install libfoo"), "no comment says where it is from"),
        ("# Page\n\n    pip install libfoo\n", "no comment says where it is from"),
        ("- item\n\n  ```\n  x\n  ```\n", "no comment says where it is from"),
        (block("x", "<!-- copied: tox.ini -->"), "no comment says where it is from"),
        (
            block("stub_of(layout).removed()", f"<!-- quoted: {FAULTS} -->"),
            "has no such passage",
        ),
        (
            block("stub_of(layout).unlink", f"<!-- quoted: {FAULTS} -->"),
            "has no such passage",
        ),
        (block("x", "<!-- quoted: tests/nothing.py -->"), "has no such passage"),
        (block("", f"<!-- quoted: {FAULTS} -->"), "has no such passage"),
        (block("# library-wheel", "<!-- quoted: README.md -->"), "has no such passage"),
        (block("tox -e nothing", "<!-- run: .ci/run -->"), "has no environment nothing"),
        (block("tox -c project -e abi", "<!-- run: .ci/run -->"), "has no environment abi"),
        (block("tox -e abi -- tests/nothing.py", "<!-- run: .ci/run -->"), "there is no tests/nothing.py"),
        (
            block(f"tox -e abi -- {FAULTS} -k nothing", "<!-- run: .ci/run -->"),
            "-k nothing",
        ),
        (block("conda install libfoo", "<!-- run: .ci/run -->"), "does not run conda install"),
        (block("tox -e demo && pip uninstall libfoo", "<!-- run: .ci/run -->"), "does not run pip uninstall"),
        (block("tox -e demo", "<!-- run -->"), "does not run demo"),
        (block("tox -e openblas", "<!-- run: .ci/run -->"), "does not run openblas"),
        (block("tox -e demo", "<!-- run: nothing -->"), "there is no nothing"),
        (block("x", "<!-- printed: tox -e nothing -->"), "has no environment nothing"),
        (block("x", "<!-- printed: ls -->"), "no command of tox or library-wheel"),
        (block("x", "<!-- printed: library-wheel nothing -->"), "no command of tox or library-wheel"),
        (block("", "", "{include} ../tool/nothing.md"), "there is no tool/nothing.md"),
        (block("int x;", "<!-- drawn -->", "c"), "it is no picture"),
        (
            block("its library has gone", f"<!-- shown: {FAULTS} -->"),
            "do not say: its library has gone",
        ),
        (
            block("has no extension module", "<!-- shown: libfoo-wheel/libfoo/diagnosis.py -->"),
            "no named test contains",
        ),
        (block("… is …", f"<!-- shown: {FAULTS} -->"), "no named test contains"),
        (
            block("x", f"<!-- shown: {FAULTS}::test_nothing -->"),
            "has no test_nothing",
        ),
    ],
)
def test_a_block_that_differs_from_its_comment_is_noticed(text: str, problem: str) -> None:
    (found,) = claims.wrong_blocks(text)
    assert problem in found


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("## `ImportError: its library is missing: …`\n", "no comment says what shows it"),
        (f"## `its library has gone`\n\n<!-- shown: {FAULTS} -->\n", "do not say"),
    ],
)
def test_a_message_that_no_source_contains_is_noticed(heading: str, problem: str) -> None:
    (found,) = claims.wrong_messages(heading)
    assert problem in found


@pytest.mark.parametrize(
    "code",
    [
        "tox -e nothing",
        "tests/nothing.py",
        f"{FAULTS}::test_nothing",
        f"{FAULTS} -k nothing",
    ],
)
def test_a_command_or_test_that_does_not_exist_is_noticed(code: str) -> None:
    assert len(claims.wrong_commands(f"So does `{code}`.")) == 1
    assert len(claims.wrong_commands(f"| shown by |\n|---|\n| `{code}` |\n")) == 1


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("nothing.md", "leads to no file"),
        ("../build", "leads to no file"),
        ("../../elsewhere", "leads to no file"),
        ("../README.md#nothing", "leads to no heading"),
        ("#nothing", "leads to no heading"),
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(link: str, problem: str) -> None:
    (found,) = claims.wrong_links(f"# Page\n\n[link]({link})\n", "docs/versioning.md", FILES)
    assert problem in found


@pytest.mark.parametrize("link", ["../README.md#see-it-run", "../tests", "#page", "https://example.org/nothing"])
def test_a_link_that_leads_somewhere_passes(link: str) -> None:
    assert claims.wrong_links(f"# Page\n\n[link]({link})\n", "docs/versioning.md", FILES) == []
