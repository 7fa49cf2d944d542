"""`copier update` brings what is the template's, keeps what is the user's, and says where both have changed a line."""

import filecmp
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from support.packages import ROOT
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
    replace(tree / "libfoo-wheel" / "libfoo" / "_init.c", "before Python can say which file that is.", NEWER)
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
    old = "before Python can say which file that is."
    after_an_edit(project, lambda _: replace(stub, old, "Loads libspam, in my way."))
    result = subprocess.run(["git", "diff", "--check"], cwd=project, capture_output=True, text=True)
    assert "libspam-wheel/libspam/_init.c" in result.stdout
    assert "leftover conflict marker" in result.stdout


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"kind": "in-tree"}, {"libspam/meson.build": ["1.7.3"]}),  # the user's own: a build names both versions
        ({"kind": "in-tree", "language": "C++"}, {"libspam/meson.build": ["1.7.3"]}),
        ({"kind": "prebuilt", "version_expression": "spam_version()", "recent_expression": "spam_number() > 1"}, {}),
        ({"kind": "cmake", "language": "C++"}, {}),
        ({"kind": "meson", "upstream_url": "https://example.invalid/spam.tar.gz", "upstream_sha256": "0" * 64}, {}),
    ],
    ids=lambda value: " ".join(value.values())[:20] if "kind" in value else "",
)
def test_after_an_update_to_another_version_nothing_states_the_old_one(
    template: Path, tmp_path: Path, answers: dict[str, str], left: dict[str, list[str]]
) -> None:
    folder = tmp_path / "project"
    data = {**ANSWERS, **answers, "version": "1.7.3"}
    copier.run_copy(str(template), folder, data=data, defaults=True, vcs_ref="v1.1.0", quiet=True)
    commit(folder)
    assert len(stating(folder, "1.7.3")) > 5
    update(folder, version="1.8.0")
    assert stating(folder, "1.7") == left
    assert 'dependencies = ["libspam>=1.8.0,<2"]' in (folder / "consumer-ext" / "pyproject.toml").read_text()


def test_an_update_to_a_private_soname_reaches_every_file_that_names_the_library(
    template: Path, tmp_path: Path
) -> None:
    given = {**ANSWERS, "kind": "cmake", "dll_name": "spam.dll"}
    folder, new = tmp_path / "project", tmp_path / "new"
    copier.run_copy(str(template), folder, data=given, defaults=True, vcs_ref="v1.1.0", quiet=True)
    commit(folder)
    update(folder, soname="private")
    copier.run_copy(
        str(template), new, data={**given, "soname": "private"}, defaults=True, vcs_ref="v1.1.0", quiet=True
    )
    different = filecmp.cmpfiles(folder, new, [path.relative_to(new) for path in new.rglob("*") if path.is_file()])
    assert different[1:] == ([], [])


@pytest.mark.parametrize("kind", ["in-tree", "cmake", "prebuilt"])
def test_after_an_update_to_another_soversion_nothing_names_the_old_file(
    template: Path, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "project"
    data = {**ANSWERS, "kind": kind, "version": "1.7.3", "soversion": "77"}
    copier.run_copy(str(template), folder, data=data, defaults=True, vcs_ref="v1.1.0", quiet=True)
    commit(folder)
    assert len(stating(folder, "77")) > 5
    update(folder, soversion="78")
    assert list(stating(folder, "77")) == (["libspam/meson.build"] if kind == "in-tree" else [])  # the user's own
    assert '"78"' in (folder / "tests" / "support" / "packages.py").read_text()


def stating(project: Path, version: str) -> dict[str, list[str]]:
    """Return the versions in a project that begin with this one, by the file."""
    found = {}
    for file in filter(Path.is_file, project.rglob("*")):
        name = file.relative_to(project)
        # What builds are pinned to is of other projects.
        if name.parts[0] != ".git" and name.name != "build-requirements.txt":
            pattern = rf"(?<!\w)(?<![0-9][.]){re.escape(version)}(?:[.][0-9]+)*(?!\w)"
            if versions := re.findall(pattern, file.read_text(encoding="utf-8")):
                found[name.as_posix()] = versions
    return found


def test_answers_to_questions_that_are_no_longer_asked_are_dropped(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    data = {**ANSWERS, "kind": "prebuilt"}
    copier.run_copy(str(template), folder, data=data, defaults=True, vcs_ref="v1.0.0", quiet=True)
    answers = folder / ".copier-answers.yml"
    answers.write_text(answers.read_text() + "version_function: spam_version\n")
    commit(folder)
    update(folder)
    assert "version_function" not in answers.read_text()


def test_another_name_is_refused(project: Path) -> None:
    with pytest.raises(ValueError, match="This project is named spam"):
        update(project, name="eggs")
    assert git(project, "status", "--short") == ""


# As docs/exporting.md has them.
COPY = 'copier copy --vcs-ref=HEAD "$PWD" ../my-library'
COMMIT = ["cd ../my-library", "git init", "git add .", 'git commit -m "From the template"']
UPDATE = "copier update --vcs-ref=HEAD"


def shell(folder: Path, *commands: str) -> str:
    """Run commands as somebody would type them in a folder, with this environment's copier; return what they said."""
    person = {
        f"GIT_{role}_{key}": "tests@example.invalid" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **person, "PATH": path, "COPIER_CACHE_DIR": str(folder.parent / "cache")}
    script = ["sh", "-ec", "\n".join(commands)]
    result = subprocess.run(
        script, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of this repository as it stands, without tags."""
    tree = tmp_path / "library-wheel"
    copy_files(tree, ".")
    commit(tree)
    return tree


def test_the_documentation_has_the_commands() -> None:
    page = (ROOT / "docs" / "exporting.md").read_text()
    assert all(f"\n    {command}\n" in page for command in [COPY, "\n    ".join(COMMIT), UPDATE])
    assert f"    .venv/bin/{COPY}\n" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("source", ['"$PWD"', ".", "../library-wheel", '"git+file://$PWD"'])
def test_a_project_made_as_documented_is_updated_as_documented(clone: Path, source: str) -> None:
    shell(clone, COPY.replace('"$PWD"', source) + " --defaults --data=name=spam", *COMMIT)
    replace(clone / "libfoo-wheel" / "libfoo" / "_init.c", "before Python can say which file that is.", NEWER)
    git(clone, "commit", "--quiet", "--all", "--message=Newer")
    project = clone.parent / "my-library"
    shell(project, f"{UPDATE} --defaults")
    assert NEWER in (project / "libspam-wheel" / "libspam" / "_init.c").read_text()
    assert git(project, "status", "--short").splitlines() == [
        " M .copier-answers.yml",
        " M libspam-wheel/libspam/_init.c",
    ]


def test_changes_that_a_clone_has_not_committed_are_warned_of(clone: Path) -> None:
    warning = "your clone of the template has changes that are not committed"
    copy = f"{COPY} --defaults --data=name=spam"
    assert warning not in shell(clone, copy)
    (clone / "new.txt").write_text("new\n")
    assert warning in shell(clone, f"{copy} --overwrite", *COMMIT)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=Newer")
    with pytest.raises(AssertionError, match=r"Unknown revision|did not match any"):
        shell(clone.parent / "my-library", f"{UPDATE} --defaults")
