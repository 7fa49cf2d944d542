"""`copier update` updates the template's files, keeps the user's, and marks lines that both have changed."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import copier
import pytest
import yaml

from library_wheel import toml
from library_wheel.project.packages import ROOT
from library_wheel.project.sources import commit, copy_files

ANSWERS = {"name": "spam"}
NEWER = "Loads the library, in a newer way."
# The newer version of the template changes these words in two files.
STUB = "Python could report its path."
ERRORS = "a package of this name may be somebody else's."
# The user's files.
USERS = [
    "README.md",
    "libspam/src/spam.c",
    "tests/test_consumers.py",
]


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it printed."""
    settings = ["-c", "user.name=tests", "-c", "user.email=tests@example.invalid"]
    return subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository, with uncommitted edits, released as 1.0.0 and, after changes, as 1.1.0."""
    tree = tmp_path_factory.mktemp("template")
    copy_files(tree, ".")
    commit(tree)
    git(tree, "tag", "v1.0.0")
    replace(tree / "libfoo-wheel" / "libfoo" / "_init.c", STUB, NEWER)
    replace(tree / "libfoo-wheel" / "libfoo" / "diagnosis.py", ERRORS, NEWER)
    replace(tree / "template/own/c-starter/libfoo/src/foo.c", "#include", "/* Newer. */\n#include")
    replace(tree / "template" / "own" / "project" / "README.md.jinja", "## Licence", "## A newer heading")
    (tree / "template" / "own" / "project" / "new.txt.jinja").write_text("of @{ module }@\n")
    replace(tree / "template" / "files.yml", "- LICENSE\n", "- LICENSE\n- own/project/new.txt.jinja\n")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message=Newer")
    git(tree, "tag", "v1.1.0")
    return tree


def replace(file: Path, old: str, new: str) -> None:
    """Replace a text, which must occur in a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="module")
def committed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of version 1.0.0 of the template, committed."""
    folder = tmp_path_factory.mktemp("committed") / "project"
    copier.run_copy(str(template), folder, data=ANSWERS, defaults=True, vcs_ref="v1.0.0", quiet=True)
    commit(folder)
    return folder


@pytest.fixture
def project(committed: Path, tmp_path: Path) -> Path:
    """A copy of that project."""
    return shutil.copytree(committed, tmp_path / "project")


@pytest.fixture(scope="module")
def edited(committed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that project which was edited, committed and updated."""
    folder = shutil.copytree(committed, tmp_path_factory.mktemp("edited") / "project")
    for name in USERS:
        (folder / name).write_text("mine\n")
    package = folder / "libspam-wheel" / "libspam"
    # One edit is away from the template's change, the other one is in the same line.
    replace(package / "diagnosis.py", '"""', '"""Mine. ')
    replace(package / "_init.c", STUB, "Loads libspam, in my way.")
    with (folder / ".copier-answers.yml").open("a") as answers:
        answers.write("version_function: spam_version\n")
    git(folder, "commit", "--quiet", "--all", "--message=Edited")
    update(folder)
    return folder


def update(project: Path, **answers: str) -> None:
    """Update a project to the newest version of the template."""
    copier.run_update(project, data=answers, defaults=True, overwrite=True, quiet=True)


def test_an_unedited_project_becomes_the_same_as_a_new_one(template: Path, project: Path, tmp_path: Path) -> None:
    update(project)
    assert git(project, "diff", "--check") == ""
    new = tmp_path / "new"
    copier.run_copy(str(template), new, data=ANSWERS, defaults=True, vcs_ref="v1.1.0", quiet=True)
    users = {"README.md", "libspam/src/spam.c"}
    for file in filter(Path.is_file, new.rglob("*")):
        name = file.relative_to(new).as_posix()
        assert ((project / name).read_bytes() == file.read_bytes()) == (name not in users), name


@pytest.mark.parametrize("name", USERS)
def test_a_file_of_the_users_is_left_alone(edited: Path, name: str) -> None:
    assert (edited / name).read_text() == "mine\n"


def test_an_edit_elsewhere_in_a_file_is_kept(edited: Path) -> None:
    errors = edited / "libspam-wheel" / "libspam" / "diagnosis.py"
    assert errors.read_text().startswith('"""Mine. ')
    assert NEWER in errors.read_text()
    assert git(edited, "diff", "--check", "--", str(errors)) == ""


def test_a_line_that_both_have_changed_is_a_conflict_that_git_finds(edited: Path) -> None:
    result = subprocess.run(["git", "diff", "--check"], cwd=edited, capture_output=True, text=True)
    assert "libspam-wheel/libspam/_init.c" in result.stdout
    assert "leftover conflict marker" in result.stdout


