"""Write what the documentation shows of projects: `python rendered.py`, run by `tox -e rendered`.

These are two pages with a project each, docs/rendered-foo.md and docs/rendered-lz4.md, and the table of sizes.
"""

import re
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import yaml

import sizes
from library_wheel.project.packages import ROOT
from support.rendering import render, template

LZ4 = "tests/real/answers/lz4.yml"
MARK = "<!-- printed: tox -e rendered -->"

# Files that a page shows, in this order, if the project has them. "foo" stands for the library.
SHOWN = {
    "README.md": "what to do with the project",
    "libfoo-wheel/meson.build": "how the exporter is built",
    "libfoo-wheel/CMakeLists.txt": "how the exporter is built",
    "libfoo-wheel/libfoo/_init.c": "the stub",
    "libfoo-wheel/pyproject.toml": "the exporter's metadata",
    "consumer-ext/consumer_ext/__init__.py": "what a consumer imports",
    "consumer-ext/meson.build": "how a consumer is built",
    "consumer-ext/CMakeLists.txt": "how a consumer is built",
    "pyproject.toml": "tests and development",
    "tox.ini": "the commands",
}

# The purposes of files whose own first sentence doesn't state it.
PURPOSES = {
    ".github/dependabot.yml": "Each month, proposes newer versions of actions and pinned requirements.",
    ".github/workflows/ci.yml": "For each push to `main` and each pull request, runs `tox` with every CPython, and "
    "builds, repairs and tests the wheels for Linux, macOS and Windows. For a tag, publishes the exporter on PyPI.",
    ".gitattributes": "Makes the files the same, byte for byte, in every checkout.",
    ".gitignore": "Keeps what builds and tests leave out of the repository.",
    "LICENSE": "The licence of the project's own files, not of the library.",
    "README.md": "What each folder is, what to change, and how to test and release.",
    "pyproject.toml": "What the tests need to know, the version of library-wheel, and uv's development environment.",
    "tox.ini": "The commands to test, build, pin, release and lint.",
    "*/.gitignore": "Keeps what builds download or make out of the repository.",
    "*/LICENSE": "A copy for the wheel.",
    "*/README.md": "The wheel's page on PyPI.",
    "*/py.typed": "Marks the package as typed, for type checkers.",
    "*.pyi": "The types of this compiled or generated module.",
    "consumer-ext/CMakeLists.txt": "Builds the extension for the stable ABI, linked to the library without a RUNPATH.",
    "consumer-ext/meson.build": "Builds the extension for the stable ABI, linked to the library without a RUNPATH.",
    "consumer-ext/consumer_ext/_ext.c": "The extension: calls the library's functions.",
    "consumer-ext/consumer_ext/_loading_error.py": "Explains why the extension can't be loaded.",
    "consumer-ext/pyproject.toml": "The consumer's metadata, and the versions of the exporter that it works with.",
    "libfoo/include/foo_version.h.in": "The library's version, as macros.",
    "libfoo/meson.build": "Builds the library. The exporter asks it for sources, headers and version.",
    "libfoo/src/foo.c": "The library: three functions, to be replaced by yours.",
    "libfoo/src/libfoo.map": "The functions that the library exports on Linux, by the version that added them.",
    "libfoo/tests/test_foo.c": "The library's own test.",
    "libfoo-wheel/CMakeLists.txt": "Names upstream's libraries, headers and licence, and builds the stub.",
    "libfoo-wheel/cmake/*-config-version.cmake.in": "States which versions `find_package()` accepts.",
    "libfoo-wheel/cmake/*-config.cmake.in": "The CMake package with which builds of consumers find the library.",
    "libfoo-wheel/cmake/meson.build": "Fills in the CMake package.",
    "libfoo-wheel/include/meson.build": "Puts the library's headers into the wheel.",
    "libfoo-wheel/libfoo/_init.c": "The stub: linked to the library, so that importing it loads the library.",
    "libfoo-wheel/libfoo/diagnosis.py": "Explains why the library can't be loaded; imported only after a failure.",
    "libfoo-wheel/libfoo/loaded_file.h": "Finds the file that a library was loaded from, on each platform.",
    "libfoo-wheel/meson.build": "Builds the library and the stub, and installs both into one folder.",
    "libfoo-wheel/pkgconfig/*.pc.in": "The pkg-config file with which builds of consumers find the library.",
    "libfoo-wheel/pkgconfig/meson.build": "Fills in the pkg-config file.",
    "libfoo-wheel/pyproject.toml": "The exporter's metadata, build requirements and entry points.",
    "libfoo-wheel/take_files.py": "Copies headers to the folder that goes into the wheel.",
    "libfoo-wheel/upstream.py": "Puts the library's sources where Meson looks for a subproject.",
}

