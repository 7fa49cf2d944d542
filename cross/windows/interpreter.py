"""The official CPython 3.13 for Windows, from what PyPI and Debian have of it, in a prefix of Wine's.

The DLLs are the python.org installer's. The standard library is of Debian's source package, of the same minor version,
and so is the C code of the programs, which are compiled here: they only call the DLL.
"""

import re
import shutil
import sys
import zipfile
from pathlib import Path

from cross import debian
from cross.cache import installed_once, run

HERE = Path(__file__).parent
ZIG = [sys.executable, "-m", "ziglang"]
CC = [*ZIG, "cc", "-target", "x86_64-windows-gnu", "-s"]

# Wine 8 lacks KERNEL32.CopyFile2, which python313.dll then calls all the same: shutil does without it.
SITECUSTOMIZE = '''"""For Wine 8, which ends the process if CopyFile2 is called."""

import _winapi

del _winapi.CopyFile2
'''


def build_details(prefix: Path) -> dict[str, object]:
    """Return what CPython 3.14 and later say of themselves to build systems in build-details.json (PEP 739)."""
    stable_abi = str(prefix / "libs" / "python3.lib")
    return {
        "schema_version": "1.0",
        "base_prefix": str(prefix),
        "base_interpreter": "python.exe",
        "platform": "win-amd64",
        "language": {"version": "3.13"},
        "implementation": {"name": "cpython", "cache_tag": "cpython-313"},
        "abi": {"flags": [], "extension_suffix": ".cp313-win_amd64.pyd", "stable_abi_suffix": ".pyd"},
        "libpython": {
            "dynamic": str(prefix / "libs" / "python313.lib"),
            "dynamic_stableabi": stable_abi,
            # As Meson 1.12 spells it in one place.
            "dynamic-stableabi": stable_abi,
            "link_extensions": True,
        },
        "c_api": {"headers": str(prefix / "Include")},
    }


def interpreter() -> Path:
    """Return the prefix of a CPython for Windows: python.exe is in it."""
    debian.require("wine64")
    return installed_once("windows-python3.13", make, "assembling CPython for Windows") / "Python313"


def make(directory: Path) -> None:
    """Lay out CPython as its installer does, and compile what the DLLs need to be started."""
    sources, build = directory / "src", directory / "build"
    binaries = download_binaries(build)
    sources.mkdir()
    debian.source(sources, "python3.13", suite="trixie")
    prefix = directory / "Python313"
    for folder in ("DLLs", "libs", "Scripts"):
        (prefix / folder).mkdir(parents=True)
    left_out = shutil.ignore_patterns("test", "idlelib", "turtledemo", "tkinter", "lib2to3")
    shutil.copytree(sources / "Lib", prefix / "Lib", ignore=left_out)
    shutil.copytree(sources / "Include", prefix / "Include")
    shutil.copy2(sources / "PC" / "pyconfig.h.in", prefix / "Include" / "pyconfig.h")
    for file in binaries.iterdir():
        beside_the_program = file.name.lower().startswith(("python3", "vcruntime"))
        shutil.copy2(file, (prefix if beside_the_program else prefix / "DLLs") / file.name)
    # Wine 8 ends the process when it is imported.
    (prefix / "DLLs" / "_wmi.pyd").unlink()
    (prefix / "Lib" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    (pip,) = (prefix / "Lib" / "ensurepip" / "_bundled").glob("pip-*.whl")
    with zipfile.ZipFile(pip) as archive:
        archive.extractall(prefix / "Lib" / "site-packages")
    compile_programs(sources, prefix, build)
    shutil.rmtree(sources)
    shutil.rmtree(build)


def download_binaries(build: Path) -> Path:
    """Return a folder with the official DLLs and extension modules, without those for free threading."""
    platform = ["--platform=win_amd64", "--python-version=3.13", "--implementation=cp", "--abi=cp313"]
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", build]
    command = [sys.executable, "-m", "pip", "download", *options, *platform]
    run([*command, "--requirement", HERE / "requirements.txt"])
    (wheel,) = build.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if re.match(r"deploy_libs/(?!api-ms-)[^/]+\.(dll|pyd)$", name)]
        archive.extractall(build, [name for name in names if ".cp313t-" not in name])
    return build / "deploy_libs"


def compile_programs(sources: Path, prefix: Path, build: Path) -> None:
    """Compile python.exe, the launcher of virtual environments, python3.dll, and the DLLs' import libraries."""
    full, stable = exports(prefix / "python313.dll"), stable_abi(sources / "PC" / "python3dll.c")
    write_definitions(build / "python313.def", "python313.dll", full)
    write_definitions(build / "python3.def", "python3.dll", [name for name in full if name.split()[0] in stable])
    for name in ("python313", "python3"):
        definitions, library = build / f"{name}.def", prefix / "libs" / f"{name}.lib"
        run([*ZIG, "dlltool", "-m", "i386:x86-64", "-D", f"{name}.dll", "-d", definitions, "-l", library])
    # Nothing but names that lead to the other DLL's.
    forwards = [re.sub(r"^(\w+)", r"\1=python313.\1", name) for name in full if name.split()[0] in stable]
    write_definitions(build / "forwards.def", "python3.dll", forwards)
    entry = build / "entry.c"
    entry.write_text("int DllMainCRTStartup(void *dll, unsigned reason, void *unused) { return 1; }\n")
    run([*CC, "-w", "-shared", "-nostdlib", entry, build / "forwards.def", "-o", prefix / "python3.dll"])
    include = ["-I", prefix / "Include"]
    library = prefix / "libs" / "python313.lib"
    run([*CC, "-municode", *include, sources / "Programs" / "python.c", library, "-o", prefix / "python.exe"])
    launcher = prefix / "Lib" / "venv" / "scripts" / "nt" / "venvlauncher.exe"
    options = ["-w", "-municode", "-D_CONSOLE", *include, "-lapi-ms-win-core-path-l1-1-0"]
    run([*CC, *options, sources / "PC" / "venvlauncher.c", "-o", launcher])
    shutil.copy2(launcher, launcher.with_name("venvwlauncher.exe"))


def exports(dll: Path) -> list[str]:
    """Return what a DLL exports, each as a line of a module-definition file."""
    import lief  # a package that only this platform's environment has

    binary = lief.PE.parse(dll)
    code = [
        section
        for section in binary.sections
        if section.has_characteristic(lief.PE.Section.CHARACTERISTICS.MEM_EXECUTE)
    ]

    def is_function(address: int) -> bool:
        return any(s.virtual_address <= address < s.virtual_address + s.virtual_size for s in code)

    entries = [entry for entry in binary.get_export().entries if entry.name]
    return [entry.name if is_function(entry.address) else f"{entry.name} DATA" for entry in entries]


def stable_abi(listing: Path) -> set[str]:
    """Return the names of the stable ABI, from the source of python3.dll."""
    return set(re.findall(r"^EXPORT_(?:FUNC|DATA)\((\w+)\)", listing.read_text(), re.MULTILINE))


def write_definitions(file: Path, dll: str, names: list[str]) -> None:
    """Write a module-definition file."""
    file.write_text("\n".join([f"LIBRARY {dll}", "EXPORTS", *(f"  {name}" for name in names)]) + "\n")
