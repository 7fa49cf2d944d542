"""`library-wheel loaded` reports on processes in which a library was loaded in one way each."""

import ctypes
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from environments import VirtualEnvironment, extension, library, make, traced

from library_wheel.__main__ import main
from library_wheel.layout_probe import files_of_linux

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it compiles ELF files for this interpreter")


@pytest.fixture
def environment(tmp_path: Path) -> VirtualEnvironment:
    return make(tmp_path / "venv")


class Report:
    """Run the command and keep what it prints."""

    def __init__(self, environment: VirtualEnvironment, capfd: pytest.CaptureFixture[str]) -> None:
        self.environment = environment
        self.capfd = capfd

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        self.capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["loaded", "--python", str(self.environment.python), *arguments])
        output, errors = self.capfd.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, output, errors

    def json(self, *modules: str) -> dict[str, Any]:
        """Return the report for programs."""
        code, output, _ = self.run("--json", *modules)
        report: dict[str, Any] = json.loads(output)
        assert code == (2 if report["error"] else bool(report["copies"]))
        return report

    def file(self, name: str, *modules: str) -> dict[str, Any]:
        """Return the report on the mapped file with a name."""
        (found,) = [file for file in self.json(*modules)["files"] if Path(file["path"]).name == name]
        return dict(found)


@pytest.fixture
def report(environment: VirtualEnvironment, capfd: pytest.CaptureFixture[str]) -> Report:
    return Report(environment, capfd)


@pytest.fixture
def exporter(environment: VirtualEnvironment) -> Path:
    """An exporter with a stub; return its library."""
    foo = library(environment.site_packages / "libfoo" / "libfoo.so.1")
    stub = extension(foo.with_name("_init.abi3.so"), foo, runpath="$ORIGIN")
    environment.install("libfoo", foo, stub, sources={"libfoo/__init__.py": "from . import _init"}, version="1.2")
    return foo


def consumer(environment: VirtualEnvironment, foo: Path, name: str = "consumer", runpath: str = "") -> Path:
    """Install a module that needs a library; return it."""
    module = extension(environment.site_packages / name / "_ext.abi3.so", foo, runpath=runpath)
    environment.install(name, module, sources={f"{name}/__init__.py": ""})
    return module


def test_a_library_found_through_runpath_is_reported_so(exporter: Path, report: Report) -> None:
    found = report.file("libfoo.so.1", "libfoo")
    stub = str(exporter.with_name("_init.abi3.so"))
    assert found["distribution"] == "libfoo 1.2"
    assert found["imported_with"] == "libfoo"
    assert found["needed_by"] == stub
    assert found["found"] == {"path": str(exporter), "by": "RUNPATH", "of": stub}
    code, output, errors = report.run("libfoo")
    assert (code, errors) == (0, "")
    assert "has imported libfoo: 1 extension module and 1 library were mapped." in output
    assert re.search(r"^libfoo\.so\.1 +libfoo 1\.2 +libfoo/_init\.abi3\.so +its RUNPATH *$", output, re.MULTILINE)


@pytest.mark.usefixtures("exporter")
def test_a_module_is_named(report: Report) -> None:
    found = report.file("_init.abi3.so", "libfoo")
    assert (found["module"], found["library"]) == ("libfoo._init", None)


def test_a_library_found_through_the_modules_rpath_is_reported_so(
    environment: VirtualEnvironment, report: Report
) -> None:
    site = environment.site_packages
    foo = library(site / "libs" / "libfoo.so.1")
    bar = library(site / "libs" / "libbar.so.1", str(foo))
    module = extension(site / "_ext.abi3.so", bar, rpath="$ORIGIN/libs")
    environment.install("bundles", foo, bar, module)
    found = report.file("libfoo.so.1", "_ext")
    assert found["needed_by"] == str(bar)
    assert (found["found"]["by"], found["found"]["of"]) == ("RPATH", str(module))
    assert re.search(
        r"^libfoo\.so\.1 +bundles 1\.0 +libs/libbar\.so\.1 +RPATH of _ext\.abi3\.so *$",
        report.run("_ext")[1],
        re.MULTILINE,
    )


