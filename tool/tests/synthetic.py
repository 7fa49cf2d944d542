"""Wheels for tests, with tiny native files for any platform, compiled by zig."""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from library_wheel.commands.check import check
from library_wheel.problem import Problem
from library_wheel.rules import RULES
from library_wheel.wheel import Wheel

LINUX, AARCH64, MUSL = "x86_64-linux-gnu.2.17", "aarch64-linux-gnu.2.17", "x86_64-linux-musl"
MACOS, MACOS_INTEL, WINDOWS = "aarch64-macos.11.0", "x86_64-macos.11.0", "x86_64-windows-gnu"
MANYLINUX = "manylinux_2_17_x86_64"
# Otherwise linkers would drop a library that is not called.
NOT_AS_NEEDED = ("-Wl,--no-as-needed",)


@dataclass(frozen=True)
class Native:
    """A native file, with the name under which others link to it."""

    name: str
    content: bytes
    # On Windows, others link to this.
    import_library: bytes = b""


def library(
    name: str,
    *needs: Native,
    exports: Sequence[str] = ("foo_version",),
    imports: Sequence[str] = (),
    target: str = LINUX,
    identity: str | None = None,
    search_path: str | None = None,
    versions: str | None = None,
    source: str = "",
    flags: Sequence[str] = (),
) -> Native:
    """Return a library, linked to others. Its SONAME or install name is its file's name, or `identity`."""
    return _compile(
        name, needs, tuple(exports), tuple(imports), target, identity, search_path, versions, source, tuple(flags)
    )


def module(name: str, *needs: Native, imports: Sequence[str] = ("foo_version",), **options: object) -> Native:
    """Return an extension module that calls functions of libraries."""
    short = name.rpartition("/")[2].partition(".")[0]
    return library(name, *needs, exports=[f"PyInit_{short}"], imports=imports, identity="", **options)  # type: ignore[arg-type]


@cache
def _compile(
    name: str,
    needs: tuple[Native, ...],
    exports: tuple[str, ...],
    imports: tuple[str, ...],
    target: str,
    identity: str | None,
    search_path: str | None,
    versions: str | None,
    source: str,
    flags: tuple[str, ...],
) -> Native:
    base = name.rpartition("/")[2]
    macos, windows = "macos" in target, "windows" in target
    export = "__declspec(dllexport) " if windows else ""
    calls = " + ".join(f"{symbol}()" for symbol in imports) or "1"
    lines = [f"int {symbol}(void);" for symbol in imports]
    lines += [f"{export}int {symbol}(void) {{ return {calls}; }}" for symbol in exports]
    if windows:
        lines.append("int DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }")
    options = ["-target", target, "-shared", "-nostdlib", *flags]
    if macos:
        options += [f"-Wl,-install_name,{identity or f'@rpath/{base}'}"]
    elif not windows and identity != "":
        options += [f"-Wl,-soname,{identity or base}"]
    if search_path is not None:
        options += [f"-Wl,-rpath,{search_path}"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "source.c").write_text("\n".join([*lines, source, ""]))
        if versions:
            (place / "versions.map").write_text(versions)
            options += ["-Wl,--version-script,versions.map"]
        if windows:
            options += ["-Wl,--out-implib,import.lib"]
        for need in needs:
            (place / need.name).write_bytes(need.content)
            (place / f"{need.name}.lib").write_bytes(need.import_library)
        linked = [f"./{need.name}.lib" if windows else f"./{need.name}" for need in needs]
        command = [sys.executable, "-m", "ziglang", "cc", *options, "-o", base, "source.c", *linked]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        implib = place / "import.lib"
        return Native(base, (place / base).read_bytes(), implib.read_bytes() if windows else b"")


def pack(
    folder: Path,
    name: str,
    files: Mapping[str, object],
    *,
    requires: Sequence[str] = (),
    metadata: str = "",
    entry_points: str = "",
    links: Mapping[str, str] | None = None,
    licence: bool = True,
) -> Wheel:
    """Write a wheel and return it. Its name without ".whl" has the tag in it."""
    distribution, version = name.split("-")[:2]
    info = f"{distribution}-{version}.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.whl"
    lines = ["Metadata-Version: 2.4", f"Name: {distribution}", f"Version: {version}", *metadata.splitlines()]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(member, content.content if isinstance(content, Native) else content)  # type: ignore[arg-type]
        for member, target in (links or {}).items():
            entry = zipfile.ZipInfo(member)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, target)
        archive.writestr(f"{info}/METADATA", "\n".join([*lines, "", ""]))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\n")
        archive.writestr(f"{info}/RECORD", "")
        if entry_points:
            archive.writestr(f"{info}/entry_points.txt", entry_points)
        if licence:
            archive.writestr(f"{info}/licenses/LICENSE", "MIT")
    return Wheel(path)


def problems(*wheels: Wheel, beside: Sequence[Wheel] = (), excludes: Sequence[str] = ()) -> list[Problem]:
    """Return the problems that the rules find in wheels."""
    return check(wheels, beside, RULES, excludes)


def of(rule: str, found: Iterable[Problem]) -> list[Problem]:
    """Return the problems by one rule."""
    return [problem for problem in found if problem.rule == rule]


def serious(found: Iterable[Problem]) -> list[tuple[str, str]]:
    """Return the rules and messages of errors and warnings."""
    return [(problem.rule, problem.message) for problem in found if problem.severity != "note"]


def foo(**options: object) -> Native:
    """Return libfoo.so.1."""
    return library("libfoo.so.1", **options)  # type: ignore[arg-type]


def ext(*needs: Native, **options: object) -> Native:
    """Return an extension module that is linked to libfoo and has no search path."""
    return module("_ext.abi3.so", *(needs or (foo(),)), **options)


def exporter(
    folder: Path, version: str = "1.0", lib: Native | None = None, *, stub: bool = True, **options: object
) -> Wheel:
    """Return an exporter of libfoo for Linux."""
    lib = lib or foo()
    files: dict[str, object] = {"libfoo/__init__.py": "from . import _init\n", f"libfoo/{lib.name}": lib}
    if stub:
        files["libfoo/_init.abi3.so"] = module(
            "_init.abi3.so", lib, imports=(), search_path="$ORIGIN", flags=NOT_AS_NEEDED
        )
    return pack(folder, f"libfoo-{version}-cp310-abi3-{MANYLINUX}", files, **options)  # type: ignore[arg-type]


def consumer(
    folder: Path, requires: Sequence[str] = ("libfoo>=1,<2",), extension: Native | None = None, **options: object
) -> Wheel:
    """Return a consumer of libfoo for Linux, which imports it before its extension module."""
    code = "import libfoo\nfrom . import _ext\n"
    files = {"consumer/__init__.py": code, "consumer/_ext.abi3.so": extension or ext()}
    return pack(folder, f"consumer-1.0-cp310-abi3-{MANYLINUX}", files, requires=requires, **options)  # type: ignore[arg-type]
