"""The commands on an interpreter whose libc is musl: the one that `tox -e musl` builds, if that has run."""

import json
import sys
from pathlib import Path

import pytest
from environments import compile_c, extension

from library_wheel.__main__ import main
from library_wheel.platforms.installations import installation
from library_wheel.platforms.musl import interpreter

# An older one in the cache, or one that is being built, may not work.
INTERPRETER = installation("musl-python3.11", interpreter.make) / "musl" / "bin" / "python3.11"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not INTERPRETER.is_file(), reason="no CPython for musl: `tox -e musl` builds one"
)


def native(output: Path, *options: str) -> Path:
    """Compile a library that needs no libc, so that it runs with any."""
    return compile_c(output, f"int {output.name.partition('.')[0]}(void) {{ return 1; }}", "-nostdlib", *options)


def report(capfd: pytest.CaptureFixture[str], command: str, *arguments: str) -> dict[str, object]:
    """Run a command and return its report for programs."""
    capfd.readouterr()
    with pytest.raises(SystemExit):
        main([command, "--python", str(INTERPRETER), "--json", *arguments])
    answer: dict[str, object] = json.loads(capfd.readouterr().out)
    return answer


def files(answer: dict[str, object]) -> dict[str, dict[str, object]]:
    """Return the report on each mapped file, by its name."""
    found = answer["files"]
    assert isinstance(found, list)
    return {Path(file["path"]).name: file for file in found}


def test_libraries_inherit_the_runpath_of_the_module_that_loads_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    foo = native(tmp_path / "libs" / "libfoo.so.1", "-Wl,-soname,libfoo.so.1")
    bar = native(tmp_path / "libs" / "libbar.so.1", "-Wl,-soname,libbar.so.1", str(foo))
    module = extension(tmp_path / "_ext.abi3.so", bar, runpath="$ORIGIN/libs", options=("-nostdlib",))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = files(report(capfd, "loaded", "_ext"))
    assert found["libfoo.so.1"]["needed_by"] == str(bar)
    assert found["libfoo.so.1"]["found"] == {"path": str(foo), "by": "RUNPATH", "of": str(module)}


def test_a_consumer_uses_a_library_that_a_search_found_but_not_one_that_ctypes_opened(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    foo = native(tmp_path / "libfoo" / "libfoo.so.1", "-Wl,-soname,libfoo.so.1")
    extension(foo.with_name("_init.abi3.so"), foo, runpath="$ORIGIN", options=("-nostdlib",))
    consumer = extension(tmp_path / "_consumer.abi3.so", foo, options=("-nostdlib",))
    (tmp_path / "opens.py").write_text(f"import ctypes; ctypes.CDLL({str(foo)!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = files(report(capfd, "loaded", "libfoo._init", "_consumer"))
    assert {"path": str(consumer), "own_search": None} in found["libfoo.so.1"]["used_by"]  # type: ignore[operator]
    assert report(capfd, "loaded", "opens", "_consumer")["error"] == {
        "module": "_consumer",
        "message": f"ImportError: Error loading shared library libfoo.so.1: "
        f"No such file or directory (needed by {consumer})",
    }


def test_the_rules_of_musl_apply_to_an_environment_on_musl(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    foo = native(tmp_path / "elsewhere" / "libfoo.so.1", "-Wl,-soname,libfoo.so.1")
    site = tmp_path / "site"
    bar = native(site / "libbar.so.1", "-Wl,-soname,libbar.so.1", str(foo))
    extension(site / "_ext.abi3.so", bar, runpath=f"$ORIGIN:{foo.parent}", options=("-nostdlib",))
    metadata = site / "consumer-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: consumer\nVersion: 1.0\n")
    (metadata / "RECORD").write_text("libbar.so.1,,\n_ext.abi3.so,,\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    # glibc would not find it, because it inherits no RUNPATH.
    assert report(capfd, "env")["unmet"] == []
    foo.unlink()
    (unmet,) = report(capfd, "env")["unmet"]  # type: ignore[misc]
    assert (unmet["needs"], unmet["file"]) == ("libfoo.so.1", str(bar))
