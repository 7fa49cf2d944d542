"""`copier update` brings what is the template's, keeps what is the user's, and says where both have changed a line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from support.sources import commit, copy_files

ANSWERS = {"name": "spam"}
NEWER = "Loads the library, in a newer way."


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it printed."""
    settings = ["-c", "user.name=tests", "-c", "user.email=tests@example.invalid"]
    return subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it stands, released as 1.0.0, and after changes as 1.1.0."""
    tree = tmp_path_factory.mktemp("template")
    copy_files(tree, ".")
    commit(tree)
    git(tree, "tag", "v1.0.0")
    replace(tree / "libfoo-wheel" / "libfoo" / "_init.c", "Loads libfoo.", NEWER)
    replace(tree / "libfoo" / "src" / "foo.c", "#include", "/* Newer. */\n#include")
    replace(tree / "template" / "README.md.tpl", "## Licence", "## A newer heading")
    (tree / "template" / "new.txt.tpl").write_text("of @{ module }@\n")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message=Newer")
    git(tree, "tag", "v1.1.0")
    return tree


def replace(file: Path, old: str, new: str) -> None:
    """Replace a text that a file has."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A project of version 1.0.0 of the template, committed."""
    folder = tmp_path / "project"
    copier.run_copy(str(template), folder, data=ANSWERS, defaults=True, vcs_ref="v1.0.0", quiet=True)
    commit(folder)
    return folder


def update(project: Path, **answers: str) -> None:
    """Update a project to the newest version of the template."""
    copier.run_update(project, data=answers, defaults=True, overwrite=True, quiet=True)


def after_an_edit(project: Path, edit: Callable[[Path], None]) -> None:
    """Edit a project, commit it and update it."""
    edit(project)
    git(project, "commit", "--quiet", "--all", "--message=Edited")
    update(project)


def test_an_untouched_project_becomes_what_a_new_one_would_be(template: Path, project: Path, tmp_path: Path) -> None:
    update(project)
    assert git(project, "diff", "--check") == ""
    new = tmp_path / "new"
    copier.run_copy(str(template), new, data=ANSWERS, defaults=True, vcs_ref="v1.1.0", quiet=True)
    users = {"README.md", "libspam/src/spam.c"}
    for file in filter(Path.is_file, new.rglob("*")):
        name = file.relative_to(new).as_posix()
        assert ((project / name).read_bytes() == file.read_bytes()) == (name not in users), name


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "libspam/src/spam.c",
        "libspam-wheel/libspam/library.h",
        "consumer-ext/consumer_ext/_ext.c",
        "tests/support/library.py",
    ],
)
def test_a_file_of_the_users_is_left_alone(project: Path, name: str) -> None:
    after_an_edit(project, lambda project: (project / name).write_text("mine\n"))
    assert (project / name).read_text() == "mine\n"


def test_an_edit_elsewhere_in_a_file_is_kept(project: Path) -> None:
    stub = project / "libspam-wheel" / "libspam" / "_init.c"
    after_an_edit(project, lambda _: stub.write_text(f"/* mine */\n{stub.read_text()}"))
    assert stub.read_text().startswith("/* mine */\n")
    assert NEWER in stub.read_text()
    assert git(project, "diff", "--check") == ""


def test_a_line_that_both_have_changed_is_a_conflict_that_git_finds(project: Path) -> None:
    stub = project / "libspam-wheel" / "libspam" / "_init.c"
    after_an_edit(project, lambda _: replace(stub, "Loads libspam.", "Loads libspam, in my way."))
    result = subprocess.run(["git", "diff", "--check"], cwd=project, capture_output=True, text=True)
    assert "libspam-wheel/libspam/_init.c" in result.stdout
    assert "leftover conflict marker" in result.stdout


def test_another_name_is_refused(project: Path) -> None:
    with pytest.raises(ValueError, match="This project is named spam"):
        update(project, name="eggs")
    assert git(project, "status", "--short") == ""
