"""Make the import library of a renamed DLL: `import_library.py --help`.

Programs take the DLL's name from the import library that they are linked to.
"""

import argparse
import subprocess
from pathlib import Path

import lief

# For each machine (Meson's name): its name for the tools of MSVC and LLVM, and for dlltool.
MACHINES = {"aarch64": ("arm64", "arm64"), "x86": ("x86", "i386"), "x86_64": ("x64", "i386:x86-64")}


def exports(dll: Path) -> list[str]:
    """Return a DLL's exports as lines of a module-definition file, which marks those that are data."""
    binary = lief.PE.parse(dll)
    if not isinstance(binary, lief.PE.Binary) or not (table := binary.get_export()):
        raise SystemExit(f"{dll} is not a DLL, or exports nothing")
    lines = []
    for entry in table.entries:
        section = binary.section_from_rva(entry.address)
        code = section and section.has_characteristic(lief.PE.Section.CHARACTERISTICS.MEM_EXECUTE)
        if entry.name:
            lines.append(str(entry.name) if code or entry.is_forwarded else f"{entry.name} DATA")
    return lines


def make(dll: Path, name: str, output: Path, machine: str, tool: list[str]) -> None:
    """Write the import library that makes programs linked to it look for the DLL under a name."""
    definitions = output.with_suffix(".def")
    definitions.write_text("\n".join([f'LIBRARY "{name}"', "EXPORTS", *exports(dll), ""]))
    of_msvc, of_dlltool = MACHINES[machine]
    if any("dlltool" in Path(word).name for word in tool):
        options = ["-d", definitions, "-l", output, "-m", of_dlltool]
    else:
        options = ["/nologo", f"/def:{definitions}", f"/out:{output}", f"/machine:{of_msvc}"]
    subprocess.run([*tool, *options], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dll", type=Path, help="the DLL")
    parser.add_argument("name", help="new name of the DLL")
    parser.add_argument("output", type=Path, help="the file to write")
    parser.add_argument("machine", choices=MACHINES, help="Meson's name of the processor architecture")
    parser.add_argument("tool", nargs="+", help="command that runs MSVC's lib, LLVM's or dlltool")
    make(**vars(parser.parse_args()))
