"""What is in a wheel."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from .elf import Elf, read_elf
from .environment import clean_environment
from .packages import ROOT


def members(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def binaries(wheel: Path) -> dict[str, Elf]:
    """Return the shared libraries and extension modules of a wheel."""
    return {name: read_elf(content) for name, content in members(wheel).items() if content.startswith(b"\x7fELF")}


def tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment by its module's name."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True)


def rewritten(wheel: Path, directory: Path, edit: Callable[[str, bytes], bytes]) -> Path:
    """Write a wheel anew, with each file's content as `edit` returns it for its name and content."""
    target = directory / wheel.name
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members(wheel).items():
            archive.writestr(name, edit(name, content))
    return target


def paths_of_this_machine(wheel: Path) -> list[str]:
    """Return the members of a wheel that hold a path of the machine it was built on."""
    folders = [f"{folder}/".encode() for folder in ("/tmp", tempfile.gettempdir(), ROOT, Path.home())]
    paths = [*folders, b"/build-env", b"/.mesonpy-"]
    return sorted(name for name, content in members(wheel).items() if any(path in content for path in paths))
