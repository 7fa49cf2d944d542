"""The contents of a wheel."""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from ..variables import clean_environment
from .elf import Elf, read_elf
from .packages import ROOT


def members(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def binaries(wheel: Path) -> dict[str, Elf]:
    """Return the shared libraries and extension modules of a wheel."""
    return {name: read_elf(content) for name, content in members(wheel).items() if content.startswith(b"\x7fELF")}


def tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment, given the name of its module."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True)


def rewritten(wheel: Path, directory: Path, edit: Callable[[str, bytes], bytes]) -> Path:
    """Rewrite a wheel. `edit` gets the name and the content of each file and returns the new content."""
    target = directory / wheel.name
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members(wheel).items():
            archive.writestr(name, edit(name, content))
    return target


def own_folders() -> list[Path]:
    """Return the folders of this machine that no wheel should name. In a container, the home folder may be "/"."""
    return [folder for folder in (ROOT, Path.home()) if folder.name]


def path_pattern(folder: Path) -> str:
    """Return a regular expression for a folder's path. It matches no part of another path, such as /src of libfoo/src.

    A path with several components is no part of another by chance, so anything may precede it.
    """
    before = r"(?:(?<![\w.-])|(?<=-[A-Z]))" if len(folder.parts) == 2 else ""
    return rf"{before}{re.escape(str(folder))}(?![\w.-])"


def paths_of_this_machine(wheel: Path) -> dict[str, str]:
    """Return the first path of the build machine in each file of a wheel that contains one."""
    # Only paths like those of builds count, since upstream's documentation may mention /tmp/example.
    temporary = {"/tmp", tempfile.gettempdir(), os.path.realpath(tempfile.gettempdir())}
    made = [f"{re.escape(folder)}/(?:build-|pip-|tmp[a-z0-9_]{{8}}/)" for folder in sorted(temporary)]
    own = [f"{path_pattern(folder)}/" for folder in own_folders()]
    pattern = re.compile("|".join([*made, *own, "/build-env-", r"/\.mesonpy-"]).encode())
    found = {}
    for name, content in members(wheel).items():
        if match := pattern.search(content):
            # Extend the match in both directions, to characters that are not in paths.
            before = re.split(rb"[\0-\x20\"'=]", content[max(0, match.start() - 4096) : match.start()])[-1]
            behind = re.split(rb"[\0-\x20\"']", content[match.start() : match.end() + 4096])[0]
            found[name] = (before + behind).decode(errors="replace")
    return found


def complaint_about_paths(wheel: Path) -> str:
    """Return a message about paths of the build machine in a wheel, or "" if it has none."""
    found = [f"{name} contains {path}\n" for name, path in sorted(paths_of_this_machine(wheel).items())]
    cure = (
        "These folders exist on the build machine only. If the path is that of a source file, it comes from __FILE__ "
        "or debug information: compile with -ffile-prefix-map=FOLDER=NAME (GCC, Clang). Otherwise upstream's build "
        "writes its folders into a header, a macro or a RUNPATH: set its option or variable for this folder to a "
        "fixed path."
    )
    return f"{wheel.name}:\n{''.join(found)}{cure}" if found else ""
