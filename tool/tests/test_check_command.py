"""`library-wheel check` prints reports in several forms, and has exit codes, as users see them."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from synthetic import MANYLINUX, consumer, exporter, ext, foo, library, pack

from library_wheel.__main__ import main
from library_wheel.commands import check as check_command
from library_wheel.rules import RULES

TEXTS = Path(__file__).parents[1] / "src" / "library_wheel" / "rules" / "texts"
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "rules"


class Command:
    """Run the command and keep what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        with pytest.raises(SystemExit) as end:
            main(["check", *map(str, arguments)])
        output, errors = self.capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, output, errors


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def test_problems_are_grouped_by_library_and_end_with_1(tmp_path: Path, command: Command) -> None:
    wheel = consumer(tmp_path, requires=[])
    code, output, errors = command(wheel.path)
    assert code == 1
    lines = [line.strip() for line in output.splitlines()]
    assert lines[0] == wheel.path.name
    assert lines[1] == "libfoo.so.1"
    assert re.match(r"error +missing-library +consumer/_ext\.abi3\.so: libfoo\.so\.1 is neither part of", lines[2])
    assert lines[-1] == "1 wheel with 1 native file: 1 error, 0 warnings, 0 notes"
    assert errors == ""


def test_notes_alone_end_with_0(tmp_path: Path, command: Command) -> None:
    code, output, _ = command(exporter(tmp_path).path)
    assert code == 0
    assert "note  sbom" in output


def test_a_wheel_of_50_megabytes_takes_less_than_ten_seconds(tmp_path: Path, command: Command) -> None:
    files = {f"c/lib{number}.so.1": library("libfoo.so.1").content + os.urandom(1_000_000) for number in range(50)}
    wheel = pack(tmp_path, f"c-1.0-py3-none-{MANYLINUX}", files)
    assert wheel.path.stat().st_size > 50e6
    # Processor time, since other tests run beside this one.
    start = time.process_time()
    _, output, _ = command(wheel.path)
    assert time.process_time() - start < 10
    assert "1 wheel with 50 native files" in output


def test_a_wheel_of_thousands_of_text_files_takes_less_than_ten_seconds(tmp_path: Path, command: Command) -> None:
    numbers = range(3000)
    # No search path leads to the library, so the Python files are read to see whether they load it.
    files: dict[str, object] = {"c/_ext.abi3.so": ext(), "c/lib/libfoo.so.1": foo()}
    files |= {f"c/m{number}.py": "x = 1\n" for number in numbers}
    files |= {f"c/include/h{number}.h": "int x;\n" for number in numbers}
    files |= {f"c/cmake/m{number}.cmake": "# x\n" for number in numbers}
    wheel = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files)
    start = time.process_time()
    _, output, _ = command(wheel.path)
    assert time.process_time() - start < 10
    assert "unreachable-library" in output


@pytest.mark.skipif(os.name != "posix", reason="it limits the number of open files")
def test_there_may_be_more_wheels_than_a_process_may_have_open_files(tmp_path: Path) -> None:
    for number in range(60):
        pack(tmp_path / "dist", f"d{number}-1.0-py3-none-any", {"d.py": ""})
    wheel = consumer(tmp_path)
    limited = f"ulimit -n 50; exec {shlex.quote(sys.executable)} -m library_wheel"
    result = subprocess.run(
        ["sh", "-c", f'{limited} "$@"', "sh", "check", wheel.path, "--with", tmp_path / "dist"],
        capture_output=True,
        text=True,
    )
    assert result.stderr == ""
    assert "consumer-1.0" in result.stdout


def test_wheels_beside_are_not_checked_themselves(tmp_path: Path, command: Command) -> None:
    exporter(tmp_path / "others", lib=library("libfoo.so.1", search_path="/tmp/x"))
    code, output, _ = command(consumer(tmp_path).path, "--with", tmp_path / "others")
    assert (code, output) == (0, "1 wheel with 1 native file: 0 errors, 0 warnings, 0 notes\n")


def test_the_wheels_in_a_folder_are_checked(tmp_path: Path, command: Command) -> None:
    consumer(tmp_path)
    exporter(tmp_path)
    code, output, _ = command(tmp_path, "--ignore", "sbom")
    assert (code, output) == (0, "2 wheels with 3 native files: 0 errors, 0 warnings, 0 notes\n")


def test_the_report_can_be_json(tmp_path: Path, command: Command) -> None:
    wheel = consumer(tmp_path, requires=[])
    code, output, _ = command(wheel.path, "--json", "--exclude", "libbar.so")
    report = json.loads(output)
    assert code == 1
    assert report["wheels"] == [str(wheel.path)]
    missing, unmatched = report["problems"]
    assert missing.pop("message").startswith("libfoo.so.1 is neither part of every manylinux_2_17_x86_64 platform")
    assert missing == {
        "wheel": str(wheel.path),
        "rule": "missing-library",
        "severity": "error",
        "library": "libfoo.so.1",
        "files": ["consumer/_ext.abi3.so"],
    }
    assert (unmatched["rule"], unmatched["wheel"]) == ("unmatched-exclude", None)