def test_a_library_found_through_the_loaders_variable_is_reported_so(
    environment: VirtualEnvironment, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foo = library(tmp_path / "elsewhere" / "libfoo.so.1")
    consumer(environment, foo)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(foo.parent))
    found = report.file("libfoo.so.1", "consumer._ext")
    assert found["found"] == {"path": str(foo), "by": "LD_LIBRARY_PATH", "of": None}
    assert found["distribution"] is None
    assert "the system" in report.run("consumer._ext")[1]


def test_a_system_library_found_through_the_cache_is_reported_so(
    environment: VirtualEnvironment, report: Report
) -> None:
    module = extension(environment.site_packages / "_ext.abi3.so", options=("-l:libcrypt.so.1",))
    environment.install("consumer", module)
    found = next(file for file in report.json("_ext")["files"] if file["library"] == "libcrypt.so.1")
    assert found["found"]["by"] == "ld.so.cache"
    assert found["needed_by"] == str(module)


def test_a_consumer_without_a_search_path_uses_the_loaded_library(
    environment: VirtualEnvironment, exporter: Path, report: Report
) -> None:
    module = consumer(environment, exporter)
    found = report.file("libfoo.so.1", "libfoo", "consumer._ext")
    assert found["needed_by"] == str(exporter.with_name("_init.abi3.so"))
    (use,) = [use for use in found["used_by"] if use["path"] == str(module)]
    assert use["own_search"] is None


def test_a_consumer_uses_the_loaded_library_although_its_search_leads_elsewhere(
    environment: VirtualEnvironment, exporter: Path, report: Report, tmp_path: Path
) -> None:
    other = library(tmp_path / "elsewhere" / "libfoo.so.1")
    module = consumer(environment, exporter, runpath=str(other.parent))
    report_of_both = report.json("libfoo", "consumer._ext")
    assert report_of_both["copies"] == {}
    (found,) = [file for file in report_of_both["files"] if file["library"] == "libfoo.so.1"]
    (use,) = [use for use in found["used_by"] if use["path"] == str(module)]
    assert use["own_search"] == {"path": str(other), "by": "RUNPATH", "of": str(module)}
    # In the other order of imports, it is the other copy.
    (found,) = [file for file in report.json("consumer._ext", "libfoo")["files"] if file["library"] == "libfoo.so.1"]
    assert found["path"] == str(other)


def test_a_consumer_uses_the_first_of_two_copies_although_its_search_leads_to_the_second(
    environment: VirtualEnvironment, exporter: Path, report: Report, tmp_path: Path
) -> None:
    second = library(tmp_path / "elsewhere" / "libfoo.so.1")
    opens = "".join(f"ctypes.CDLL({str(path)!r})\n" for path in (exporter, second))
    environment.install("opens", sources={"opens.py": f"import ctypes\n{opens}"})
    module = consumer(environment, exporter, runpath=str(second.parent))
    found = report.json("opens", "consumer._ext")
    users = {file["path"]: [use["path"] for use in file["used_by"]] for file in found["files"]}
    assert found["copies"] == {"libfoo.so.1": [str(exporter), str(second)]}
    assert (users[str(exporter)], users[str(second)]) == ([str(module)], [])


def test_a_library_that_ctypes_has_opened_was_needed_by_no_file(
    environment: VirtualEnvironment, exporter: Path, report: Report
) -> None:
    sources = {"opens.py": f"import ctypes; ctypes.CDLL({str(exporter)!r})"}
    environment.install("opens", sources=sources)
    found = report.file("libfoo.so.1", "opens", "libfoo")
    assert (found["needed_by"], found["found"]) == (None, None)
    assert found["imported_with"] == "opens"
    # The stub, loaded later, uses it.
    assert [Path(use["path"]).name for use in found["used_by"]] == ["_init.abi3.so"]
    assert re.search(r"^libfoo\.so\.1 +libfoo 1\.2 +opened by its path or name", report.run("opens")[1], re.MULTILINE)


