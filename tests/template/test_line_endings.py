"""Git keeps line endings of an upstream's files, whose hashes are known, and of no others."""

import subprocess
from pathlib import Path

import pytest

from support.rendering import render

FILES = (".gitattributes", "libspam-wheel/README.md")
WINDOWS = b"one\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("kind", "folder"), [("cmake", "libspam-wheel/upstream/src"), ("meson", "libspam-wheel/subprojects/spam/src")]
)
def test_a_commit_has_the_bytes_of_upstreams_files(tmp_path: Path, kind: str, folder: str) -> None:
    answers = {"name": "eggs", "distribution": "libspam", "kind": kind}
    committed = committed_in(render(tmp_path / "project", answers, only=FILES), f"{folder}/a.c", "consumer-ext/a.c")
    assert committed == [WINDOWS, b"one\ntwo\n"]


@pytest.mark.parametrize(
    "answers",
    [{"kind": "in-tree"}, {"kind": "meson", "upstream_url": "https://x.example/x.zip", "upstream_sha256": "0" * 64}],
)
def test_a_project_without_upstreams_files_has_no_line_about_them(tmp_path: Path, answers: dict[str, str]) -> None:
    project = render(tmp_path / "project", {"name": "spam", **answers}, only=FILES)
    assert "-text" not in (project / ".gitattributes").read_text()


def committed_in(project: Path, *names: str) -> list[bytes]:
    """Add files with the line endings of Windows to a project's repository; return what git keeps."""
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    for name in names:
        (project / name).parent.mkdir(parents=True)
        (project / name).write_bytes(WINDOWS)
        subprocess.run(["git", "add", name], cwd=project, check=True, capture_output=True)
    shown = (
        subprocess.run(["git", "show", f":{name}"], cwd=project, check=True, capture_output=True) for name in names
    )
    return [process.stdout for process in shown]
