"""Rules about symbols: the libraries that will be loaded must have the symbols that a file imports."""

import re
from collections.abc import Iterator
from functools import cache

from ..catalogue import Provider
from ..native_file import NativeFile, Symbol
from ..policy import VERSIONED, policy
from ..resolution import How, Resolution, Subject
from ..wheel import Wheel
from .finding import Finding, listing, release
from .tags import REPAIR, too_new

# Prefixes of the symbols that the interpreter exports to its modules.
OF_PYTHON = ("Py", "_Py", "PyPy", "_PyPy")
# Symbols that linkers or loaders supply.
OF_LINKERS = frozenset({"_GLOBAL_OFFSET_TABLE_", "__dso_handle", "_DYNAMIC", "__tls_get_addr", "___tls_get_addr"})

C_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}_")
CPP_NAMESPACE = re.compile(r"_Z\w{0,3}?N[KVRO]?(?!St|S[abiosd])(?P<length>\d+)[A-Za-z]\w{2,}?(?=\d|C\d|D\d|E)")


def met(subject: Subject) -> Iterator[tuple[Resolution, Provider, str]]:
    """Yield each library that a file of the wheel may be loaded with, and the release that contains the library."""
    for resolution in subject.those(How.INSIDE, How.LOADED, How.REQUIRED, How.CODE, How.UNREACHED):
        for provider in resolution.providers:
            inside = provider.wheel is subject.wheel
            where = provider.name if inside else f"{resolution.library} of {release(provider.wheel)}"
            yield resolution, provider, where


def missing_symbol_version(subject: Subject) -> Iterator[Finding]:
    """Find needed symbol versions that the library which will be loaded does not define."""
    for resolution, provider, where in met(subject):
        file = subject.wheel.native_files[resolution.name]
        wanted = dict(file.versions_needed).get(resolution.library, ())
        defined = provider.file.versions_defined
        # If the library defines no versions, the loader only warns, and finds the symbols by name.
        if missing := [version for version in wanted if version not in defined] if defined else []:
            yield Finding(
                resolution.library,
                (resolution.name,),
                f"needs {listing(missing)}, which {where} does not define{bound(subject, resolution, provider)}",
            )


def bound(subject: Subject, resolution: Resolution, provider: Provider) -> str:
    """Return advice: the requirement to narrow, or that the file was built against another library."""
    requirement = resolution.answer.requirement
    if provider.wheel is subject.wheel or requirement is None:
        return ". The file was built against another version of the library than the one in the wheel."
    return (
        f". The requirement {requirement} allows that release. Raise the lower bound to the release that the file was "
        "built against."
    )


def missing_symbol(subject: Subject) -> Iterator[Finding]:
    """Find imported symbols that the library which will be loaded does not export."""
    # Copies of a file have the same problem.
    found: dict[tuple[str, str], list[str]] = {}
    for finding in each_missing_symbol(subject):
        found.setdefault((finding.library, finding.message), []).extend(finding.files)
    for (library, message), files in found.items():
        yield Finding(library, tuple(dict.fromkeys(files)), message)


