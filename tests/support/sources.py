"""The packages' sources: in this repository, and in copies that tests may edit."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .environment import clean_environment
from .packages import ROOT, SOURCES


def working_tree(*folders: str) -> list[Path]:
    """Return the folders' files, relative to the repository: tracked ones and new ones that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def snapshot(destination: Path, edit: Callable[[Path], None] | None = None) -> Path:
    """Copy the packages as they stand into a repository of their own, edit them and commit.

    An sdist holds what is committed. Building from the repository itself would silently leave out the edits of the day.
    """
    for name in working_tree(*SOURCES):
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    if edit is not None:
        edit(destination)
    commit(destination)
    return destination


def commit(tree: Path) -> None:
    """Commit a folder as it is into a new repository there, with the date of the last change here."""
    date = f"{last_change()} +0000"
    environment = clean_environment({"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})
    settings = ["user.name=tests", "user.email=tests@example.invalid", "core.autocrlf=false", "commit.gpgsign=false"]
    git = ["git", *(word for setting in settings for word in ("-c", setting))]
    for arguments in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=As it is"]):
        subprocess.run([*git, *arguments], cwd=tree, env=environment, check=True)


def last_change() -> str:
    """Return the time of the last commit that changed the packages, in seconds since 1970."""
    command = ["git", "log", "-1", "--format=%ct", "--", *SOURCES]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
