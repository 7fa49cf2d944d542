"""`library-wheel try` shows which copy of a library wheels use, in layouts of this interpreter."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from environments import extension, library, wheel
from toy_project import project

from library_wheel import layouts
from library_wheel.__main__ import main
from library_wheel.commands.try_ import runnable
from library_wheel.platforms.known import PLATFORMS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it compiles ELF files for this interpreter")

IMPORTS_IT = "import libfoo\nfrom . import _ext\nnumber = 1\n"
DOES_NOT = "from . import _ext\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Compiled files: a library, its stub, and two modules that need the library, one of them with a copy."""
    folder = tmp_path_factory.mktemp("built")
    foo = library(folder / "libfoo.so.1")
    copy = library(folder / "libfoo-1a2b3c4d.so.1")
    return {
        "library": foo,
        "stub": extension(folder / "_init.abi3.so", foo, runpath="$ORIGIN"),
        "copy": copy,
        "module": extension(folder / "shares" / "_ext.abi3.so", foo),
        "bundling": extension(folder / "bundles" / "_ext.abi3.so", copy, runpath="$ORIGIN"),
    }


@pytest.fixture
def exporter(tmp_path: Path, built: dict[str, Path]) -> Path:
    contents = {"libfoo/__init__.py": "from . import _init", "libfoo/libfoo.so.1": built["library"]}
    return wheel(tmp_path, "libfoo", {**contents, "libfoo/_init.abi3.so": built["stub"]})


@pytest.fixture
def consumer(tmp_path: Path, built: dict[str, Path]) -> Path:
    contents = {"consumer/__init__.py": IMPORTS_IT, "consumer/_ext.abi3.so": built["module"]}
    return wheel(tmp_path, "consumer", contents, requires="libfoo")


