"""Copy a library to the folder that is packed, if loaders will find it by its new name: `take_library.py --help`.

Without this check, the first sign of a wrong name would be a failing import on somebody else's machine.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import lief

Binary = lief.ELF.Binary | lief.MachO.Binary | lief.PE.Binary

# lief's names of those machines for which they are not Meson's in upper case.
MACHINES = {"aarch64": "ARM64", "loongarch64": "LOONGARCH", "riscv64": "RISCV", "s390x": "SYSZ"}
BESIDE_ITSELF = ("$ORIGIN", "${ORIGIN}", "@loader_path")

# For each of Linux's C libraries, the files that only a library built for it needs.
LIBCS = {
    "musl": re.compile(r"libc\.musl-.+|ld-musl-.+|libc\.so"),
    "glibc": re.compile(r"lib(c|m)\.so\.6|libpthread\.so\.0|ld-linux.+"),
}


class Fault(NamedTuple):
    """What is wrong with a library, and the command that corrects it, without the file; empty if there is none."""

    problem: str
    correction: tuple[str, ...] = ()


def faults(library: Path, name: str, machine: str, libc: str) -> list[Fault]:
    """Return why a loader would not accept the library under this name. `machine` is Meson's name of the processor."""
    lief.logging.disable()
    # Keep `universal`: the parts of a file for several machines live only as long as it does.
    universal = lief.MachO.parse(library)
    binaries = [binary for binary in universal or [lief.parse(library)] if isinstance(binary, Binary)]
    if not binaries:
        return [Fault("it is not a shared library")]
    found = []
    machines = [binary.abstract.header.architecture.name for binary in binaries]
    wanted = MACHINES.get(machine, machine.upper())
    if wanted not in machines:
        found.append(Fault(f"it is for {' and '.join(machines)}, but this build is for {wanted}"))
    for binary in binaries:
        if isinstance(binary, lief.ELF.Binary):
            found += [*libc_faults(binary, libc), *elf_faults(binary, name)]
        elif isinstance(binary, lief.MachO.Binary):
            found += mach_o_faults(binary, f"@rpath/{name}")
        else:
            found += pe_faults(binary, name)
    return list(dict.fromkeys(found))


def libc_faults(binary: lief.ELF.Binary, libc: str) -> list[Fault]:
    """Return a fault if a library for Linux needs a different C library than this build is for."""
    return [
        Fault(f"it needs {file}, so it is for {other}, but this build is for {libc}")
        for other, files in LIBCS.items()
        for file in map(str, binary.libraries)
        if libc not in ("", other) and files.fullmatch(file)
    ]


def elf_faults(binary: lief.ELF.Binary, name: str) -> list[Fault]:
    """Return what is wrong with a library for Linux."""
    own = "none"
    found = []
    for entry in binary.dynamic_entries:
        if isinstance(entry, lief.ELF.DynamicSharedObject):
            own = str(entry.name)
        elif isinstance(entry, (lief.ELF.DynamicEntryRpath, lief.ELF.DynamicEntryRunPath)):
            folders = [folder for folder in entry.paths if not folder.startswith(BESIDE_ITSELF)]
            if any(folders):
                problem = f"its {entry.tag.name} names folders other than its own: {':'.join(folders)}"
                found.append(Fault(problem, ("patchelf", "--remove-rpath")))
    if own != name:
        found.append(Fault(f"its SONAME is {own}, but should be {name}", ("patchelf", "--set-soname", name)))
    return found


def mach_o_faults(binary: lief.MachO.Binary, name: str) -> list[Fault]:
    """Return what is wrong with a library for macOS."""
    identity = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    own = next((command.name for command in binary.libraries if command.command == identity), "none")
    found = []
    if own != name:
        problem = f"its install name is {own}, but should be {name}"
        found.append(Fault(problem, ("install_name_tool", "-id", name)))
    for command in binary.rpaths:
        if not command.path.startswith(BESIDE_ITSELF):
            problem = f"its LC_RPATH names a folder other than its own: {command.path}"
            found.append(Fault(problem, ("install_name_tool", "-delete_rpath", command.path)))
    return found


def pe_faults(binary: lief.PE.Binary, name: str) -> list[Fault]:
    """Return what is wrong with a library for Windows. No command corrects it: the import library has the name too."""
    export = binary.get_export()
    own = str(export.name) if export else "none"
    return [] if own.lower() == name.lower() else [Fault(f"its DLL name is {own}, but should be {name}")]


def take(library: Path, destination: Path, machine: str, *, libc: str, correct: bool, rename_from: str) -> None:
    """Copy a library, correct the copy on request, and end the program if something is wrong with it.

    With `rename_from`, the library is checked under that name. The copy's own name then becomes that of its file.
    """
    shutil.copyfile(library, destination)
    destination.chmod(0o755)
    name = rename_from or destination.name
    found = faults(destination, name, machine, libc)
    if correct:
        amend(destination, found)
        found = faults(destination, name, machine, libc)
    if found:
        destination.unlink()
        advice = "Build or download another copy"
        if all(fault.correction for fault in found):
            advice += ", or let the build correct the packed copy: "
            advice += "pip install --config-settings=setup-args=-Dcorrect_library=true"
        sys.exit(f"{library} can't be packed: {'; '.join(fault.problem for fault in found)}. {advice}")
    # A DLL keeps its old name inside, which no loader reads.
    amend(destination, faults(destination, destination.name, machine, libc))


def amend(library: Path, found: list[Fault]) -> None:
    """Run the commands that correct faults."""
    for fault in found:
        if fault.correction:
            subprocess.run([*fault.correction, library], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path, help="file of the library")
    parser.add_argument("destination", type=Path, help="file to write, named as loaders must find it")
    parser.add_argument("machine", help="Meson's name of the processor architecture")
    parser.add_argument("--libc", choices=LIBCS, default="", help="on Linux, the C library that the build is for")
    parser.add_argument("--correct", action="store_true", help="correct the copy's name and search path")
    parser.add_argument("--rename-from", default="", help="the library's name, if it differs from the new file's")
    take(**vars(parser.parse_args()))
