"""Rules about wheels that export libraries: the stub, discovery files, and copies that consumers bundle."""

import re
from collections.abc import Iterator

from ..console import megabytes
from ..mangling import own_name
from ..policy import RUNTIME
from ..resolution import Subject, is_bundled
from .closure import required, stem_of
from .discovery import complaints
from .finding import Finding, listing, release

# The part of Microsoft's runtime that comes with CPython.
OF_PYTHON = re.compile(r"(vcruntime\d\w*|ucrtbase)\.dll", re.IGNORECASE)
# A stub needs one function of each library, and a few of Python's. Bindings use dozens, or hundreds.
CALLS_OF_A_STUB, IMPORTS_OF_A_STUB = 8, 100


def stub_reference(subject: Subject) -> Iterator[Finding]:
    """Find exported libraries that no extension module loads, in wheels with a stub that loads others."""
    loaded = subject.searches.loaded_by(subject.searches.modules)
    exported = [name for name in subject.exported if not subject.named_by_identity(name)]
    by_stubs = subject.searches.loaded_by(stubs(subject))
    stubbed = [name for name in exported if name in by_stubs]
    if not stubbed:
        return
    missing = [name for name in exported if name not in loaded]
    if missing:
        bases = [name.rpartition("/")[2] for name in missing]
        yield Finding(
            bases[0] if len(bases) == 1 else "",
            tuple(missing),
            f"an extension module of the wheel is linked to {stubbed[0].rpartition('/')[2]}, but none is linked to "
            f"{listing(bases, conjunction='or')}. In the stub, call a function of each library, because linkers drop a "
            "library that isn't called. Import the stub in __init__.py.",
        )


def stubs(subject: Subject) -> list[str]:
    """Return the extension modules that only load libraries: they call few functions of each.

    Other modules use a library for themselves. Then the library may open those that no module loads, as plugins.
    """
    files = subject.wheel.native_files
    found = []
    for name in subject.searches.modules:
        imported = {symbol.name for symbol in files[name].imports}
        if len(imported) > IMPORTS_OF_A_STUB:
            continue
        calls = [imported & files[target].exported_names for target in subject.searches.edges[name].values()]
        if calls and all(len(names) <= CALLS_OF_A_STUB for names in calls):
            found.append(name)
    return found


def no_stub(subject: Subject) -> Iterator[Finding]:
    """Find exporters without any extension module that loads a library."""
    exported = subject.exported
    loaded = subject.searches.loaded_by(subject.searches.modules)
    if exported and not any(name in loaded for name in exported):
        code = subject.searches.has_loading_code
        how = f"Unless Python code ({code}) loads them first," if code else "Nothing in the wheel loads them, so"
        linux = any(policy.family in ("musllinux", "linux") for policy in subject.policies)
        yield Finding(
            "",
            tuple(exported),
            f"the wheel exports {listing(name.rpartition('/')[2] for name in exported)}, but no extension module is "
            f"linked to a library of the wheel. {how} each consumer needs a search path that leads here."
            + (" On musl, no file finds a library that ctypes has opened." if linux else ""),
        )


def discovery_file(subject: Subject) -> Iterator[Finding]:
    """Find pkg-config files, CMake files and entry points that name files which the wheel lacks."""
    yield from complaints(subject.wheel)


def bundled_requirement(subject: Subject) -> Iterator[Finding]:
    """Find bundled libraries that a required wheel exports."""
    exported: dict[tuple[str, str], str] = {}
    for wheel in required(subject):
        for name, file in wheel.native_files.items():
            if file.kind == "library" and not is_bundled(name, file.identity):
                exported.setdefault((file.format, stem_of(name)), f"{release(wheel)} ({name})")
    for name, file in subject.wheel.native_files.items():
        if file.kind != "library" or name in subject.searches.modules:
            continue
        if RUNTIME.fullmatch(own_name(name)) or OF_PYTHON.fullmatch(own_name(name)):
            continue  # Microsoft lets everybody bundle these, and nobody promises to have them for others.
        if by := exported.get((file.format, stem_of(name))):
            yield Finding(
                own_name(name),
                (name,),
                f"this is a copy ({megabytes(subject.wheel.members[name].size)} MB) of a library of {by}, which the "
                "wheel requires. A process may run both copies. Repair the wheel with --exclude, so that it uses the "
                "library of the required wheel.",
            )
