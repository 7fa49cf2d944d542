"""Projects from awkward answers pass formatters and linters, and contain no word of the example."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest

from library_wheel.project.hosted import tox_settings
from library_wheel.project.packages import ROOT
from support.file_names import portable
from support.rendering import template

Render = Callable[..., Path]

LONG = "abcdefghij" * 3
NAMES = ["foo", "libfoo", "my-lib", "My_Lib", "geos_c", "lz4", "x", LONG]
DESCRIPTION = """Fast "quoted" and 'quoted' C:\\new\\table, $5 of ünïcödé 🦆 語"""
AUTHOR = "2026 Conan O'Brien & Søn"
PURE = {"consumers": "[consumer-pure]"}
EXTRAS = {"extras": "true"}


def others(name: str) -> list[dict[str, str]]:
    """Return two more libraries for a project."""
    keys = ("target", "file_stem", "link_name", "function", "pkgconfig_name")
    return [{**dict.fromkeys(keys, f"{name}_{letter}"), "soversion": "0"} for letter in "cd"]


# The shortest and the longest name, each with every kind and both languages, in as few projects as possible.
ANSWERS = [
    *({"name": name, **PURE} for name in NAMES if name not in ("x", LONG)),
    *(
        {"name": name, "kind": kind, "language": language, **(PURE | EXTRAS if language == "C" else {})}
        for name, languages in [("x", ["C", "C++", "C", "C++"]), (LONG, ["C++", "C", "C++", "C"])]
        for kind, language in zip(["in-tree", "meson", "cmake", "prebuilt"], languages, strict=True)
    ),
    {"name": "spam", "distribution": "Ham.Native", "description": DESCRIPTION, "authors": AUTHOR},
    {"name": "spam", "distribution": "Ham.Native", "kind": "cmake"},
    *({"soname": "private", "name": LONG, "kind": kind} for kind in ("in-tree", "meson", "prebuilt")),
    {
        "soname": "private",
        "name": LONG,
        "kind": "cmake",
        "dll_name": "spam.dll",
        "other_libraries": json.dumps(others(LONG)),
    },
    *(
        {"name": name, "kind": "cmake", "language": language, "other_libraries": json.dumps(others(name))}
        for name, language in (("x", "C++"), (LONG, "C"))
    ),
]
every_answer = pytest.mark.parametrize("answers", ANSWERS, ids=lambda answers: " ".join(answers.values())[:40])


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """mypy's cache for the standard library, shared by all projects."""
    return tmp_path_factory.mktemp("mypy")


# A new project has this repository's styles for C, C++, Meson and CMake, which its maintainer may change. The length of
# its lines depends on the library's name, and the order of its includes on an answer.
STYLE = [*(ROOT / ".clang-format").read_text().splitlines(), "SortIncludes: Never"]
STYLE = [line.replace("ColumnLimit: 120", "ColumnLimit: 0") for line in STYLE]
CLANG_FORMAT = ["clang-format", "--dry-run", "-Werror", f"--style={{{', '.join(STYLE)}}}"]
FORMATTERS = {
    "*.[ch]": CLANG_FORMAT,
    "*.[ch]pp": CLANG_FORMAT,
    "meson.build": ["meson", "format", f"--configuration={ROOT / 'meson.format'}", "--check-diff"],
    "*CMakeLists.txt": ["gersemi", f"--config={ROOT / '.gersemirc'}", "--check"],
    "*.cmake": ["gersemi", f"--config={ROOT / '.gersemirc'}", "--check"],
}


def formatting(project: Path) -> list[str]:
    """Return the commands that check the formatting of files which the project's own `tox -e lint` leaves alone."""
    commands = {pattern: [*command, *map(str, project.rglob(pattern))] for pattern, command in FORMATTERS.items()}
    return [shlex.join(command) for pattern, command in commands.items() if len(command) > len(FORMATTERS[pattern])]


def lint(project: Path, mypy_cache: Path) -> list[str]:
    """Run the project's own `tox -e lint`, and formatters, in this environment; return the output of failures."""
    tox = tox_settings(project, "commands", "set_env")["lint"]
    environment = {**os.environ, **dict(line.split("=", maxsplit=1) for line in tox["set_env"])}
    environment |= {"MYPY_CACHE_DIR": str(mypy_cache), "RUFF_NO_CACHE": "true"}
    said = []
    for command in [*tox["commands"], *formatting(project)]:
        result = subprocess.run(shlex.split(command), cwd=project, env=environment, capture_output=True, text=True)
        if result.returncode != 0:
            said.append(f"{command}: {result.stdout}{result.stderr}")
    return said


