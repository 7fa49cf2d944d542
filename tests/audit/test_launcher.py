"""The projects' tests compile each source once: the key has everything that affects the result."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from library_wheel.project.packages import ROOT
from support.counting import compiled_by, counting_compiler

LAUNCHER = ROOT / "tool" / "src" / "library_wheel" / "project" / "launcher.py"
SOURCE = (
    '#include "answer.h"\nconst char *file(void) { return __FILE__; }\nint answer(void) { return ANSWER + EXTRA; }\n'
)


class Project(NamedTuple):
    """A folder with a source and its header, and the compiler for it."""

    folder: Path
    objects: Path
    compiler: Path

    def compile(self, *options: str, source: str = "source.c") -> bytes:
        """Compile a source to an object file and return it."""
        output = self.folder / f"{source}.o"
        output.unlink(missing_ok=True)
        launcher = [sys.executable, "-I", "-S", LAUNCHER, self.objects, self.compiler]
        headers = ["-MD", "-MT", output, "-MF", f"{output}.d"]
        arguments = ["-I", self.folder, *headers, *(options or ["-DEXTRA=0"]), "-o", output, "-c", self.folder / source]
        subprocess.run([*launcher, *arguments], check=True)
        return output.read_bytes()

    def compiled(self) -> Counter[str]:
        """Return the number of times that each source was compiled, in all projects."""
        return compiled_by(self.compiler)


@pytest.fixture
def projects(tmp_path: Path) -> tuple[Project, Project]:
    """The same project in two folders, with a compiler that writes down what it compiles."""
    compiler = counting_compiler(tmp_path)
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name / name  # its paths have another length
        folder.mkdir(parents=True)
        (folder / "source.c").write_text(SOURCE)
        (folder / "answer.h").write_text("#define ANSWER 42\n")
        made.append(Project(folder, tmp_path / "objects", compiler))
    return made[0], made[1]


def test_the_same_source_in_another_folder_is_not_compiled_again(projects: tuple[Project, Project]) -> None:
    one, two = projects
    assert one.compile() == two.compile() == one.compile()
    assert one.compiled() == {"source.c": 1}


def test_a_build_lists_the_headers_of_its_own_folder(projects: tuple[Project, Project]) -> None:
    one, two = projects
    one.compile()
    two.compile()
    listed = (two.folder / "source.c.o.d").read_text()
    assert str(two.folder / "answer.h") in listed
    assert str(one.folder) not in listed


@pytest.mark.parametrize(
    ("file", "text"),
    [("source.c", SOURCE.replace("ANSWER +", "ANSWER -")), ("answer.h", "#define ANSWER 43\n")],
    ids=["source", "header"],
)
def test_an_edit_is_compiled(projects: tuple[Project, Project], file: str, text: str) -> None:
    one, two = projects
    (two.folder / file).write_text(text)
    assert one.compile("-DEXTRA=1") != two.compile("-DEXTRA=1")
    assert one.compiled() == {"source.c": 2}


@pytest.mark.parametrize("options", [["-DEXTRA=1"], ["-DEXTRA=0", "-O2"]])
def test_other_options_are_compiled(projects: tuple[Project, Project], options: list[str]) -> None:
    one, _ = projects
    assert one.compile() != one.compile(*options)
    assert one.compiled() == {"source.c": 2}


def test_another_compiler_compiles(projects: tuple[Project, Project]) -> None:
    one, _ = projects
    one.compile()
    one.compiler.write_text(one.compiler.read_text() + "\n")
    one.compile()
    assert one.compiled() == {"source.c": 2}


def test_a_source_of_another_name_is_compiled_since_it_may_contain_its_name(projects: tuple[Project, Project]) -> None:
    one, _ = projects
    (one.folder / "other.c").write_text(SOURCE)
    assert b"source.c" in one.compile()
    assert b"other.c" in one.compile(source="other.c")


def test_a_source_that_does_not_compile_is_reported_each_time_and_not_kept(projects: tuple[Project, Project]) -> None:
    one, _ = projects
    (one.folder / "source.c").write_text("int answer(void) { return nothing; }\n")
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            one.compile()
    (one.folder / "source.c").write_text(SOURCE)
    one.compile()
    assert one.compiled() == {"source.c": 3}


def test_two_builds_at_the_same_time_compile_once(projects: tuple[Project, Project]) -> None:
    one, two = projects
    slow = one.compiler.read_text().replace("exec ", "sleep 1; exec ")
    one.compiler.write_text(slow)
    launcher = [sys.executable, "-I", "-S", LAUNCHER, one.objects, one.compiler]
    arguments = [["-DEXTRA=0", "-o", p.folder / "x.o", "-c", p.folder / "source.c"] for p in (one, two)]
    running = [subprocess.Popen([*launcher, *words]) for words in arguments]
    assert [process.wait() for process in running] == [0, 0]
    assert one.compiled() == {"source.c": 1}
    assert (one.folder / "x.o").read_bytes() == (two.folder / "x.o").read_bytes()


def test_a_command_that_links_is_run_unchanged(projects: tuple[Project, Project]) -> None:
    one, _ = projects
    one.compile()
    library = one.folder / "library.so"
    launcher = [sys.executable, "-I", "-S", LAUNCHER, one.objects, one.compiler]
    subprocess.run([*launcher, "-shared", "-o", library, one.folder / "source.c.o"], check=True)
    assert library.read_bytes().startswith(b"\x7fELF")
