"""The packages' sources: in this repository, and in copies that tests may edit."""

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..variables import clean_environment
from .packages import ROOT, SOURCES

FIRST_OF_ZIP_FILES = "315532800"  # the first day of 1980


def working_tree(*folders: str) -> list[Path]:
    """Return the folders' files, relative to the repository: tracked ones and new ones that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *folders]
    with tempfile.TemporaryDirectory() as temporary:
        environment = None
        if not in_a_repository():
            # Without a repository no files are tracked, but .gitignore still applies.
            subprocess.run(["git", "init", "--quiet", temporary], check=True)
            environment = {**os.environ, "GIT_DIR": f"{temporary}/.git", "GIT_WORK_TREE": str(ROOT)}
        listed = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


@functools.cache
def in_a_repository() -> bool:
    """Return whether this is a repository with commits, or a folder in one."""
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0


def snapshot(destination: Path, edit: Callable[[Path], None] | None = None) -> Path:
    """Copy the packages, with uncommitted edits, into a new repository, edit them and commit.

    An sdist holds committed files. Building from this repository would silently leave out uncommitted edits.
    """
    copy_files(destination, *SOURCES)
    if edit is not None:
        edit(destination)
    commit(destination)
    return destination


def copy_files(destination: Path, *folders: str) -> None:
    """Copy the folders' files, with uncommitted edits."""
    for name in working_tree(*folders):
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def commit(tree: Path) -> None:
    """Commit a folder into a new repository in it, with the date of the last change here."""
    date = f"{last_change()} +0000"
    environment = clean_environment({"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
    settings = ["user.name=tests", "user.email=tests@example.invalid", "core.autocrlf=false", "commit.gpgsign=false"]
    git = ["git", *(word for setting in settings for word in ("-c", setting))]
    for arguments in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=As it is"]):
        subprocess.run([*git, *arguments], cwd=tree, env=environment, check=True)


def last_change() -> str:
    """Return the time of the last commit that changed the packages, in seconds since 1970.

    If there is no such commit, this is the earliest time that a wheel can have.
    """
    if not in_a_repository():
        return FIRST_OF_ZIP_FILES
    command = ["git", "log", "-1", "--format=%ct", "--", *SOURCES]
    time = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    return time or FIRST_OF_ZIP_FILES