def test_two_copies_in_one_process_are_a_problem(
    environment: VirtualEnvironment, exporter: Path, report: Report
) -> None:
    site = environment.site_packages
    mangled = library(site / "bundles.libs" / "libfoo-1a2b3c4d.so.1.1")
    module = extension(site / "bundles" / "_ext.abi3.so", mangled, runpath="$ORIGIN/../bundles.libs")
    environment.install("bundles", mangled, module)
    assert report.json("libfoo", "bundles._ext")["copies"] == {"libfoo.so.1": [str(exporter), str(mangled)]}
    code, output, _ = report.run("libfoo", "bundles._ext")
    assert code == 1
    assert "Mapped more than once" in output
    assert re.search(r"^ +bundles 1\.0 +1\.1 +bundles\.libs/libfoo-1a2b3c4d\.so\.1\.1 *$", output, re.MULTILINE)


def test_two_versions_in_one_process_are_shown(environment: VirtualEnvironment, report: Report) -> None:
    site = environment.site_packages
    for number in (1, 2):
        foo = library(site / f"libfoo.so.{number}")
        environment.install(f"uses{number}", foo, extension(site / f"_ext{number}.so", foo, runpath="$ORIGIN"))
    code, output, _ = report.run("_ext1", "_ext2")
    assert code == 0
    assert "Mapped in versions or builds that can't replace each other" in output
    assert [Path(path).name for path in report.json("_ext1", "_ext2")["several_versions"]["libfoo"]] == [
        "libfoo.so.1",
        "libfoo.so.2",
    ]


@pytest.mark.usefixtures("exporter")
def test_a_module_that_fails_is_named_after_the_files_mapped_by_then(
    environment: VirtualEnvironment, report: Report, tmp_path: Path
) -> None:
    consumer(environment, library(tmp_path / "libbar.so.1"))
    code, output, errors = report.run("libfoo", "consumer._ext", "json")
    assert code == 2
    assert "has imported libfoo: " in output
    message = "ImportError: libbar.so.1: cannot open shared object file: No such file or directory"
    assert errors == f"library-wheel: error: consumer._ext can't be imported: {message}\n"
    assert report.json("nothing")["error"] == {
        "module": "nothing",
        "message": "ModuleNotFoundError: No module named 'nothing'",
    }


def test_an_error_of_several_lines_is_one_sentence(environment: VirtualEnvironment, report: Report) -> None:
    environment.install("fails", sources={"fails.py": "raise ImportError('one\\n  two')"})
    assert report.run("fails")[2] == "library-wheel: error: fails can't be imported: ImportError: one two\n"


def test_an_interpreter_that_is_too_old_is_named(environment: VirtualEnvironment, report: Report) -> None:
    environment.install("old", sources={"sitecustomize.py": "import sys; sys.version_info = (3, 6, 15)"})
    code, output, errors = report.run("json")
    assert (code, output) == (2, "")
    assert (
        errors == f"library-wheel: error: {environment.python} is Python 3.6.15; `loaded` needs Python 3.7 or later\n"
    )


def test_a_module_that_ends_the_process_is_named(environment: VirtualEnvironment, report: Report) -> None:
    sources = {
        "exits.py": "import os; os._exit(7)",
        "raises.py": "raise SystemExit(3)",
        "crashes.py": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        # The child returns from the import as well.
        "forks.py": "import os\nif child := os.fork():\n    os.waitpid(child, 0)\n    import crashes",
        "interrupts.py": "raise KeyboardInterrupt",
    }
    environment.install("ends", sources=sources)
    python = environment.python
    for module, message in {
        "exits": f"{python} ended with exit code 7 while it imported exits",
        "crashes": f"{python} was killed by SIGSEGV while it imported crashes",
        "forks": f"{python} was killed by SIGSEGV while it imported forks",
        "interrupts": "interrupts can't be imported: KeyboardInterrupt",
        "raises": "raises can't be imported: SystemExit: 3",
    }.items():
        code, _, errors = report.run("json", module)
        assert (code, errors) == (2, f"library-wheel: error: {message}\n")


