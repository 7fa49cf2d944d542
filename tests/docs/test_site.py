"""The site that Sphinx makes from the pages: what docs/conf.py adds to it, and that errors stop it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.packages import ROOT

INDEX = "# Index\n\n[Page](page.md)\n"


def build(tree: Path, **pages: str) -> str:
    """Make a site of an index, of pages beside it and of a README in a folder; return Sphinx's complaints."""
    for name in ("conf.py", "root/index.html"):
        (tree / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / "docs" / name).write_text((ROOT / "docs" / name).read_text())
    for name, text in {"index": INDEX, "page": "# Page\n", **pages}.items():
        (tree / "docs" / f"{name}.md").write_text(text)
    (tree / "folder").mkdir()
    (tree / "folder" / "README.md").write_text("# Folder\n")
    (tree / "folder" / "file.c").write_text("int x;\n")
    options = ["-c", "docs", "--quiet", "--nitpicky", "--fail-on-warning"]
    command = [sys.executable, "-m", "sphinx", *options, ".", "site"]
    result = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert (result.returncode == 0) == (result.stderr == "")
    return result.stderr


def test_links_to_pages_folders_and_files_lead_there(tmp_path: Path) -> None:
    text = "# Page\n\n[a](index.md#index) [b](../folder) [c](../folder/README.md) [d](../folder/file.c) [e](../docs)\n"
    assert build(tmp_path, page=text) == ""
    page = (tmp_path / "site" / "docs" / "page.html").read_text()
    assert 'href="index.html#index"' in page
    assert page.count('href="../folder/README.html"') >= 2
    (file,) = (tmp_path / "site" / "_downloads").rglob("file.c")
    assert file.read_text() == "int x;\n"
    assert ">e</a>" not in page


def test_a_page_that_the_index_does_not_link_to_is_in_the_contents_all_the_same(tmp_path: Path) -> None:
    assert build(tmp_path, another="# Another page\n") == ""
    assert ">Another page</a>" in (tmp_path / "site" / "docs" / "index.html").read_text()


def contents(tree: Path, page: str) -> str:
    """Return the sidebar of a page, as text without the tags."""
    text = (tree / "site" / "docs" / f"{page}.html").read_text()
    return re.sub(r"<[^>]+>|\s+", " ", text.partition('class="sidebar-tree"')[2].partition("</aside>")[0])


def test_each_heading_of_the_index_is_a_group_of_the_contents(tmp_path: Path) -> None:
    index = "# Index\n\n## Do\n\n- [Any](any.md)\n\n## Read\n\n- [The page](page.md), after [any](any.md)\n"
    assert build(tmp_path, index=index, any="# Any\n", another="# Another\n") == ""
    assert re.search(r"Do +Any +Read +The page +Other pages +Another +Folder", contents(tmp_path, "index"))


def test_pages_in_the_folder_of_another_page_are_below_it(tmp_path: Path) -> None:
    (tmp_path / "docs" / "page").mkdir(parents=True)
    (tmp_path / "docs" / "page" / "part.md").write_text("# Part\n")
    assert build(tmp_path, index="# Index\n\n[Page](page.md) [Part](page/part.md)\n") == ""
    assert re.search(
        r"toctree-l1 .*>Page</a>.*toctree-l2.*>Part</a>",
        (tmp_path / "site" / "docs" / "index.html").read_text(),
        re.DOTALL,
    )
    assert "Other pages Folder" in re.sub(" +", " ", contents(tmp_path, "index"))


def test_the_site_begins_with_the_index(tmp_path: Path) -> None:
    assert build(tmp_path) == ""
    assert "url=docs/index.html" in (tmp_path / "site" / "index.html").read_text()
    assert (tmp_path / "site" / "docs" / "index.html").is_file()


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("nothing.md", "cross-reference target not found: 'nothing.md'"),
        ("../nothing", "cross-reference target not found: '../nothing'"),
        ("index.md#nothing", "local id not found in doc 'docs/index': 'nothing'"),
    ],
)
def test_a_link_that_leads_nowhere_fails(tmp_path: Path, link: str, problem: str) -> None:
    assert problem in build(tmp_path, page=f"# Page\n\n[link]({link})\n")
