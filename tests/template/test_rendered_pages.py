"""The pages of the documentation that show a project have what the template makes today."""

import re
import shutil
from pathlib import Path

import pytest

import rendered
from library_wheel.project.wheel_files import own_folders, path_pattern
from rendered import PAGES, Page
from support.rendering import render, template

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The project of each page."""
    return {page.stem: render(tmp_path_factory.mktemp(page.stem) / "project", page.answers) for page in PAGES}


@every_page
def test_a_page_has_what_the_template_makes(projects: dict[str, Path], page: Page) -> None:
    assert page.file.read_text(encoding="utf-8") == rendered.text(page, projects[page.stem]), "run: tox -e rendered"


@every_page
@pytest.mark.parametrize("name", ["tox.ini", "consumer-ext/consumer_ext/__init__.py", ".gitignore"])
def test_a_file_that_the_template_makes_otherwise_would_be_noticed(
    projects: dict[str, Path], tmp_path: Path, page: Page, name: str
) -> None:
    project = shutil.copytree(projects[page.stem], tmp_path / "project")
    (project / name).write_text(f"{(project / name).read_text()}\n# More.\n")
    assert rendered.text(page, project) != page.file.read_text(encoding="utf-8")


@every_page
def test_a_page_has_no_path_of_the_machine_that_wrote_it(projects: dict[str, Path], page: Page) -> None:
    text = rendered.text(page, projects[page.stem])
    assert "git+file://PATH@COMMIT#subdirectory=tool" in text
    places = [*own_folders(), Path(template().name), projects[page.stem].parent]
    assert not any(re.search(path_pattern(place), text) for place in places)


def test_a_new_file_without_a_purpose_is_an_error_that_names_it(projects: dict[str, Path], tmp_path: Path) -> None:
    page = PAGES[0]
    project = shutil.copytree(projects[page.stem], tmp_path / "project")
    (project / "libfoo-wheel" / "new.cmake").write_text("set(new 1)\n")
    with pytest.raises(LookupError, match=r"libfoo-wheel/new\.cmake does not begin with a sentence"):
        rendered.text(page, project)


def test_every_purpose_and_every_main_file_is_on_a_page() -> None:
    pages = [page.file.read_text(encoding="utf-8").replace(page.stem, "foo") for page in PAGES]
    assert [name for name in rendered.SHOWN if not any(f"### `{name}`" in page for page in pages)] == []
    assert [text for text in rendered.PURPOSES.values() if not any(f"| {text} |" in page for page in pages)] == []


def test_the_first_sentence_of_a_file_is_its_purpose_unless_another_is_given(tmp_path: Path) -> None:
    file = tmp_path / "new.py"
    file.write_text('"""Do this. Then do that."""\n')
    assert rendered.purpose(file, "libfoo-wheel/new.py") == "Do this."
    assert rendered.purpose(file, "tox.ini") == rendered.PURPOSES["tox.ini"]
    file.write_text("/* Does this, and\n * that. */\n")
    with pytest.raises(LookupError):
        rendered.purpose(file, "libfoo-wheel/new.c")
