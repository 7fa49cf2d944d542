"""Whatever is downloaded or built once is either finished or absent, whenever a process is killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from library_wheel.cache import made_once
from library_wheel.project.packages import ROOT

# Fills half of a directory and waits to be killed.
SLOW = """
import pathlib, signal, sys, time
from library_wheel.cache import made_once

# Handle SIGINT like a program started by hand: those that a shell starts in the background ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)

def make(directory):
    (directory / "first").touch()
    time.sleep(60)

made_once(pathlib.Path(sys.argv[1]), make, "halves")
"""


def make(directory: Path) -> None:
    """Fill a directory."""
    assert not list(directory.iterdir())
    (directory / "first").touch()
    (directory / "second").touch()


def never(directory: Path) -> None:
    """Must not be called."""
    pytest.fail(f"{directory} is made again")


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda signal: signal.name)
def test_a_folder_whose_making_was_killed_is_made_again(tmp_path: Path, by: signal.Signals) -> None:
    directory = tmp_path / "made"
    process = subprocess.Popen([sys.executable, "-c", SLOW, directory], cwd=ROOT / "tests", stderr=subprocess.DEVNULL)
    half = directory.with_name("made.unfinished") / "first"
    while not half.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(by)
    process.wait()
    assert not directory.exists()
    made_once(directory, make, "halves")
    assert sorted(file.name for file in directory.iterdir()) == ["first", "second"]
    assert list(tmp_path.glob("*unfinished*")) == []


def test_a_folder_whose_making_failed_is_made_again(tmp_path: Path) -> None:
    def fail(directory: Path) -> None:
        (directory / "first").touch()
        raise OSError("the network is down")

    with pytest.raises(OSError, match="the network is down"):
        made_once(tmp_path / "made", fail, "halves")
    assert sorted(file.name for file in made_once(tmp_path / "made", make, "halves").iterdir()) == ["first", "second"]


def test_a_finished_folder_is_not_made_again(tmp_path: Path) -> None:
    made_once(tmp_path / "made", make, "halves")
    assert made_once(tmp_path / "made", never, "halves") == tmp_path / "made"


def test_of_two_processes_one_waits_for_the_other(tmp_path: Path) -> None:
    code = SLOW.replace("time.sleep(60)", 'time.sleep(0.5); (directory / "second").touch()')
    processes = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "made"], cwd=ROOT / "tests") for _ in range(2)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert sorted(file.name for file in made_once(tmp_path / "made", never, "halves").iterdir()) == ["first", "second"]