def test_answers_to_questions_that_are_no_longer_asked_are_dropped(edited: Path) -> None:
    assert "version_function" in git(edited, "show", "HEAD:.copier-answers.yml")
    assert "version_function" not in (edited / ".copier-answers.yml").read_text()


@pytest.mark.parametrize(
    ("language", "source"), [("C", "libspam/src/intern.c"), ("C++", "libspam/tests/test_version.cpp")]
)
def test_a_project_older_than_the_small_library_keeps_its_own(
    template: Path, tmp_path: Path, language: str, source: str
) -> None:
    data = {**ANSWERS, "language": language, "of_example": True}
    copier.run_copy(str(template), tmp_path, data=data, defaults=True, vcs_ref="v1.0.0", quiet=True)
    replace(tmp_path / ".copier-answers.yml", "of_example: true\n", "")
    commit(tmp_path)
    for _ in range(2):
        update(tmp_path)
        assert (tmp_path / source).is_file()
        assert not (tmp_path / "libspam" / "tests" / "test_spam.c").exists()
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=Updated")


@pytest.fixture(
    scope="module",
    params=[
        {"kind": "in-tree"},
        {"kind": "prebuilt", "version_expression": "spam_version()", "recent_expression": "spam_number() > 1"},
        {"kind": "cmake", "language": "C++"},
        {"kind": "meson", "upstream_url": "https://example.invalid/spam.tar.gz", "upstream_sha256": "0" * 64},
    ],
    ids=lambda answers: answers["kind"],
)
def renumbered(template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A project that was updated to another version and another SOVERSION of its library."""
    folder = tmp_path_factory.mktemp("renumbered") / "project"
    data = {**ANSWERS, **request.param, "version": "1.7.3", "soversion": "77"}
    copier.run_copy(str(template), folder, data=data, defaults=True, vcs_ref="v1.1.0", quiet=True)
    commit(folder)
    assert len(stating(folder, "1.7.3")) > 5
    assert len(stating(folder, "77")) > 4
    update(folder, version="1.8.0", soversion="78")
    return folder


def users(project: Path) -> list[str]:
    """Return the user's own file, which states both."""
    return ["libspam/meson.build"] if (project / "libspam").is_dir() else []


def test_after_an_update_to_another_version_nothing_states_the_old_one(renumbered: Path) -> None:
    # The user's own file still has the old version.
    assert stating(renumbered, "1.7") == {name: ["1.7.3"] for name in users(renumbered)}
    assert 'dependencies = ["libspam>=1.8.0,<2"]' in (renumbered / "consumer-ext" / "pyproject.toml").read_text()


def test_after_an_update_to_another_soversion_nothing_names_the_old_file(renumbered: Path) -> None:
    assert list(stating(renumbered, "77")) == users(renumbered)
    assert 'soversion = "78"' in (renumbered / "pyproject.toml").read_text()


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


def stating(project: Path, version: str) -> dict[str, list[str]]:
    """Return the versions in a project that begin with this one, for each file."""
    pattern = rf"(?<!\w)(?<![0-9][.]){re.escape(version)}(?:[.][0-9]+)*(?!\w)"
    # pytest numbers its folders, so that the template's address may hold any number.
    address = yaml.safe_load((project / ".copier-answers.yml").read_text())["_src_path"]
    found = {}
    for file in filter(Path.is_file, project.rglob("*")):
        name = file.relative_to(project)
        # The pinned versions belong to other projects.
        if name.parts[0] != ".git" and name.name != "build-requirements.txt":
            text = file.read_text(encoding="utf-8").replace(address, "")
            if versions := re.findall(pattern, text):
                found[name.as_posix()] = versions
    return found


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"name": "eggs"}, "This project is named spam"),
        ({"distribution": "eggs"}, "This project's wheel is named libspam"),
    ],
    ids=["name", "distribution"],
)
def test_an_update_to_another_name_is_refused(project: Path, answers: dict[str, str], refusal: str) -> None:
    with pytest.raises(ValueError, match=refusal):
        update(project, **answers)
    assert git(project, "status", "--short") == ""


# The command in docs/exporting.md.
COPY = 'copier copy --vcs-ref=HEAD "$PWD" ../my-library'
COMMIT = ["cd ../my-library", "git init -b main", "git add .", 'git commit -m "From the template"']
UPDATE = "copier update --vcs-ref=HEAD"
CORRECT = "copier recopy --vcs-ref=HEAD --overwrite"


def shell(folder: Path, *commands: str) -> str:
    """Run typed commands in a folder, with this environment's copier; return their output."""
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
    """A clone of this repository, with uncommitted edits and without tags."""
    tree = tmp_path / "library-wheel"
    copy_files(tree, ".")
    commit(tree)
    return tree