def files(project: Path) -> list[str]:
    """Return the files of a project, as paths below it."""
    return [path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()]


def words_of_the_example(project: Path, name: str, address: str) -> list[str]:
    """Return lines and paths that name the example's library or things that only this repository has.

    Words in the address of the template don't count, since it is a temporary folder with a random name.
    """
    words = "libbar|consumer.(cmake|cython|setuptools)" + ("" if "foo" in name else "|foo")
    found = []
    for file in files(project):
        lines = (project / file).read_text(encoding="utf-8").replace(address, "").splitlines()
        found += [f"{file}: {line}" for line in [file, *lines] if re.search(words, line, re.IGNORECASE)]
    return found


def test_each_library_of_a_wheel_has_a_variable_and_is_excluded_from_consumers(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = json.dumps([{"target": "util-c", "soversion": "0", "function": "f"}])
    loader = "libspam-wheel/libspam/_loader.py"
    project = render(loader, "README.md", name="spam", kind="cmake", other_libraries=other, **EXTRAS)
    monkeypatch.setitem(sys.modules, "libspam", ModuleType("libspam"))
    monkeypatch.setitem(sys.modules, "libspam._libraries", Mock(LIBRARIES={}))
    module: dict[str, Any] = {"__package__": "libspam"}
    exec((project / loader).read_text(), module)
    variables = [module["variable"](name) for name in ("spam", "util-c")]
    assert variables == ["PREFER_SPAM_SYSTEM_LIBRARY", "PREFER_UTIL_C_SYSTEM_LIBRARY"]
    command = " auditwheel repair --exclude 'libspam*.so.*' --exclude 'libutil-c*.so.*' -w "
    assert command in (project / "README.md").read_text()


@every_answer
def test_formatters_and_linters_find_nothing(render: Render, mypy_cache: Path, answers: dict[str, str]) -> None:
    assert lint(render(**answers), mypy_cache) == []


@pytest.mark.parametrize("language", ["C", "C++"])
def test_headers_stay_in_the_order_of_the_answer(render: Render, mypy_cache: Path, language: str) -> None:
    project = render(name="x", kind="cmake", language=language, includes="[zebra.h, ant.h, bee.h]")
    sources = [path.read_text() for path in project.rglob("*.[ch]*")]
    assert sum("<zebra.h>\n#include <ant.h>\n#include <bee.h>\n" in source for source in sources) == 2
    assert lint(project, mypy_cache) == []


def test_formatters_ignore_files_that_builds_and_tests_leave(render: Render, mypy_cache: Path, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="x"), tmp_path / "project")
    for folder in ("build", "dist", ".tox"):
        (project / folder).mkdir()
        (project / folder / "left.py").write_text("import  os\n")
    assert lint(project, mypy_cache) == []


def test_this_repository_and_projects_pin_the_same_linters(render: Render) -> None:
    own, projects = tox_settings(ROOT, "deps"), tox_settings(render(name="x"), "deps")
    pins = [linters(settings["deps"]) for settings in (own["lint"], own["template"], projects["lint"])]
    assert all(re.fullmatch(r"==\d+\.\d+\.\*", version) for version in pins[0].values())
    assert pins == [pins[0]] * 3
    assert linters(own["audit"]["deps"]) == {"mypy": pins[0]["mypy"]}


def linters(requirements: list[str]) -> dict[str, str]:
    """Return the versions of the linters for Python among requirements."""
    found = (re.fullmatch(r"(ruff|mypy)\b(.*)", requirement) for requirement in requirements)
    return {match[1]: match[2] for match in found if match}


def test_a_line_that_a_formatter_would_change_is_noticed(render: Render, mypy_cache: Path, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="x"), tmp_path / "project")
    package = project / "consumer-ext" / "consumer_ext"
    for file in (package / "_ext.c", package.with_name("meson.build"), package / "__init__.py"):
        file.write_text(f"{file.read_text()}unused  =  0\n")
    complaints = lint(project, mypy_cache)
    tools = ("ruff format", "clang-format", "meson format")
    assert all(tool in complaint for tool, complaint in zip(tools, complaints, strict=True))


def test_code_that_a_linter_would_refuse_is_noticed(render: Render, mypy_cache: Path, tmp_path: Path) -> None:
    project = shutil.copytree(render(name="x", **PURE), tmp_path / "project")
    for folder in ("libx-wheel/libx", "consumer-pure/consumer_pure"):
        (project / folder / "untyped.py").write_text('"""A module."""\n\nimport os\n\nx: int = ""\n')
    complaints = lint(project, mypy_cache)
    tools = ("ruff check", "mypy --strict libx", "mypy --strict consumer-pure")
    assert all(complaint.startswith(tool) for tool, complaint in zip(tools, complaints, strict=True))


