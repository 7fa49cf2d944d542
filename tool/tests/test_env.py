"""`library-wheel env` reports on environments with one thing each."""

import importlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from environments import VirtualEnvironment, extension, library, make

from library_wheel.__main__ import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it compiles ELF files for this interpreter")


@pytest.fixture
def environment(tmp_path: Path) -> VirtualEnvironment:
    return make(tmp_path / "venv")


class Report:
    """Run the command and keep what it prints."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self.capfd = capfd

    def run(self, environment: VirtualEnvironment | str | Path, *options: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        python = environment.python if isinstance(environment, VirtualEnvironment) else environment
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["env", "--python", str(python), *options])
        output, errors = self.capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, output, errors

    def json(self, environment: VirtualEnvironment) -> dict[str, Any]:
        """Return the report for programs."""
        code, output, errors = self.run(environment, "--json")
        report: dict[str, Any] = json.loads(output)
        assert errors == ""
        assert code == bool(report["unmet"])
        return report


@pytest.fixture
def report(capfd: pytest.CaptureFixture[str]) -> Report:
    return Report(capfd)


def test_an_environment_without_native_files_is_without_problems(
    environment: VirtualEnvironment, report: Report
) -> None:
    environment.install("pure", sources={"pure.py": "x = 1"})
    code, output, errors = report.run(environment)
    assert (code, errors) == (0, "")
    assert "1 distribution, 0 with native files." in output
    assert "Every library that a file needs is on this machine or in this environment." in output


def test_it_lists_extension_modules_and_libraries_of_each_distribution(
    environment: VirtualEnvironment, report: Report
) -> None:
    site = environment.site_packages
    foo = library(site / "libfoo" / "libfoo.so.1")
    stub = extension(site / "libfoo" / "_init.abi3.so", foo, runpath="$ORIGIN")
    environment.install("libfoo", foo, stub, version="1.2")
    (distribution,) = report.json(environment)["distributions"]
    assert (distribution["name"], distribution["version"]) == ("libfoo", "1.2")
    kinds = {Path(file["path"]).name: (file["kind"], file["library"]) for file in distribution["files"]}
    assert kinds == {"libfoo.so.1": ("library", "libfoo.so.1"), "_init.abi3.so": ("extension module", None)}
    assert re.search(r"^libfoo 1\.2 +1 +1 +0\.0 *$", report.run(environment)[1], re.MULTILINE)


def test_a_library_in_two_distributions_is_present_twice(environment: VirtualEnvironment, report: Report) -> None:
    site = environment.site_packages
    # One copy is bundled by auditwheel, with the version in its file name. The other one is an exporter's.
    mangled = library(site / "one.libs" / "libfoo-1a2b3c4d.so.1.2.3")
    exported = library(site / "libfoo" / "libfoo.so.1")
    with exported.open("ab") as file:
        file.write(bytes(1000))
    environment.install("one", mangled)
    environment.install("two", exported)
    found = report.json(environment)
    (copies,) = found["copies"]
    assert copies["library"] == "libfoo.so.1"
    assert {(file["distribution"], file["version"]) for file in copies["files"]} == {("one", "1.2.3"), ("two", None)}
    # The larger one stays.
    assert found["saved"] == copies["saved"] == mangled.stat().st_size < exported.stat().st_size
    code, output, _ = report.run(environment)
    assert code == 0
    assert re.search(r"^libfoo\.so\.1 +one 1\.0 +1\.2\.3 +0\.0 +one\.libs/libfoo-1a2b3c4d\.so\.1\.2\.3", output, re.M)


def test_libraries_of_other_sonames_are_no_copies_of_each_other(
    environment: VirtualEnvironment, report: Report
) -> None:
    site = environment.site_packages
    files = [library(site / "one" / "libfoo.so.1"), library(site / "two" / "libfoo.so.2")]
    environment.install("both", *files)
    found = report.json(environment)
    assert found["copies"] == []
    assert found["several_versions"] == {"libfoo": ["libfoo.so.1", "libfoo.so.2"]}
    assert re.search(r"^libfoo +libfoo\.so\.1 +both 1\.0 *\n +libfoo\.so\.2 ", report.run(environment)[1], re.M)


def test_builds_of_blas_with_wide_integers_are_other_libraries(environment: VirtualEnvironment, report: Report) -> None:
    site = environment.site_packages
    names = ("libopenblas64_.so", "libopenblas.so")
    environment.install("both", *(library(site / name) for name in names))
    found = report.json(environment)
    assert found["copies"] == []
    assert found["several_versions"] == {"libopenblas": ["libopenblas.so", "libopenblas64_.so"]}


def test_extension_modules_of_one_name_are_no_copies(environment: VirtualEnvironment, report: Report) -> None:
    options = ("-Wl,-soname,_ext.so",)
    for name in ("one", "two"):
        environment.install(name, extension(environment.site_packages / name / "_ext.so", options=options))
    assert report.json(environment)["copies"] == []


def test_two_links_to_one_file_are_one_copy(environment: VirtualEnvironment, report: Report) -> None:
    foo = library(environment.site_packages / "one" / "libfoo.so.1")
    other = foo.with_name("libfoo.so")
    os.link(foo, other)
    environment.install("one", foo, other)
    assert report.json(environment)["copies"] == []


def need(report: dict[str, Any], key: str) -> list[tuple[str, str]]:
    """Return the names of files, and what they need."""
    return [(Path(each["file"]).name, each["needs"]) for each in report[key]]


def test_a_need_that_nothing_satisfies_is_a_problem(
    environment: VirtualEnvironment, report: Report, tmp_path: Path
) -> None:
    foo = library(tmp_path / "libfoo.so.1")
    environment.install("consumer", extension(environment.site_packages / "consumer" / "_ext.abi3.so", foo))
    assert need(report.json(environment), "unmet") == [("_ext.abi3.so", "libfoo.so.1")]
    code, output, _ = report.run(environment)
    assert code == 1
    assert "Needed, but neither on this machine nor in this environment" in output
    assert re.search(r"^libfoo\.so\.1 +consumer/_ext\.abi3\.so +consumer 1\.0 *$", output, re.MULTILINE)


def test_another_distribution_satisfies_a_need_if_it_is_loaded_before(
    environment: VirtualEnvironment, report: Report
) -> None:
    site = environment.site_packages
    foo = library(site / "libfoo" / "libfoo.so.1")
    environment.install("libfoo", foo)
    environment.install("consumer", extension(site / "consumer" / "_ext.abi3.so", foo))
    found = report.json(environment)
    assert need(found, "unmet") == []
    assert need(found, "met_if_loaded_before") == [("_ext.abi3.so", "libfoo.so.1")]
    assert found["met_if_loaded_before"][0]["providers"] == [str(foo)]
    code, output, _ = report.run(environment)
    assert code == 0
    assert "Found only if something else has loaded them first" in output


@pytest.mark.parametrize("path", ["runpath", "rpath"])
def test_a_search_path_satisfies_a_need(
    environment: VirtualEnvironment, report: Report, tmp_path: Path, path: str
) -> None:
    foo = library(tmp_path / "elsewhere" / "libfoo.so.1")
    module = environment.site_packages / "consumer" / "_ext.abi3.so"
    where = f"$ORIGIN/{os.path.relpath(foo.parent, module.parent)}"
    environment.install("consumer", extension(module, foo, **{path: where}))
    found = report.json(environment)
    assert (found["unmet"], found["met_if_loaded_before"]) == ([], [])


@pytest.mark.parametrize(("path", "unmet"), [("runpath", [("libbar.so.1", "libfoo.so.1")]), ("rpath", [])])
def test_only_rpath_counts_for_the_needs_of_libraries(
    environment: VirtualEnvironment, report: Report, tmp_path: Path, path: str, unmet: list[tuple[str, str]]
) -> None:
    # These libraries are neither in the system's folders nor in a distribution.
    foo = library(tmp_path / "elsewhere" / "libfoo.so.1")
    bar = library(environment.site_packages / "consumer" / "libbar.so.1", str(foo))
    module = environment.site_packages / "consumer" / "_ext.abi3.so"
    files = extension(module, bar, options=("-Wl,--allow-shlib-undefined",), **{path: f"$ORIGIN:{foo.parent}"}), bar
    environment.install("consumer", *files)
    assert need(report.json(environment), "unmet") == unmet


def test_the_loaders_variable_satisfies_a_need(
    environment: VirtualEnvironment, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foo = library(tmp_path / "elsewhere" / "libfoo.so.1")
    environment.install("consumer", extension(environment.site_packages / "consumer" / "_ext.abi3.so", foo))
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{foo.parent}")
    assert report.json(environment)["unmet"] == []


def test_a_library_of_the_system_satisfies_a_need(environment: VirtualEnvironment, report: Report) -> None:
    module = environment.site_packages / "consumer" / "_ext.abi3.so"
    environment.install("consumer", extension(module, options=("-lpthread", "-lm", "-l:libcrypt.so.1")))
    found = report.json(environment)
    assert "libcrypt.so.1" in found["distributions"][0]["files"][0]["needed"]
    assert found["unmet"] == []


def test_a_file_for_another_machine_is_counted_but_not_looked_at(
    environment: VirtualEnvironment, report: Report, tmp_path: Path
) -> None:
    foo = library(tmp_path / "libfoo.so.1")
    module = extension(environment.site_packages / "consumer" / "_ext.abi3.so", foo)
    content = bytearray(module.read_bytes())
    # e_machine: MIPS
    content[18:20] = (8).to_bytes(2, sys.byteorder)
    module.write_bytes(content)
    environment.install("consumer", module)
    found = report.json(environment)
    assert found["files_for_other_platforms"] == 1
    assert found["unmet"] == found["distributions"][0]["files"] == []


def test_a_damaged_file_is_named(environment: VirtualEnvironment, report: Report) -> None:
    file = environment.site_packages / "libfoo.so.1"
    file.write_bytes(library(environment.site_packages / "whole" / "libfoo.so.1").read_bytes()[:100])
    environment.install("broken", file)
    assert f"{file} can't be read, so it is left out: " in report.run(environment)[1]


def test_a_recorded_file_that_is_gone_does_not_matter(environment: VirtualEnvironment, report: Report) -> None:
    file = library(environment.site_packages / "libfoo.so.1")
    environment.install("deleted", file)
    file.unlink()
    assert report.json(environment)["distributions"][0]["files"] == []


def test_metadata_without_a_name_are_named(environment: VirtualEnvironment, report: Report) -> None:
    metadata = environment.install("broken")
    (metadata / "METADATA").unlink()
    (note,) = report.json(environment)["notes"]
    assert note == f"{metadata} has no readable name and version, so the distribution is left out."


def test_without_a_record_the_files_of_its_packages_are_looked_at(
    environment: VirtualEnvironment, report: Report
) -> None:
    file = library(environment.site_packages / "some_package" / "deeper" / "libfoo.so.1")
    metadata = environment.install("some-package")
    (metadata / "RECORD").unlink()
    (distribution,) = report.json(environment)["distributions"]
    assert [Path(found["path"]) for found in distribution["files"]] == [file]


def test_an_editable_install_is_named(environment: VirtualEnvironment, report: Report) -> None:
    metadata = environment.install("developed")
    direct = {"url": "file:///home/me/some%20where", "dir_info": {"editable": True}}
    (metadata / "direct_url.json").write_text(json.dumps(direct))
    (note,) = report.json(environment)["notes"]
    assert note == "developed 1.0 is an editable install of /home/me/some where, so its files are left out."


# The module exists on every platform, but from Python 3.14 on it is deprecated.
@pytest.mark.filterwarnings("ignore:.*nturl2path:DeprecationWarning")
def test_an_editable_install_on_windows_has_a_path_of_windows(
    environment: VirtualEnvironment, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("library_wheel.environment.url2pathname", importlib.import_module("nturl2path").url2pathname)
    metadata = environment.install("developed")
    direct = {"url": "file:///C:/some%20where", "dir_info": {"editable": True}}
    (metadata / "direct_url.json").write_text(json.dumps(direct))
    (note,) = report.json(environment)["notes"]
    assert r" of C:\some where, so" in note


def test_the_first_of_two_distributions_of_one_name_counts(
    environment: VirtualEnvironment, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = environment.install("Some.Name")
    shutil.move(hidden, tmp_path / "first" / hidden.name)
    environment.install("some-name", version="2.0")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "first"))
    found = report.json(environment)
    assert [(each["name"], each["version"]) for each in found["distributions"]] == [("Some.Name", "1.0")]
    assert found["notes"] == [f"some-name 2.0 in {environment.site_packages} is hidden by 1.0 in {tmp_path / 'first'}."]


def test_two_kinds_of_metadata_in_one_folder_are_one_distribution(
    environment: VirtualEnvironment, report: Report
) -> None:
    metadata = environment.install("foo")
    egg = metadata.with_name("foo-1.0.egg-info")
    egg.mkdir()
    shutil.copy(metadata / "METADATA", egg / "PKG-INFO")
    found = report.json(environment)
    assert (len(found["distributions"]), found["notes"]) == (1, [])


def test_the_folder_of_an_environment_names_its_interpreter(environment: VirtualEnvironment, report: Report) -> None:
    code, output, _ = report.run(environment.folder)
    assert code == 0
    assert output.startswith(f"{environment.folder}/bin/python3, Python 3.")


def script(path: Path, text: str, mode: int = 0o755) -> Path:
    """Write a script."""
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_command_that_is_not_an_interpreter_gets_one_sentence(report: Report, tmp_path: Path) -> None:
    cases = {
        tmp_path / "nothing": "there is no interpreter .*; name one after --python",
        tmp_path: "contains no interpreter; name the interpreter itself after --python",
        script(tmp_path / "text", "print()", mode=0o644): "is not executable; name a Python interpreter after --python",
        script(
            tmp_path / "other", "#!/bin/sh\necho hello"
        ): "is not a working Python 3 interpreter: it ended with exit code 0",
        script(
            tmp_path / "fails", "#!/bin/sh\nprintf 'no\\nmore\\n' >&2; exit 3"
        ): "it ended with exit code 3 and the message: no$",
        script(
            tmp_path / "old", "#!/bin/sh\nprintf 'Traceback:\\nSyntaxError: no\\n' >&2; exit 1"
        ): "it ended with exit code 1 and the message: SyntaxError: no$",
        script(tmp_path / "gone", "#!/no/such/program"): "can't be run: No such file or directory",
    }
    for python, sentence in cases.items():
        code, output, errors = report.run(python)
        assert (code, output) == (2, "")
        assert re.fullmatch(f"library-wheel: error: .*{sentence}.*\n", errors), errors


def test_a_hundred_distributions_take_less_than_five_seconds(
    environment: VirtualEnvironment, report: Report, tmp_path: Path
) -> None:
    foo = library(tmp_path / "libfoo.so.1")
    site = environment.site_packages
    for number in range(100):
        files = [site / f"package{number}" / f"libfoo{each}.so.1" for each in range(6)]
        files[0].parent.mkdir()
        for file in files:
            shutil.copy(foo, file)
        sources = {f"package{number}/module{each}.py": "" for each in range(100)}
        environment.install(f"package{number}", *files, sources=sources)
    # Processor time, since other tests run beside this one.
    start = time.process_time()
    found = report.json(environment)
    assert time.process_time() - start < 5
    assert len(found["copies"][0]["files"]) == 600


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["env", "--help"])
    assert "library-wheel env --python .venv/bin/python --json" in capsys.readouterr().out