def test_the_documentation_has_the_commands() -> None:
    page = (ROOT / "docs" / "exporting.md").read_text()
    assert all(f"\n    {command}\n" in page for command in [COPY, "\n    ".join(COMMIT), UPDATE, CORRECT])
    assert f"    .venv/bin/{COPY}\n" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("source", ['"$PWD"', ".", '"git+file://$PWD"'])
def test_a_project_made_as_documented_is_updated_as_documented(clone: Path, source: str) -> None:
    shell(clone, COPY.replace('"$PWD"', source) + " --defaults --data=name=spam", *COMMIT)
    replace(clone / "libfoo-wheel" / "libfoo" / "_init.c", STUB, NEWER)
    git(clone, "commit", "--quiet", "--all", "--message=Newer")
    project = clone.parent / "my-library"
    shell(project, f"{UPDATE} --defaults")
    assert NEWER in (project / "libspam-wheel" / "libspam" / "_init.c").read_text()
    assert git(project, "status", "--short").splitlines() == [
        " M .copier-answers.yml",
        " M libspam-wheel/libspam/_init.c",
        # It names the tool's commit.
        " M pyproject.toml",
    ]
    commit = git(clone, "rev-parse", "HEAD").strip()
    groups = toml.read(project / "pyproject.toml")["dependency-groups"]
    required = [groups[extra][0] for extra in ("test", "publishing", "workflows")]
    assert all(requirement.endswith(f"@{commit}#subdirectory=tool") for requirement in required), required


def test_an_answer_is_corrected_before_the_first_commit_as_documented(clone: Path) -> None:
    shell(clone, f"{COPY} --defaults --data=name=spam --data=kind=cmake")
    project = clone.parent / "my-library"
    # As after a build that failed.
    (project / "build").mkdir()
    shell(project, f"{CORRECT} --defaults --data=cmake_target=spam_shared")
    assert "export_library(spam_shared " in (project / "libspam-wheel" / "CMakeLists.txt").read_text()


def test_uncommitted_changes_of_a_clone_cause_a_warning(clone: Path) -> None:
    warning = "your clone of the template has uncommitted changes"
    copy = f"{COPY} --defaults --data=name=spam"
    assert warning not in shell(clone, copy)
    (clone / "new.txt").write_text("new\n")
    assert warning in shell(clone, f"{copy} --overwrite", *COMMIT)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=Newer")
    with pytest.raises(AssertionError, match=r"Unknown revision|did not match any"):
        shell(clone.parent / "my-library", f"{UPDATE} --defaults")


# The last commit at which projects had the test harness in tests/.
WITH_HARNESS = "61aa25d"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project that the template made at that commit, with the owner's edit, after an update; and a new project."""
    folder = tmp_path_factory.mktemp("moved")
    known = subprocess.run(["git", "cat-file", "-e", f"{WITH_HARNESS}^{{commit}}"], cwd=ROOT, capture_output=True)
    if known.returncode != 0:
        pytest.skip(f"this clone has no commit {WITH_HARNESS}")
    template = folder / "template"
    subprocess.run(["git", "clone", "--quiet", ROOT, template], check=True)
    for name in git(template, "ls-files", "-z").split("\0")[:-1]:
        (template / name).unlink()
    copy_files(template, ".")
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--allow-empty", "--message=As it stands")
    project = folder / "project"
    copier.run_copy(str(template), project, data=ANSWERS, defaults=True, vcs_ref=WITH_HARNESS, quiet=True)
    replace(project / "libspam" / "src" / "hash.c", "#include", "/* Mine. */\n#include")
    commit(project)
    copier.run_update(project, defaults=True, overwrite=True, quiet=True, vcs_ref="HEAD")
    return project, template


def test_a_project_with_the_old_harness_is_updated_without_conflicts(moved: tuple[Path, Path]) -> None:
    project, _ = moved
    assert git(project, "diff", "--check") == ""


def test_the_update_removes_the_old_harness_and_requires_the_tool(moved: tuple[Path, Path]) -> None:
    project, template = moved
    assert "tests/support/wheels.py" in git(project, "ls-files", "tests")
    assert [file.name for file in (project / "tests").rglob("*") if file.is_file()] == ["test_consumers.py"]
    assert f"library-wheel[test] @ git+file://{template}@" in (project / "pyproject.toml").read_text()


def test_the_update_keeps_the_owners_library_and_edits(moved: tuple[Path, Path]) -> None:
    project, _ = moved
    assert "/* Mine. */" in (project / "libspam" / "src" / "hash.c").read_text()
    assert git(project, "diff", "--name-only", "--", "libspam").splitlines() == []
