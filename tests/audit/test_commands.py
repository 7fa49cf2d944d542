"""The repository's commands, used wrongly or unable to work, fail with one clear sentence."""

import json
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from library_wheel.project.packages import ROOT
from library_wheel.variables import clean_environment

SUMMARY = ROOT / "tests" / "summary.py"
UPSTREAM = ROOT / "libfoo-wheel" / "upstream.py"
SBOM = ROOT / "libfoo-wheel" / "sbom" / "sbom.py"
BENCHMARK = ROOT / "benchmarks"

# The version that an older interpreter would report.
ON_PYTHON_3_9 = "import sys; sys.version_info = (3, 9, 0, 'final', 0); import runpy; runpy.run_path(sys.argv[1])"


def failure(*arguments: str | Path, **variables: str) -> str:
    """Run a Python command that must fail without a traceback; return the last line of its error output."""
    environment = clean_environment(variables)
    result = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", [SUMMARY, UPSTREAM, BENCHMARK], ids=lambda path: path.name)
def test_an_unknown_option_is_refused(command: Path) -> None:
    assert "error: " in failure(command, "--nope")


def test_an_unsupported_python_is_named() -> None:
    assert "needs CPython 3.10 or later; this is cpython" in failure("-c", ON_PYTHON_3_9, BENCHMARK)


@pytest.mark.parametrize("command", [["-m", "library_wheel", "try"], [BENCHMARK]], ids=lambda words: str(words[-1]))
@pytest.mark.parametrize(("variable", "language"), [("CC", "C"), ("CXX", "C++")])
def test_a_missing_compiler_is_named_and_how_to_get_one(
    command: list[str | Path], variable: str, language: str
) -> None:
    message = failure(*command, **{variable: "no-such-compiler"})
    assert f"there is no {language} compiler: no-such-compiler is not on PATH." in message
    assert "pip install ziglang" in message


def test_the_sources_of_an_sdist_are_added_only_by_meson() -> None:
    said = "`upstream.py dist` is called by `meson dist`, which sets MESON_DIST_ROOT. Run `meson dist` instead."
    assert failure(UPSTREAM, "dist") == said


def checkout(directory: Path) -> Path:
    """Return the subproject of a checkout's libfoo-wheel, where there is nothing yet."""
    for file in (directory / "libfoo" / "meson.build", directory / "libfoo-wheel" / "subprojects" / "libfoo.wrap"):
        file.parent.mkdir(parents=True)
        file.touch()
    shutil.copy(UPSTREAM, directory / "libfoo-wheel")
    return directory / "libfoo-wheel" / "subprojects" / "libfoo"


def upstream(subproject: Path) -> ModuleType:
    """Import upstream.py of a checkout."""
    spec = util.spec_from_file_location("upstream", subproject.parent.with_name("upstream.py"))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_link_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    subproject = checkout(tmp_path)
    subproject.symlink_to("nowhere")
    upstream(subproject).link()
    assert subproject.samefile(tmp_path / "libfoo")


def test_two_builds_of_a_checkout_may_make_the_same_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subproject = checkout(tmp_path)
    one, other = upstream(subproject), upstream(subproject)

    def link_meanwhile() -> None:
        other.link()
        make_link()

    make_link = one.make_link
    monkeypatch.setattr(one, "make_link", link_meanwhile)
    one.link()
    assert subproject.samefile(tmp_path / "libfoo")


def test_a_folder_where_the_link_should_be_is_named(tmp_path: Path) -> None:
    subproject = checkout(tmp_path)
    subproject.mkdir()
    said = f"Remove {subproject}: it has no meson.build, and the build needs a link to {tmp_path / 'libfoo'} there."
    assert failure(subproject.parent.with_name("upstream.py"), "link") == said


@pytest.mark.parametrize("half", ["--url=https://example.com/foo-1.tar.gz", "--sha256=e3b0c44298fc"])
def test_an_archive_of_sources_has_a_url_and_a_hash(half: str) -> None:
    assert "--url and --sha256 must be given together" in failure(SBOM, "foo", "1", "MIT", half)


def test_sources_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    sources = [tmp_path / name for name in ("a/b/util.c", "a/c/util.c", "d/c/util.c", "a/foo.c")]
    for source in sources:
        source.parent.mkdir(parents=True, exist_ok=True)
        source.touch()
    command: list[str | Path] = [sys.executable, SBOM, "foo", "1", "MIT", *sources]
    (library,) = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["components"]
    names = [file["name"] for file in library["components"]]
    assert names == ["a/c/util.c", "b/util.c", "d/c/util.c", "foo.c"]


def results(directory: Path, *, failures: int) -> Path:
    """Write the results of one environment like pytest."""
    suite = f'<testsuite tests="5" failures="{failures}" errors="0" skipped="1" time="97.85"/>'
    (directory / "py310.xml").write_text(f"<testsuites>{suite}</testsuites>")
    return directory


def summary(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the summary."""
    return subprocess.run([sys.executable, SUMMARY, *arguments], capture_output=True, text=True)


def test_the_summary_ends_with_the_sums(tmp_path: Path) -> None:
    done = summary(results(tmp_path, failures=0), "--require", "py310")
    assert done.stdout.splitlines() == [
        "py310        4 passed, 0 failed, 1 skipped in 98 s",
        "4 passed, 0 failed, 1 skipped",
    ]
    assert done.returncode == 0


def test_the_summary_fails_if_a_test_has_failed(tmp_path: Path) -> None:
    done = summary(results(tmp_path, failures=1))
    assert done.stdout.splitlines()[-1] == "3 passed, 1 failed, 1 skipped"
    assert done.returncode == 1


def test_the_summary_fails_without_a_required_environment(tmp_path: Path) -> None:
    done = summary(results(tmp_path, failures=0), "--require", "py310", "py311")
    assert "py311        not run, but required" in done.stdout.splitlines()
    assert done.returncode == 1


def test_the_summary_names_environments_that_were_not_run(tmp_path: Path) -> None:
    done = summary(results(tmp_path, failures=0), "--optional", "py310", "py314")
    assert [line for line in done.stdout.splitlines() if "not run" in line] == ["py314        not run"]
    assert done.returncode == 0
