"""A project whose library is still to be written begins with a small one, in either language."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.elf import read_elf
from support.meson import meson, run_meson

Render = Callable[..., Path]
LANGUAGES = pytest.mark.parametrize("language", ["C", "C++"])


@LANGUAGES
def test_libfoos_own_tests_pass(render: Render, tmp_path: Path, language: str) -> None:
    meson("setup", tmp_path, render(name="spam", language=language) / "libspam")
    meson("test", "-C", tmp_path)


@pytest.mark.parametrize(("language", "edit"), [("C", ("ADD(1)", "ADD(0)")), ("C++", ("++last", "last"))])
def test_the_starters_tests_notice_an_id_that_is_given_twice(
    render: Render, tmp_path: Path, language: str, edit: tuple[str, str]
) -> None:
    library = shutil.copytree(render(name="spam", language=language) / "libspam", tmp_path / "libspam")
    (source,) = (library / "src").glob("spam.c*")
    replace_once(source, *edit)
    meson("setup", tmp_path / "build", library)
    result = run_meson("test", "-C", tmp_path / "build", "--print-errorlogs")
    assert result.returncode != 0
    assert "not true: spam" in result.stdout


def test_in_c_each_function_has_the_version_that_introduced_it(render: Render, tmp_path: Path) -> None:
    meson("setup", tmp_path, render(name="spam") / "libspam")
    meson("compile", "-C", tmp_path)
    exports = read_elf((tmp_path / "libspam.so.1.0.0").read_bytes()).exports
    assert exports == dict.fromkeys(["spam_last_id", "spam_next_id", "spam_version"], "LIBSPAM_1.0")
