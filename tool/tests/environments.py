"""Virtual environments and wheels with distributions that consist of a few lines of C."""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODULE = """
#define Py_LIMITED_API 0x030a0000
#include <Python.h>
{declarations}
static PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "{name}"}};
PyMODINIT_FUNC PyInit_{name}(void) {{ {calls} return PyModuleDef_Init(&definition); }}
"""


def compile_c(output: Path, source: str, *options: str) -> Path:
    """Compile a shared library from C."""
    output.parent.mkdir(parents=True, exist_ok=True)
    compiler = shlex.split(os.environ.get("CC", "cc"))
    command = [*compiler, "-shared", "-fPIC", "-O1", "-Wl,--no-as-needed", "-x", "c", "-", "-x", "none", "-o", output]
    subprocess.run([*command, *options], input=source, text=True, check=True)
    return output


def library(output: Path, *options: str, soname: str | None = None) -> Path:
    """Compile a library with a function of its SONAME's stem, by default the file's name as its SONAME."""
    soname = soname or output.name
    function = soname.partition(".")[0].replace("-", "_")
    return compile_c(output, f"int {function}(void) {{ return 1; }}", f"-Wl,-soname,{soname}", *options)


def extension(
    output: Path, *libraries: Path, runpath: str = "", rpath: str = "", calls: str = "", options: tuple[str, ...] = ()
) -> Path:
    """Compile an extension module that needs libraries, and may call a function when it is imported."""
    name = output.name.partition(".")[0]
    declaration, call = (f"int {calls}(void);", f"{calls}();") if calls else ("", "")
    source = MODULE.format(name=name, declarations=declaration, calls=call)
    include = f"-I{sysconfig.get_path('include')}"
    return compile_c(output, source, include, *map(str, libraries), *search_path(runpath, rpath), *options)


def search_path(runpath: str, rpath: str) -> list[str]:
    """Return the linker's options for a search path."""
    if runpath:
        return ["-Wl,--enable-new-dtags", f"-Wl,-rpath,{runpath}"]
    return ["-Wl,--disable-new-dtags", f"-Wl,-rpath,{rpath}"] if rpath else []


@dataclass
class VirtualEnvironment:
    """A virtual environment without pip."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        """The folder with the installed distributions."""
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def install(self, name: str, *files: Path, sources: Mapping[str, str] = {}, version: str = "1.0") -> Path:
        """Record files below site-packages, and sources to be written there, as a distribution; return its metadata."""
        for path, text in sources.items():
            (self.site_packages / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site_packages / path).write_text(text)
        metadata = self.site_packages / f"{name}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        names = [*sources, *(file.relative_to(self.site_packages).as_posix() for file in files)]
        (metadata / "RECORD").write_text("".join(f"{file},,\n" for file in names))
        return metadata


def wheel(folder: Path, name: str, contents: Mapping[str, str | Path], requires: str = "", platform: str = "") -> Path:
    """Make a wheel, by default for this machine's platform."""
    platform = platform or sysconfig.get_platform().replace("-", "_").replace(".", "_")
    path = folder / f"{name}-1.0-py3-none-{platform}.whl"
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    files = {
        **contents,
        f"{info}/METADATA": metadata + (f"Requires-Dist: {requires}\n" if requires else ""),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.write(content, file) if isinstance(content, Path) else archive.writestr(file, content)
        archive.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"]))
    return path


def make(folder: Path) -> VirtualEnvironment:
    """Make a virtual environment like the module venv, but without running an interpreter."""
    version = "python{}.{}".format(*sys.version_info)
    (folder / "lib" / version / "site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    base = Path(sys._base_executable)  # type: ignore[attr-defined]
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    return VirtualEnvironment(folder)


def traced(python: Path, modules: tuple[str, ...], folder: Path) -> dict[str, str | None]:
    """Return the last file that glibc tried in each search, and the part of the search."""
    variables = {**os.environ, "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": str(folder / "trace")}
    imports = "; ".join(f"import {module}" for module in modules)
    subprocess.run([python, "-c", imports], env=variables, check=True)
    found: dict[str, str | None] = {}
    how = None
    for trace in folder.glob("trace*"):
        for line in trace.read_text().splitlines():
            _, _, said = line.partition(":")
            if match := re.search(r"search path=.*\((\w+) from file|search path=.*\((\w+)\)", said):
                how = match[1] or match[2]
            elif "search cache=" in said:
                how = "ld.so.cache"
            elif match := re.search(r"trying file=(.*)", said):
                found[os.path.realpath(match[1])] = how
    return found
