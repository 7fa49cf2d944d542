"""The table of the sizes of projects in docs/template.md, which `tox -e rendered` writes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from library_wheel.project.packages import ROOT
from support.rendering import render

PAGE = ROOT / "docs" / "template.md"
HEADING = "| sources | language | files | lines | of the tests you keep |\n|---|---|---|---|---|\n"
KINDS = {
    "in-tree": "in the project's repository",
    "cmake": "an upstream that builds with CMake",
    "meson": "an upstream that builds with Meson",
    "prebuilt": "a folder that you build",
}


def table() -> str:
    """Return the table: a row for each kind of project and language, with the default answers."""
    rows = []
    for kind, sources in KINDS.items():
        for language in ("C", "C++"):
            with tempfile.TemporaryDirectory() as folder:
                project = render(Path(folder) / "project", {"name": "foo", "kind": kind, "language": language})
                every, tests = (list(files(place)) for place in (project, project / "tests"))
                rows.append(f"| {sources} | {language} | {len(every)} | {lines(every)} | {lines(tests)} |\n")
    return HEADING + "".join(rows)


def files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder."""
    yield from filter(Path.is_file, folder.rglob("*"))


def lines(files: list[Path]) -> int:
    """Return the number of lines of files."""
    return sum(len(file.read_bytes().splitlines()) for file in files)


def with_table(page: str, table: str) -> str:
    """Return a page with a new table in the place of the old one."""
    before, _, rest = page.partition(HEADING)
    return before + table + rest[rest.index("\n\n") + 1 :] if rest.startswith("|") else before + table + rest