@every_answer
def test_no_word_of_the_example_is_left(render: Render, answers: dict[str, str]) -> None:
    assert words_of_the_example(render(**answers), answers["name"], template().name) == []


def test_a_word_of_the_example_would_be_noticed(render: Render) -> None:
    assert words_of_the_example(render(name="foo"), "x", template().name)


def test_a_word_in_the_address_of_the_template_is_not_the_examples(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("_src_path: /tmp/xfoox\n")
    assert words_of_the_example(tmp_path, "x", "/tmp/xfoox") == []
    assert words_of_the_example(tmp_path, "x", "/tmp/y") == ["answers: _src_path: /tmp/xfoox"]


@every_answer
def test_every_platform_allows_the_file_names(render: Render, answers: dict[str, str]) -> None:
    project = render(**answers)
    names = files(project)
    assert names
    assert [name for name in names if not portable(name)] == []
    assert len({name.lower() for name in names}) == len(names)
    assert [path for path in project.rglob("*") if path.is_symlink()] == []


@every_answer
def test_no_folder_is_empty(render: Render, answers: dict[str, str]) -> None:
    project = render(**answers)
    assert [path for path in project.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


@every_answer
def test_every_line_ends_with_a_line_feed(render: Render, answers: dict[str, str]) -> None:
    project = render(**answers)
    contents = {name: (project / name).read_bytes() for name in files(project)}
    assert [name for name, content in contents.items() if b"\r" in content] == []
    assert [name for name, content in contents.items() if content and not content.endswith(b"\n")] == []


def test_a_description_stays_the_same_in_every_language(render: Render) -> None:
    project = render(name="spam", description=DESCRIPTION)
    in_meson = re.search(r"description: '(.*)',\n", (project / "libspam" / "meson.build").read_text(encoding="utf-8"))
    assert in_meson
    assert re.sub(r"\\(.)", r"\1", in_meson[1]) == DESCRIPTION
    in_pkgconfig = (project / "libspam-wheel" / "pkgconfig" / "spam.pc.in").read_text(encoding="utf-8")
    assert f"\nDescription: {DESCRIPTION.replace('$', '$$')}, from" in in_pkgconfig
    assert f"\n{DESCRIPTION}.\n" in (project / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["in-tree", "cmake"])
def test_a_projects_environments_install_the_same_as_the_examples(render: Render, kind: str) -> None:
    example, project = ((folder / "tox.ini").read_text() for folder in (ROOT, render(name="spam", kind=kind)))
    requirements = re.findall(r"^    ([\w-]+[<>=].*)", project, re.MULTILINE)
    assert len(requirements) == 2
    assert set(requirements) <= set(map(str.strip, example.splitlines()))


def test_the_authors_are_in_every_licence(render: Render) -> None:
    licences = list(render(name="spam", authors=AUTHOR, **PURE).rglob("LICENSE"))
    assert len(licences) == 2
    assert all(f"Copyright (c) {AUTHOR}\n" in licence.read_text(encoding="utf-8") for licence in licences)


def test_the_table_of_names_in_the_documentation_is_true(render: Render) -> None:
    text = (ROOT / "docs" / "template.md").read_text()
    _rule, *rows = text[text.index("|---", text.index("| `name` |")) :].partition("\n\n")[0].splitlines()
    documented = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]
    assert [name for name, *_ in documented] == NAMES[:-1]
    assert documented == [[name, *derived_names(render(name=name, **PURE))] for name, *_ in documented]


def derived_names(project: Path) -> list[str]:
    """Return the names that a project has: distribution, module, files of the library, prefixes in C."""
    (pyproject,) = project.glob("lib*-wheel/pyproject.toml")
    (distribution,) = re.findall(r'^name = "(.*)"$', pyproject.read_text(), re.MULTILINE)
    (libraries,) = project.glob("lib*-wheel/*/_libraries.py")
    requirement = (project / "consumer-pure" / "consumer_pure" / "_requirement.py").read_text()
    linux, macos, windows = (
        re.findall(rf'"({pattern})"', requirement.replace("@rpath/", ""))[0]
        for pattern in (r"\S+\.so\.\d+", r"\S+\.dylib", r"\S+\.dll")
    )
    (header,) = project.glob("lib*/include/*.h")
    (function,) = re.findall(r"(\w+_)next_id\(", header.read_text())
    (macro,) = set(re.findall(r"(\w+_)API\b", header.read_text()))
    return [distribution, libraries.parent.name, linux, macos, windows, function, macro]