def each_missing_symbol(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each file that imports symbols which a library does not export."""
    for resolution, provider, where in met(subject):
        file = subject.wheel.native_files[resolution.name]
        missing = missing_from(file, resolution.library, provider.file)
        if missing:
            yield Finding(
                resolution.library,
                (resolution.name,),
                f"imports {listing(missing)}, which {where} does not export{bound(subject, resolution, provider)}",
            )
    yield from without_owner(subject)
    yield from withheld(subject)


def missing_from(file: NativeFile, library: str, provider: NativeFile) -> list[str]:
    """Return the symbols that a file expects from a library, by its own statement, and that the library lacks."""
    if file.format in ("Mach-O", "PE"):
        if provider.reexported or not provider.exports:
            return []
        exported = provider.exported_names
        return [s.name for s in file.imports if s.library == library and not s.weak and s.name not in exported]
    defined = set(provider.versions_defined)
    versions = provider.exported_versions
    return [
        f"{symbol.name}@{symbol.version}"
        for symbol in file.imports
        if symbol.library == library
        and symbol.version in defined  # Otherwise missing-symbol-version reports the version once.
        and not symbol.weak
        and (symbol.name, symbol.version) not in versions
    ]


def without_owner(subject: Subject) -> Iterator[Finding]:
    """Find symbols without version that none of a file's libraries exports, or that an allowed release lacks.

    ELF files don't name the library of a symbol. So a file is skipped if one of its libraries is unknown, or belongs to
    the platform and has symbols without versions.
    """
    by_file: dict[str, list[Resolution]] = {}
    for resolution in subject.resolutions:
        by_file.setdefault(resolution.name, []).append(resolution)
    for name, resolutions in by_file.items():
        file = subject.wheel.native_files[name]
        wanted = {symbol for symbol in file.imports if is_unversioned(symbol)} if file.format == "ELF" else set()
        if not wanted or not any(resolution.providers for resolution in resolutions):
            continue
        yield from gone(subject, file, wanted, resolutions)


def is_unversioned(symbol: Symbol) -> bool:
    """Return whether an imported symbol may be from any library, but not from the interpreter."""
    return (
        symbol.version is None
        and not symbol.weak
        and not symbol.name.startswith(OF_PYTHON)
        and symbol.name not in OF_LINKERS
    )


def gone(subject: Subject, file: NativeFile, wanted: set[Symbol], resolutions: list[Resolution]) -> Iterator[Finding]:
    """Find symbols that one allowed release of a library exports and another lacks."""
    name = resolutions[0].name
    names = {symbol.name for symbol in wanted} - file.exported_names
    for resolution in resolutions:
        if len(resolution.providers) < 2 or resolution.how is not How.REQUIRED:
            continue
        ever = frozenset().union(*(exports_of(subject, provider) for provider in resolution.providers))
        others = frozenset().union(
            *(exports_of(subject, p) for other in resolutions if other is not resolution for p in other.providers)
        )
        for provider in resolution.providers:
            missing = sorted((names & ever) - exports_of(subject, provider) - others)
            if missing:
                where = f"{resolution.library} of {release(provider.wheel)}"
                yield Finding(
                    resolution.library,
                    (name,),
                    f"imports {listing(missing)}, which {where} does not export{bound(subject, resolution, provider)}",
                )
    if all_known(subject, subject.wheel, name, set()):
        everywhere = frozenset().union(
            *(exports_of(subject, provider) for resolution in resolutions for provider in resolution.providers)
        )
        loaded = subject.searches.loaded_with(name)
        beside = frozenset().union(*(subject.wheel.native_files[other].exported_names for other in loaded))
        families = {family for name in everywhere if (family := family_of(name))}
        if missing := sorted(name for name in names - everywhere - beside if family_of(name) in families):
            libraries = listing(r.library for r in resolutions if r.providers)
            yield Finding(
                next(r.library for r in resolutions if r.providers),
                (name,),
                f"imports {listing(missing)}, which neither {libraries} nor another library that is loaded with the "
                "file exports. The file was built against another version of a library, or isn't linked to the library "
                "that exports the symbol.",
            )


@cache
def family_of(name: str) -> str | None:
    """Return the prefix that a library's symbols share: "png_" of png_read_row, the namespace of a C++ name.

    Symbols that every process has, such as dladdr, have no family.
    """
    match = CPP_NAMESPACE.match(name) or C_PREFIX.match(name)
    return match[0] if match else None


def exports_of(subject: Subject, provider: Provider) -> frozenset[str]:
    """Return the names that a library and those that it loads from its wheel export."""
    searches = subject.resolver.searches(provider.wheel)
    files = provider.wheel.native_files
    return frozenset().union(*(files[name].exported_names for name in searches.loaded_by([provider.name])))


def all_known(subject: Subject, wheel: Wheel, name: str, seen: set[tuple[Wheel, str]]) -> bool:
    """Return whether every library that is loaded with a file is known, or has only symbols with versions."""
    if (wheel, name) in seen:
        return True
    seen.add((wheel, name))
    file = wheel.native_files[name]
    for library in file.needed:
        found = subject.resolver.one(wheel, name, file, library)
        if found.how is How.PLATFORM:
            if not VERSIONED.fullmatch(library):
                return False
        elif not found.providers or not all(all_known(subject, p.wheel, p.name, seen) for p in found.providers):
            return False
    return True


def withheld(subject: Subject) -> Iterator[Finding]:
    """Find symbols that some platforms with the wheel's tag lack, though all have the library."""
    for resolution in subject.those(How.PLATFORM):
        file = subject.wheel.native_files[resolution.name]
        library = resolution.library
        for found in {policy(name) for name in subject.wheel.platforms}:
            # tag-too-old reports these.
            versions = {f"{kind}_{number}" for kind, number in too_new(found, file.versions_needed)}
            imported = (s for s in file.imports if s.library in (library, None) and not s.weak)
            from_there = {symbol.name for symbol in imported if symbol.version not in versions}
            kept = found.withheld.get(library, frozenset())
            if missing := sorted(kept & from_there - file.exported_names):
                cure = REPAIR if VERSIONED.fullmatch(library) else f"Bundle {library}, or link it statically."
                yield Finding(
                    library,
                    (resolution.name,),
                    f"imports {listing(missing)}, which {library} doesn't export on every {found.platform} platform. "
                    f"{cure}",
                )
