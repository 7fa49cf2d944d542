"""Rules about single files: damage, hardening, signatures, licences and SBOMs."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..native_file import NativeFile
from ..pyproject import PRIVATE
from ..resolution import Subject, is_bundled
from .finding import Finding, listing


def damaged_file(subject: Subject) -> Iterator[Finding]:
    """Find native files that can't be read."""
    for name, error in subject.wheel.damaged.items():
        yield Finding(name.rpartition("/")[2], (name,), f"{name} can't be read: {error}. Build the wheel again.")


def loadable(subject: Subject) -> dict[str, NativeFile]:
    """Return the libraries, extension modules and programs of a wheel."""
    return {name: file for name, file in subject.wheel.native_files.items() if file.kind in ("library", "program")}


def executable_stack(subject: Subject) -> Iterator[Finding]:
    """Find files that request an executable stack."""
    found = [name for name, file in loadable(subject).items() if "executable-stack" in file.properties]
    if found:
        yield Finding(
            "",
            tuple(found),
            f"{listing(found)} {plural(found, 'asks', 'ask')} for an executable stack. This removes a protection from "
            "the whole process, and glibc 2.41 and later refuse to load such a file into a running process. Mark "
            "assembly sources with .note.GNU-stack, or link with -Wl,-z,noexecstack.",
        )


def hardening(subject: Subject) -> Iterator[Finding]:
    """Find files without the protections that their platform's linkers offer."""
    found: dict[str, list[str]] = {}
    for name, file in loadable(subject).items():
        for weakness in weaknesses(file):
            found.setdefault(weakness, []).append(name)
    for weakness, names in found.items():
        yield Finding("", tuple(names), f"{listing(names)} {plural(names, 'has', 'have')} {weakness}.")


def weaknesses(file: NativeFile) -> Iterator[str]:
    """Yield the protections that a file lacks, each with the option that adds it."""
    has = file.properties
    if "text-relocations" in has:
        yield "text relocations, so that code is writable while it is loaded: compile with -fPIC"
    if "writable-code" in has:
        yield "a segment that is writable and executable: separate code from data"
    if file.format == "ELF" and "relro" not in has and file.kind == "library":
        yield "a table of addresses that stays writable: link with -Wl,-z,relro,-z,now"
    elif file.format == "ELF" and "bind-now" not in has and file.kind == "library":
        yield "a table of addresses that stays writable in part: link with -Wl,-z,now"
    if file.format == "PE" and "aslr" not in has:
        yield "a fixed address: link with /DYNAMICBASE"
    elif file.format == "PE" and "high-entropy-aslr" not in has and file.machines != ("win32",):
        yield "an address that is easy to guess: link with /HIGHENTROPYVA"
    if file.format == "PE" and "nx" not in has:
        yield "executable data: link with /NXCOMPAT"


def plural(items: list[str], one: str, several: str) -> str:
    """Return the words for one or for several things."""
    return one if len(items) == 1 else several


def unsigned(subject: Subject) -> Iterator[Finding]:
    """Find files for Apple's processors without a signature."""
    found = [
        name
        for name, file in loadable(subject).items()
        if file.format == "Mach-O" and "arm64" in file.machines and "signed" not in file.properties
    ]
    if found:
        yield Finding(
            "",
            tuple(found),
            f"{listing(found)} {plural(found, 'has', 'have')} no code signature. On arm64, macOS ends a process that "
            "loads such a file. Sign each file after its last change: codesign --force --sign - FILE.",
        )


def libraries(subject: Subject) -> list[str]:
    """Return the libraries in a wheel, without extension modules and programs."""
    files = subject.wheel.native_files
    return [n for n, file in files.items() if file.kind == "library" and n not in subject.searches.modules]


def sbom(subject: Subject) -> Iterator[Finding]:
    """Find wheels with libraries and no SBOM, or one that can't be read."""
    prefix = f"{subject.wheel.dist_info}/sboms/"
    boms = [name for name in subject.wheel.members if name.startswith(prefix)]
    brought = libraries(subject)
    if brought and not boms:
        yield Finding(
            "",
            (),
            f"the wheel contains {listing(name.rpartition('/')[2] for name in brought)}, but no SBOM that states which "
            f"version of which project this is. Put one into {prefix} (PEP 770). auditwheel does so for libraries that "
            "it bundles.",
        )
    for name in boms:
        if name.endswith(".json"):
            try:
                json.loads(subject.wheel.read(name))
            except ValueError as error:
                yield Finding("", (name,), f"{name} is not valid JSON: {error}. Write the SBOM again.")


def licence_files(subject: Subject) -> Iterator[Finding]:
    """Find wheels whose licence files are missing."""
    wheel = subject.wheel
    prefix = f"{wheel.dist_info}/"
    names = {name.removeprefix(prefix) for name in wheel.members if name.startswith(prefix)}
    declared = wheel.metadata.get_all("License-File", [])
    missing = [name for name in declared if not {name, f"licenses/{name}", f"license_files/{name}"} & names]
    if missing:
        yield Finding(
            "",
            (f"{prefix}METADATA",),
            f"METADATA names {listing(missing)}, but {prefix}licenses/ doesn't contain "
            f"{plural(missing, 'it', 'them')}. Put the files there, or correct license-files in pyproject.toml.",
        )
    words = ("LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE")
    there = [name for name in wheel.members if any(word in PurePosixPath(name).name.upper() for word in words)]
    private = PRIVATE in wheel.metadata.get_all("Classifier", [])
    if not there and not declared and not private and wheel.native_files:
        bundled = [name.rpartition("/")[2] for name in libraries(subject) if is_bundled(name, None)]
        what = "compiled code" + (f", including bundled libraries ({listing(bundled)})," if bundled else "")
        yield Finding(
            "",
            (),
            f"the wheel contains {what} but no licence file. Most licences require that their text is passed on with "
            "the code. List the licence files in license-files of pyproject.toml.",
        )
