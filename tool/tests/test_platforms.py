"""Platforms lack only known capabilities, with a reason, and finding out installs nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from library_wheel.errors import CannotRunError
from library_wheel.platforms.capabilities import CAPABILITIES
from library_wheel.platforms.foreign import Foreign
from library_wheel.platforms.known import PLATFORMS, named
from library_wheel.platforms.native import Native
from library_wheel.platforms.platform import Platform

EVERY = [Native(), *PLATFORMS.values()]


@pytest.mark.parametrize("platform", EVERY, ids=lambda platform: platform.name)
def test_a_platform_lacks_only_known_capabilities_and_gives_a_reason(platform: Platform) -> None:
    assert {*platform.lacks} <= {*CAPABILITIES}
    assert all(reason and not reason.endswith(".") for reason in platform.lacks.values())


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_is_one_that_some_platform_lacks(capability: str) -> None:
    assert any(capability in platform.lacks for platform in PLATFORMS.values())


def test_a_need_that_is_met_has_no_reason() -> None:
    assert named("windows").unmet(["threads"]) is None


def test_a_need_that_is_not_met_has_the_platforms_reason() -> None:
    assert named("windows").unmet(["threads", "fork"]) == "Windows has no fork"


def test_a_need_of_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no capability forks[.] The capabilities are: ELF, "):
        named("windows").unmet(["forks"])


def test_an_unknown_platform_is_named_with_those_that_there_are() -> None:
    with pytest.raises(CannotRunError) as failure:
        named("amiga")
    assert str(failure.value) == f"there is no platform amiga. The platforms are: native, {', '.join(PLATFORMS)}"


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda platform: platform.name)
def test_the_files_that_decide_how_wheels_are_built_are_those_of_the_platform(platform: Platform) -> None:
    recipes = platform.recipes()
    assert all(file.is_file() for file in recipes)
    folders = {file.parent.name for file in recipes} - {"platforms", "bin", "bits"}
    assert folders == {platform.name.partition("-")[0]}


NOTHING_IS_STARTED = """
import os, subprocess, sys
def refuse(event, arguments):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.putenv", "os.mkdir"):
        raise RuntimeError(f"an import does {event}")
before = dict(os.environ)
sys.addaudithook(refuse)
import library_wheel.layouts, library_wheel.platforms.known
{more}
assert dict(os.environ) == before
"""


@pytest.mark.parametrize(("more", "works"), [("", True), ("subprocess.run(['true'])", False)])
def test_an_import_starts_no_process(more: str, works: bool) -> None:
    code = NOTHING_IS_STARTED.replace("{more}", more)
    result = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True)
    assert (result.returncode == 0) == works, result.stderr
    assert ("an import does subprocess.Popen" in result.stderr) != works


def test_a_foreign_interpreter_is_made_once_at_its_first_use(tmp_path: Path) -> None:
    made = []

    class Elsewhere(Foreign):
        name = title = "elsewhere"
        version = (3, 11)

        def make_interpreter(self) -> Path:
            made.append(1)
            return tmp_path

    platform = Elsewhere()
    assert made == []
    assert platform.interpreter.executable == platform.interpreter.prefix / "bin" / "python3.11"
    assert made == [1]