@pytest.mark.parametrize("name", ["", "./here", "here.py"])
def test_a_file_is_not_taken_for_a_module(report: Report, name: str) -> None:
    said = f"{name!r} is not a module's name: write it as in an import statement, without a folder or .py"
    assert report.run(name) == (2, "", f"library-wheel: error: {said}\n")


def test_output_of_a_module_does_not_get_into_the_report(environment: VirtualEnvironment, report: Report) -> None:
    environment.install("prints", sources={"prints.py": "print('hello')"})
    code, output, errors = report.run("--json", "prints")
    assert code == 0
    assert json.loads(output)["imported"] == ["prints"]
    assert errors == "hello\n"


@pytest.mark.usefixtures("exporter")
def test_without_ctypes_the_files_are_still_listed(environment: VirtualEnvironment, report: Report) -> None:
    environment.install("no-ctypes", sources={"sitecustomize.py": "import sys; sys.modules['ctypes'] = None"})
    found = report.json("libfoo")
    assert found["order_of_loading_is_known"] is False
    (library,) = [file for file in found["files"] if file["library"] == "libfoo.so.1"]
    assert library["needed_by"] is None
    assert "so the order of loading is unknown." in report.run("libfoo")[1]


def test_modules_are_found_in_the_current_folder(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.py").touch()
    monkeypatch.chdir(tmp_path)
    assert report.json("here")["imported"] == ["here"]


@pytest.mark.parametrize("command", [["env"], ["env", "--json"], ["loaded", "libfoo"], ["loaded", "libfoo", "--json"]])
def test_a_path_that_is_not_text_is_reported(tmp_path: Path, command: list[str]) -> None:
    environment = make(tmp_path / os.fsdecode(b"caf\xe9"))
    foo = library(environment.site_packages / "libfoo" / "libfoo.so.1")
    module = extension(foo.with_name("_init.abi3.so"), foo, runpath="$ORIGIN")
    # The file is mapped before the interpreter is asked about itself.
    sources = {"libfoo/__init__.py": "from . import _init", "sitecustomize.py": "import libfoo"}
    environment.install("libfoo", foo, module, sources=sources)
    # As in most terminals. Under the C locale, Python is less strict.
    variables = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    result = subprocess.run(
        [sys.executable, "-m", "library_wheel", *command, "--python", environment.python],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert r"caf\udce9" in result.stdout


def test_the_probe_of_layouts_reports_such_a_path(tmp_path: Path) -> None:
    file = library(tmp_path / os.fsdecode(b"caf\xe9") / "libfoo.so.1")
    ctypes.CDLL(str(file))
    assert str(file) in files_of_linux()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc says what it does")
@pytest.mark.usefixtures("exporter")
def test_glibc_itself_says_the_same(environment: VirtualEnvironment, report: Report, tmp_path: Path) -> None:
    foo = library(environment.site_packages / "bundles.libs" / "libother.so.1")
    bar = library(foo.with_name("libbar.so.1"), str(foo))
    module = extension(environment.site_packages / "_bundles.so", bar, rpath="$ORIGIN/bundles.libs")
    environment.install("bundles", foo, bar, module)
    modules = ("libfoo", "_bundles", "ssl", "lzma", "sqlite3", "ctypes")
    mine = {file["path"]: file["found"]["by"] for file in report.json(*modules)["files"] if file["found"]}
    glibcs = traced(environment.python, modules, tmp_path)
    assert mine == {path: glibcs.get(path) for path in mine}
    assert {"RUNPATH", "RPATH", "ld.so.cache"} <= {*mine.values()}


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["loaded", "--help"])
    assert "library-wheel loaded numpy scipy.linalg" in capsys.readouterr().out