LANGUAGES = {
    ".md": "markdown",
    ".build": "meson",
    ".c": "c",
    ".ini": "ini",
    ".py": "python",
    ".toml": "toml",
    ".txt": "cmake",
}


class Page(NamedTuple):
    """A page about a project."""

    file: Path
    stem: str
    answers: dict[str, object]
    title: str
    introduction: str


FOO = Page(
    ROOT / "docs" / "rendered-foo.md",
    "foo",
    {"name": "foo"},
    "A project with the default answers",
    """`copier copy --defaults --data=name=foo` makes these files: a library with three functions to begin with, its
exporter and a consumer.
""",
)
OF_LZ4 = Page(
    ROOT / "docs" / "rendered-lz4.md",
    "lz4",
    yaml.safe_load((ROOT / LZ4).read_text(encoding="utf-8")),
    "A project for LZ4",
    f"""`copier copy --data-file=lz4.yml` makes these files: an exporter that downloads LZ4 and builds it with LZ4's own
`CMakeLists.txt`, and a consumer. [A recorded session](transcript-lz4.md) tests them. These are the
[answers](../{LZ4}):

<!-- quoted: {LZ4} -->

```yaml
{(ROOT / LZ4).read_text(encoding="utf-8")}```
""",
)
PAGES = (FOO, OF_LZ4)


def main() -> None:
    """Run the command line."""
    sizes.PAGE.write_text(sizes.with_table(sizes.PAGE.read_text(encoding="utf-8"), sizes.table()), encoding="utf-8")
    for page in PAGES:
        page.file.write_text(rendered(page), encoding="utf-8")
    print(f"Written: {', '.join(str(file.relative_to(ROOT)) for file in (sizes.PAGE, *(page.file for page in PAGES)))}")


def rendered(page: Page) -> str:
    """Return the text of a page, for a project that is rendered now."""
    with tempfile.TemporaryDirectory() as folder:
        return text(page, render(Path(folder) / "project", page.answers))


def text(page: Page, project: Path) -> str:
    """Return the text of a page for a project."""
    # Files come before folders, so that the library's own are listed before the wheel's.
    files = sorted(sizes.files(project), key=lambda file: [(part, "") for part in file.relative_to(project).parts])
    names = {file.relative_to(project).as_posix(): file for file in files}
    shown = {name: named for known, named in SHOWN.items() if (name := known.replace("foo", page.stem)) in names}
    rows = []
    for name, file in names.items():
        link = f"[`{name}`](#{anchor(name, shown[name])})" if name in shown else f"`{name}`"
        rows.append(f"| {link} | {sizes.lines([file])} | {purpose(file, name.replace(page.stem, 'foo'))} |\n")
    return f"""# {page.title}

{page.introduction}
[The template](template.md) explains the questions, and [the files of an exporter](files.md) the lines that matter.
`tox -e rendered` wrote this page, with `PATH` and `COMMIT` for the path and the commit of your clone of library-wheel.

## All files

There are {len(files)} files with {sizes.lines(files)} lines. [The main ones](#the-main-files) are shown below.

| file | lines | what it is for |
|---|---|---|
{"".join(rows)}
## The main files

{"".join(block(name, names[name], named) for name, named in shown.items())}""".removesuffix("\n")


def purpose(file: Path, name: str) -> str:
    """Return a sentence about a file: the one in PURPOSES, or its own first one. `name` has "foo" for the library."""
    for pattern, sentence in PURPOSES.items():
        if fnmatchcase(name, pattern):
            return sentence
    own = re.match(r'(?:"""|# |/\* )(.+?[.])(?:\s|"""| \*/)', file.read_text(encoding="utf-8"))
    if not own:
        raise LookupError(f"{name} does not begin with a sentence: say in tests/rendered.py, PURPOSES, what it is for")
    return own[1]


def anchor(name: str, named: str) -> str:
    """Return the name that a forge gives to a file's heading."""
    return re.sub(r"[^\w\- ]", "", f"{name} {named}").replace(" ", "-").lower()


def block(name: str, file: Path, named: str) -> str:
    """Return a file's part of a page."""
    tool = f"file://{template().name}/tool"
    code = file.read_text(encoding="utf-8").replace(tool, "git+file://PATH@COMMIT#subdirectory=tool")
    return f"### `{name}`: {named}\n\n{MARK}\n\n```{LANGUAGES[file.suffix]}\n{code}```\n\n"


if __name__ == "__main__":
    main()