class Command:
    """Run the command and keep what it prints."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.capfd = capfd

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["try", *map(str, arguments)])
        output, errors = self.capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, output, errors

    def json(self, *arguments: str | Path) -> dict[str, Any]:
        """Return the report for programs."""
        code, output, _ = self.run("--json", *arguments)
        report: dict[str, Any] = json.loads(output)
        assert code == (not report["shares"])
        return report


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    # This folder has no pyproject.toml.
    monkeypatch.chdir(tmp_path)
    return Command(capfd)


def test_a_pair_that_shares_a_library_does_so_in_every_layout(command: Command, exporter: Path, consumer: Path) -> None:
    trials = command.json(exporter, consumer)["trials"]
    places = [(trial["exporter_in"], trial["consumer_in"]) for trial in trials]
    assert places == [(one, other) for one in ("system", "user", "venv") for other in ("system", "user", "venv")]
    for trial in trials:
        assert trial["copies"] == {"libfoo.so.1": [f"<{trial['exporter_in']}>/libfoo/libfoo.so.1"]}
        assert (trial["error"], trial["shares"]) == (None, True)


def test_wheels_that_the_wheels_require_are_installed_with_them(
    command: Command, exporter: Path, built: dict[str, Path], tmp_path: Path
) -> None:
    helper = wheel(tmp_path, "helper", {"helper.py": ""}, requires="deeper")
    deeper = wheel(tmp_path, "deeper", {"deeper.py": ""})
    contents = {
        "consumer/__init__.py": f"import helper, deeper\n{IMPORTS_IT}",
        "consumer/_ext.abi3.so": built["module"],
    }
    needs = wheel(tmp_path, "consumer", contents, requires="libfoo\nRequires-Dist: helper")
    (trial,) = command.json(exporter, needs, helper, deeper, "--layouts=venv")["trials"]
    assert trial["shares"]
    (trial,) = command.json(exporter, needs, "--layouts=venv")["trials"]
    assert trial["error"] == "ModuleNotFoundError: No module named 'helper'"


def test_a_table_names_the_copies(command: Command, exporter: Path, consumer: Path) -> None:
    code, output, errors = command.run(exporter, consumer, "--layouts", "system", "--expression", "consumer.number")
    assert (code, errors) == (0, "")
    (row,) = [line.split() for line in output.splitlines() if line.startswith("libfoo")]
    assert row == ["libfoo", "1.0", "system", "consumer", "system", "<system>/libfoo/libfoo.so.1", "1", "yes"]
    assert "1 of 1 pairs share the exporter's copy." in output


def test_a_pair_that_bundles_does_not_share(
    command: Command, exporter: Path, built: dict[str, Path], tmp_path: Path
) -> None:
    contents = {
        "consumer/__init__.py": IMPORTS_IT,
        "consumer/_ext.abi3.so": built["bundling"],
        "consumer/libfoo-1a2b3c4d.so.1": built["copy"],
    }
    bundles = wheel(tmp_path, "consumer", contents, requires="libfoo")
    (trial,) = command.json(exporter, bundles, "--layouts=system")["trials"]
    bundled, own = trial["copies"]["libfoo.so.1"]
    assert own == "<system>/libfoo/libfoo.so.1"
    assert bundled == "<system>/consumer/libfoo-1a2b3c4d.so.1"
    assert not trial["shares"]


def test_a_consumer_that_does_not_import_its_exporter_is_shown_with_the_error(
    command: Command, exporter: Path, built: dict[str, Path], tmp_path: Path
) -> None:
    contents = {"consumer/__init__.py": DOES_NOT, "consumer/_ext.abi3.so": built["module"]}
    fails = wheel(tmp_path, "consumer", contents, requires="libfoo")
    code, output, _ = command.run(exporter, fails, "--layouts=system")
    assert code == 1
    assert "ImportError: libfoo.so.1: cannot open shared object file" in output
    assert "0 of 1 pairs share the exporter's copy." in output


@pytest.mark.parametrize(
    ("expression", "answer", "error"),
    [
        ("consumer.number == 2", False, None),
        ("consumer.nothing", None, "AttributeError: module 'consumer' has no attribute 'nothing'"),
    ],
)
def test_an_expression_that_is_false_or_fails_is_a_problem(
    command: Command, exporter: Path, consumer: Path, expression: str, answer: object, error: str | None
) -> None:
    (trial,) = command.json(exporter, consumer, "--layouts=system", "--expression", expression)["trials"]
    assert (trial["answer"], trial["error"], trial["shares"]) == (answer, error, False)


def test_a_project_says_what_to_import_and_evaluate(
    command: Command, exporter: Path, consumer: Path, tmp_path: Path
) -> None:
    settings = '[tool.library-wheel]\nimport = {Consumer = "consumer._ext"}\nexpression = "consumer.__name__"\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    (trial,) = command.json(exporter, consumer, "--layouts=venv")["trials"]
    assert (trial["module"], trial["answer"]) == ("consumer._ext", "consumer._ext")
    (trial,) = command.json(exporter, consumer, "--layouts=venv", "--import=consumer=consumer")["trials"]
    assert trial["module"] == "consumer"


def test_wheels_that_cannot_be_tried_get_one_sentence(
    command: Command, exporter: Path, consumer: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    contents = {"one/__init__.py": "", "two/__init__.py": ""}
    several = wheel(tmp_path, "several", contents, requires="libfoo")
    newer = exporter.with_name(exporter.name.replace("-1.0-", "-2.0-"))
    newer.write_bytes(exporter.read_bytes())
    cases: dict[tuple[str | Path, ...], str] = {
        (exporter,): f"none of these wheels requires another one that has a library: {exporter.name}. "
        "Name an exporter and a consumer that requires it",
        (tmp_path / "empty",): f"the folder {tmp_path / 'empty'} contains no wheels",
        (
            exporter,
            consumer,
            newer,
        ): f"{exporter.name} and {newer.name} are both of libfoo, and only one can be "
        "installed. Leave one out: name single wheels instead of a folder",
        (exporter, consumer, "--layouts=home"): "--layouts can't have 'home'; choose from system, user, venv",
        (
            exporter,
            consumer,
            "--import=consumr=consumer",
        ): "--import names consumr, but the wheels are of consumer, libfoo",
        (exporter, consumer, "--import=consumer"): "--import consumer names no module: "
        "write --import DISTRIBUTION=MODULE",
        (
            exporter,
            consumer,
            "--platform=macos",
        ): "wheels for macos can't be tried: there is no interpreter for macOS here. Platforms that can: "
        f"{', '.join(runnable())}",
        (exporter, consumer, "--platform=amiga"): "there is no platform amiga. The platforms are: native, "
        f"{', '.join(PLATFORMS)}",
        (
            exporter,
            consumer,
            "--python=/bin/false",
        ): "/bin/false is not a working Python 3 interpreter: it ended with exit code 1",
        (exporter, consumer, "--python=/nowhere"): "/nowhere can't be run: No such file or directory",
        (exporter, several): f"{several.name} has several packages (one, two); "
        "name the module to import: --import several=MODULE",
    }
    for arguments, sentence in cases.items():
        assert command.run(*arguments) == (2, "", f"library-wheel: error: {sentence}\n")


def test_the_module_is_not_guessed_from_a_folder_that_is_no_package(
    command: Command, exporter: Path, tmp_path: Path
) -> None:
    consumer = wheel(tmp_path, "consumer", {"cmeel.prefix/lib/consumer.py": ""}, requires="libfoo")
    assert "has no package; name the module to import" in command.run(exporter, consumer)[2]


def test_a_wheel_that_is_named_twice_is_tried_once(
    command: Command, exporter: Path, consumer: Path, tmp_path: Path
) -> None:
    trials = command.json(exporter, consumer, tmp_path, "--layouts=venv")["trials"]
    assert [trial["shares"] for trial in trials] == [True]


def test_what_modules_print_is_no_part_of_an_answer(
    command: Command, exporter: Path, built: dict[str, Path], tmp_path: Path
) -> None:
    prints = 'print("hello", end="")\nimport atexit\natexit.register(print, "{}")\n'
    contents = {"consumer/__init__.py": f"{prints}{IMPORTS_IT}", "consumer/_ext.abi3.so": built["module"]}
    talks = wheel(tmp_path, "consumer", contents, requires="libfoo")
    (trial,) = command.json(exporter, talks, "--layouts=venv", "--expression=consumer.number")["trials"]
    assert (trial["error"], trial["answer"]) == (None, 1)


def test_a_module_that_ends_the_interpreter_is_a_problem(command: Command, exporter: Path, tmp_path: Path) -> None:
    ends = wheel(
        tmp_path, "consumer", {"consumer.py": 'import os\nprint("bye", flush=True)\nos._exit(0)\n'}, requires="libfoo"
    )
    (trial,) = command.json(exporter, ends, "--layouts=venv")["trials"]
    assert trial["error"] == "no answer: the interpreter ended early, and printed 'bye\\n'"


def test_a_module_whose_import_takes_too_long_is_a_problem(
    command: Command, exporter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "TIMEOUT", 2)
    slow = wheel(tmp_path, "consumer", {"consumer.py": "import time\ntime.sleep(60)\n"}, requires="libfoo")
    (trial,) = command.json(exporter, slow, "--layouts=venv")["trials"]
    assert trial["error"] == "no answer within 2 seconds"


def test_the_answer_of_a_project_is_compared(command: Command, exporter: Path, consumer: Path, tmp_path: Path) -> None:
    settings = '[tool.library-wheel]\nexpression = "consumer.number"\nanswer = {}\n'
    for answer, code in [(1, 0), (2, 1)]:
        (tmp_path / "pyproject.toml").write_text(settings.format(answer))
        assert command.run(exporter, consumer, "--layouts=venv")[0] == code


def test_the_settings_are_those_of_the_project_that_a_folder_belongs_to(
    command: Command, exporter: Path, consumer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path / "project")
    monkeypatch.chdir(root / "consumer-ext")
    (trial,) = command.json(exporter, consumer, "--layouts=venv")["trials"]
    assert "last_id" in trial["error"]


def test_without_wheels_and_without_a_project_there_is_nothing_to_try(command: Command) -> None:
    assert command.run() == (
        2,
        "",
        "library-wheel: error: no wheels are named, and there is no project to build: neither this folder nor one "
        "above it has a pyproject.toml with [[tool.library-wheel.packages]]. Run library-wheel try WHEEL...\n",
    )


@pytest.mark.parametrize("option", ["--python=/usr/bin/python3", "--platform=musl"])
def test_a_projects_wheels_are_built_for_this_interpreter_only(command: Command, tmp_path: Path, option: str) -> None:
    project(tmp_path)
    said = (
        "with --python or --platform, name the wheels to try: the project's wheels are built for this interpreter only"
    )
    assert command.run(option) == (2, "", f"library-wheel: error: {said}\n")


def test_a_mistake_in_the_settings_is_one_sentence(command: Command, tmp_path: Path) -> None:
    (project(tmp_path) / "pyproject.toml").write_text("[tool.library-wheel]\nexpresion = '1'\n")
    code, _, said = command.run()
    assert code == 2
    assert "has the unknown key 'expresion'; the known keys are packages, expression, " in said


def test_a_project_is_not_built_without_a_compiler(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "library_wheel", "try"],
        cwd=project(tmp_path),
        env={**os.environ, "CC": "no-such-compiler"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert result.stderr.startswith("library-wheel: error: there is no C compiler: no-such-compiler is not on PATH. ")
    assert not (tmp_path / "build").exists()
