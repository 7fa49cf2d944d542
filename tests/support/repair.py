"""Repairs a wheel for publishing, and leaves the exporters' libraries where they are.

Each function takes the wheel, the folder for the new one, a site-packages with the exporters, an environment, and
options for the tool. For cibuildwheel, tests/repair.py runs them with only the standard library.
"""

import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

# On Linux (an extension module is `.abi3.so`), macOS and Windows.
LIBRARY = re.compile(r".+([.]so[.][0-9.]+|[.]dylib|[.]dll)", re.IGNORECASE)


def libraries(*places: Path) -> list[PurePosixPath]:
    """Return the libraries in the packages of wheels and site-packages, as paths below those.

    Those in `consumer_ext.libs` or `consumer_ext/.dylibs` are left out: a tool has copied them there.
    """
    found = set()
    for place in places:
        if place.is_dir():
            found |= {PurePosixPath(file.relative_to(place).as_posix()) for file in place.glob("*/*")}
        else:
            with zipfile.ZipFile(place) as archive:
                found |= set(map(PurePosixPath, archive.namelist()))
    packages = {file for file in found if len(file.parts) == 2 and "." not in file.parts[0]}
    return sorted(file for file in packages if LIBRARY.fullmatch(file.name))


def auditwheel(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let auditwheel give the platform tag, and keep it from bundling or renaming the exporters' libraries."""
    exclude = [f"--exclude={library.name}" for library in libraries(wheel, exporters)]
    run([*program("auditwheel"), "repair", *options, *exclude, "--wheel-dir", output, wheel], environment)


def delvewheel(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let delvewheel bundle a wheel's other needs, but neither another exporter's DLLs nor its own again."""
    dlls = os.pathsep.join(library.name for library in libraries(wheel, exporters))
    exclude = ["--exclude", dlls] if dlls else []
    run([*program("delvewheel"), "repair", *options, "--ignore-existing", *exclude, "-w", output, wheel], environment)


def delocate(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let delocate bundle a wheel's other needs. It must still find the libraries that it leaves alone."""
    exclude = [f"--exclude={library.name}" for library in libraries(wheel, exporters)]
    command = program("delocate-wheel", "delocate.cmd.delocate_wheel")
    folders = {str(exporters / library.parent) for library in libraries(exporters)}
    # macOS removes the variable from the environment of a system shell, but not from that of its child processes.
    found = {"DYLD_LIBRARY_PATH": os.pathsep.join(sorted(folders))}
    run([*command, *options, *exclude, "--wheel-dir", output, wheel], {**environment, **found})


def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    """Run a command. Raises CalledProcessError if it fails."""
    subprocess.run(command, env=environment, umask=0o022, check=True)


def program(name: str, module: str = "") -> list[str]:
    """Return the beginning of a command from this environment or, as in a manylinux container, from PATH."""
    module = module or name
    installed = importlib.util.find_spec(module.partition(".")[0])
    return [sys.executable, "-m", module] if installed else [name]