def test_the_report_can_be_annotations_for_github(tmp_path: Path, command: Command) -> None:
    wheel = consumer(tmp_path / "a,b:c", requires=[])
    code, output, _ = command(wheel.path, "--format", "github")
    assert code == 1
    (annotation, _) = output.splitlines()
    path = str(wheel.path).replace(",", "%2C").replace(":", "%3A")
    assert annotation.startswith(
        f"::error file={path},title=library-wheel missing-library::consumer/_ext.abi3.so: libfoo"
    )


def test_rules_can_be_selected_and_ignored(tmp_path: Path, command: Command) -> None:
    wheel = consumer(tmp_path, requires=[]).path
    assert command(wheel, "--select", "sbom, hardening")[0] == 0
    assert command(wheel, "--ignore", "sbom,missing-library")[0] == 0
    assert command(wheel, "--ignore", "sbom")[0] == 1
    assert command(wheel, "--select", "missing-library", "--ignore", "missing-library")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "missing-libary"], "there is no rule missing-libary. Did you mean missing-library?"),
        (["--explain", ","], "--explain names no rule"),
        (["--explain", "nothing"], "there is no rule nothing. The rules are: missing-library, "),
        ([], "no wheel is named"),
        (["nothing-1.0-py3-none-any.whl"], "there is no file nothing-1.0-py3-none-any.whl"),
        (["nothing.whl"], "there is no file nothing.whl"),
        (["dist/"], "there is no file or folder dist"),
        (["--select", ","], "--select names no rule"),
    ],
)
def test_bad_input_is_one_sentence_and_ends_with_2(command: Command, arguments: list[str], message: str) -> None:
    code, output, errors = command(*arguments)
    assert code == 2
    assert errors.startswith(f"library-wheel: error: {message}")
    assert errors.count("\n") == 1
    assert output == ""


def test_a_fault_of_the_tool_is_no_problem_of_a_wheel(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(check_command, "check", faulty)
    code, _, errors = command(consumer(tmp_path).path)
    assert code == 2
    assert errors.splitlines()[-2:] == [
        "RuntimeError: a fault",
        "library-wheel: error: library-wheel has a fault. Please report it with the lines above.",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_report_that_cannot_be_written_is_no_problem_of_a_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "library_wheel", "check", consumer(tmp_path, requires=[]).path]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    said = "library-wheel: error: [Errno 28] No space left on device\n"
    assert (result.returncode, result.stderr) == (2, said)


def test_an_interruption_is_one_line(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check_command, "check", interrupted)
    assert command(consumer(tmp_path).path) == (130, "", "library-wheel: interrupted\n")


@pytest.mark.parametrize("option", ["--format=table", "--format=json", "--format=github", "--explain=sbom"])
def test_the_exit_code_is_right_even_if_nobody_reads_the_report(tmp_path: Path, option: str) -> None:
    command = [sys.executable, "-m", "library_wheel", "check", consumer(tmp_path, requires=[]).path, option]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        result = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True)
    assert (result.returncode, result.stderr) == (0 if "explain" in option else 1, "")


def test_an_empty_folder_is_bad_input(tmp_path: Path, command: Command) -> None:
    code, _, errors = command(tmp_path)
    assert code == 2
    assert f"the folder {tmp_path} contains no wheels" in errors


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_rule_is_explained(command: Command, rule: str) -> None:
    code, output, _ = command("--explain", rule)
    assert code == 0
    assert output.lstrip().startswith(f"{rule}: ")
    assert "Why it matters." in output
    assert "How to fix it." in output


def test_each_rule_has_a_text_and_a_page() -> None:
    ids = {rule.id for rule in RULES}
    assert len(ids) == len(RULES)
    assert {file.stem for file in TEXTS.iterdir()} == ids
    assert {file.stem for file in DOCUMENTATION.iterdir()} == ids


def test_the_list_of_rules_in_the_documentation_is_right() -> None:
    page = (DOCUMENTATION.parent / "rules.md").read_text(encoding="utf-8")
    rows = [f"| [`{rule.id}`](rules/{rule.id}.md) | {rule.severity} | {rule.title} |" for rule in RULES]
    assert [line for line in page.splitlines() if line.startswith("| [`")] == sorted(rows)


def test_help_has_an_example(command: Command) -> None:
    code, output, _ = command("--help")
    assert code == 0
    assert "library-wheel check consumer-1.0" in output
