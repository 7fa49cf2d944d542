"""Projects of every kind build, with awkward names and texts, around a library with one function."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from email import message_from_string
from pathlib import Path

import pytest

from library_wheel.processes import run
from library_wheel.project.libraries import compiler
from library_wheel.variables import clean_environment

Render = Callable[..., Path]

LONG = "abcdefghijabcdefghijabcdefghij"
AWKWARD = {
    "description": """Fast "quoted" and 'quoted' C:\\new\\table, $5 of ünïcödé 🦆 語""",
    "authors": "2026 Conan O'Brien & Søn",
    "urls": '{Homepage: "https://example.com/?a=1&b=2#c", "Source code": "https://example.com"}',
}
# Without the macro the library's header declares nothing.
UPSTREAM = {"definitions": "[VISIBLE=2]", "library_authors": '[Søren "S" Ærø, Jane Doe]'}

HEADER = {
    "C": "#if VISIBLE == 2\nconst char *{name}_version(void);\n#endif\n",
    "C++": "#if VISIBLE == 2\nnamespace {name} {{ const char *version(); }}\n#endif\n",
}
SOURCE = {
    "C": '#define VISIBLE 2\n#include "{header}"\nconst char *{name}_version(void) {{ return "1.0.0"; }}\n',
    "C++": '#define VISIBLE 2\n#include "{header}"\nconst char *{name}::version() {{ return "1.0.0"; }}\n',
}
CMAKE = """
cmake_minimum_required(VERSION 3.16)
project({name} VERSION 1.0.0 LANGUAGES {cmake_language})
add_library({name} {source})
target_include_directories({name} PUBLIC include)
set_target_properties({name} PROPERTIES SOVERSION 1)
"""
MESON = """
project('{name}', '{meson_language}', version: '1.0.0')
lib{name} = shared_library('{name}', '{source}', include_directories: 'include', soversion: '1')
"""


def add_library(project: Path, name: str, kind: str, language: str) -> None:
    """Put a library where a project of this kind expects upstream's."""
    (wheel,) = project.glob("*-wheel")
    folder = {"cmake": wheel / "upstream", "meson": wheel / "subprojects" / name, "prebuilt": wheel / "prefix"}[kind]
    words = {
        "name": name,
        "header": f"{name}.{'h' if language == 'C' else 'hpp'}",
        "source": f"source.{'c' if language == 'C' else 'cpp'}",
        "cmake_language": {"C": "C", "C++": "CXX"}[language],
        "meson_language": {"C": "c", "C++": "cpp"}[language],
    }
    (folder / "include").mkdir(parents=True)
    (folder / "include" / words["header"]).write_text(HEADER[language].format_map(words))
    (folder / words["source"]).write_text(SOURCE[language].format_map(words))
    licence = wheel / "licenses" / "LICENSE" if kind == "prebuilt" else folder / "LICENSE"
    licence.parent.mkdir(exist_ok=True)
    licence.write_text("Do as you like.\n")
    if kind == "cmake":
        (folder / "CMakeLists.txt").write_text(CMAKE.format_map(words))
    elif kind == "meson":
        (folder / "meson.build").write_text(MESON.format_map(words))
    else:
        library = folder / "lib" / f"lib{name}.so.1"
        library.parent.mkdir()
        options = ["-shared", "-fPIC", f"-Wl,-soname,{library.name}", f"-I{folder / 'include'}"]
        subprocess.run([*compiler(language), *options, folder / words["source"], "-o", library], check=True)


@pytest.mark.parametrize(
    ("name", "kind", "language", "extras"),
    [
        (LONG, "in-tree", "C", False),
        (LONG, "cmake", "C", False),
        ("x", "meson", "C++", True),
        ("x", "prebuilt", "C++", True),
    ],
)
def test_a_project_builds(render: Render, tmp_path: Path, name: str, kind: str, language: str, *, extras: bool) -> None:
    answers = {**AWKWARD, **(UPSTREAM if kind != "in-tree" else {}), "extras": str(extras)}
    project = render(name=name, kind=kind, language=language, **answers)
    if kind != "in-tree":
        add_library(project, name, kind, language)
    # This builds them all.
    run([sys.executable, "-m", "library_wheel.publishing", "sdists", tmp_path], clean_environment(), cwd=project)
    (wheel,) = project.glob(f"build/wheels-*/*/as-it-stands/repaired/lib{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    assert f"lib{name}/lib{name}.so.1" in names
    of_extras = {f"lib{name}/{file}" for file in ("__main__.py", "_loader.py", f"_pyinstaller/hook-lib{name}.py")}
    of_extras |= {f"lib{name}-1.0.0.dist-info/sboms/lib{name}.cdx.json"}
    assert of_extras & set(names) == (of_extras if extras else set())
    fields = message_from_string(metadata)
    assert fields["Name"] == f"lib{name}"
    assert fields["Summary"] == f"{AWKWARD['description']}, as a shared library for other wheels"
    people = {"Author": 'Søren "S" Ærø, Jane Doe', "Maintainer": "Conan O'Brien & Søn"}
    people = {"Author": people["Maintainer"], "Maintainer": None} if kind == "in-tree" else people
    assert {field: fields[field] for field in people} == people
    assert fields.get_all("Project-URL") == [
        "Homepage, https://example.com/?a=1&b=2#c",
        "Source code, https://example.com",
    ]
    consumers = {file.name.partition("-")[0] for file in wheel.parent.iterdir()}
    assert consumers >= {"consumer_ext"}
