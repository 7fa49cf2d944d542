"""Mach-O files, the native files of macOS, through lief."""

from dataclasses import replace

import lief

from ..native_file import Kind, NativeFile, NotReadableError, Property, Symbol, modules
from . import name_of

MACHINES = {"X86_64": "x86_64", "X86": "i386", "ARM64": "arm64", "ARM": "armv7", "POWERPC": "ppc", "POWERPC64": "ppc64"}
KINDS: dict[str, Kind] = {
    "DYLIB": "library",
    "BUNDLE": "library",
    "DYLIB_STUB": "library",
    "EXECUTE": "program",
    "OBJECT": "object",
    "DSYM": "debug",
}
Command = lief.MachO.LoadCommand.TYPE
OWN_NAME = Command.ID_DYLIB
MAY_BE_MISSING = (Command.LOAD_WEAK_DYLIB, Command.LAZY_LOAD_DYLIB)
# Masks and values of a symbol's type and description, as in <mach-o/nlist.h>.
N_STAB, N_PEXT, N_TYPE, N_EXT, N_UNDF, N_PBUD = 0xE0, 0x10, 0x0E, 0x01, 0x00, 0x0C
N_WEAK_REF, N_WEAK_DEF = 0x40, 0x80
# Greater ordinals are special, for symbols from any library. 0 is the file itself.
MAX_LIBRARY_ORDINAL = 0xFD
MH_TWOLEVEL, MH_ALLOW_STACK_EXECUTION = 0x80, 0x20000
VM_PROT_WRITE_AND_EXECUTE = 0x6


def read(content: bytes) -> NativeFile:
    """Return the facts about a Mach-O file, those of a universal file for all its machines together.

    Raises NotReadableError if the file is damaged.
    """
    config = lief.MachO.ParserConfig()
    config.parse_dyld_bindings = False
    config.parse_dyld_rebases = False
    # The export trie still has symbols that were stripped from the symbol table.
    config.parse_dyld_exports = True
    lief.logging.disable()
    universal = lief.MachO.parse(content, config)
    if universal is None or universal.size == 0:
        raise NotReadableError("it begins like a Mach-O file, but its header can't be read")
    files = []
    for binary in universal:
        size = len(content) - binary.fat_offset
        kind = KINDS.get(name_of(binary.header.file_type), "program")
        if kind != "debug" and any(segment.file_offset + segment.file_size > size for segment in binary.segments):
            raise NotReadableError("it is cut off: its segments refer to bytes beyond its end")
        files.append(read_one(binary, kind))
    return files[0] if len(files) == 1 else merged(files)


def read_one(binary: lief.MachO.Binary, kind: Kind) -> NativeFile:
    """Return the facts about a Mach-O file of one machine."""
    machine_name = name_of(binary.header.cpu_type)
    machine = MACHINES.get(machine_name, machine_name.lower())
    libraries = [library for library in binary.libraries if library.command != OWN_NAME]
    own = next((library for library in binary.libraries if library.command == OWN_NAME), None)
    names = [str(library.name) for library in libraries]
    optional = {str(library.name) for library in libraries if library.command in MAY_BE_MISSING}
    imports, exports = symbols(binary, names)
    return NativeFile(
        format="Mach-O",
        machines=(machine,),
        kind=kind,
        identity=str(own.name) if own else None,
        version=".".join(map(str, own.current_version)) if own else None,
        modules=modules(symbol.name.removeprefix("_") for symbol in exports),
        needed=tuple(dict.fromkeys(names)),
        optional=frozenset(optional),
        reexported=frozenset(str(library.name) for library in libraries if library.command == Command.REEXPORT_DYLIB),
        search_paths=tuple(str(path.path) for path in binary.rpaths),
        exports=exports,
        imports=imports,
        minimum_os=minimum_os(machine, binary),
        properties=frozenset(properties(binary)),
    )


def symbols(binary: lief.MachO.Binary, libraries: list[str]) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
    """Return the imports and the exports. Ordinals are positions in `libraries`, from 1."""
    two_level = bool(int(binary.header.flags) & MH_TWOLEVEL)
    imports, exports = [], []
    for symbol in binary.symbols:
        kind = symbol.raw_type
        if symbol.origin == lief.MachO.Symbol.ORIGIN.SYMTAB and (kind & (N_STAB | N_PEXT) or not kind & N_EXT):
            continue
        if kind & N_TYPE in (N_UNDF, N_PBUD) and not symbol.has_export_info:
            ordinal = symbol.library_ordinal
            named = two_level and 0 < ordinal <= min(len(libraries), MAX_LIBRARY_ORDINAL)
            library = libraries[ordinal - 1] if named else None
            imports.append(Symbol(str(symbol.name), None, library, bool(symbol.description & N_WEAK_REF)))
        else:
            exports.append(Symbol(str(symbol.name), weak=bool(symbol.description & N_WEAK_DEF)))
    return tuple(imports), tuple(exports)


def minimum_os(machine: str, binary: lief.MachO.Binary) -> tuple[tuple[str, tuple[int, int]], ...]:
    """Return the oldest macOS on which the file runs, if it says so."""
    if build := binary.build_version:
        major, minor = build.minos[:2]
    elif version := binary.version_min:
        major, minor = version.version[:2]
    else:
        return ()
    return ((machine, (major, minor)),)


def properties(binary: lief.MachO.Binary) -> list[Property]:
    """Return the properties that make a Mach-O file harder or easier to attack, and whether it is signed."""
    found: list[Property] = []
    if binary.has_code_signature:
        found.append("signed")
    if int(binary.header.flags) & MH_ALLOW_STACK_EXECUTION:
        found.append("executable-stack")
    both = VM_PROT_WRITE_AND_EXECUTE
    if any(int(segment.init_protection) & both == both for segment in binary.segments):
        found.append("writable-code")
    return found


def merged(files: list[NativeFile]) -> NativeFile:
    """Return the facts about a universal file: the needs and the exports for any of its machines."""
    first = files[0]
    return replace(
        first,
        machines=tuple(machine for file in files for machine in file.machines),
        needed=tuple(dict.fromkeys(name for file in files for name in file.needed)),
        # A library is optional only if it is for every machine.
        optional=frozenset(
            name
            for file in files
            for name in file.optional
            if all(name not in f.needed or name in f.optional for f in files)
        ),
        modules=frozenset(name for file in files for name in file.modules),
        search_paths=tuple(dict.fromkeys(path for file in files for path in file.search_paths)),
        imports=tuple(dict.fromkeys(symbol for file in files for symbol in file.imports)),
        # Some functions are for one machine only.
        exports=tuple(dict.fromkeys(symbol for file in files for symbol in file.exports)),
        minimum_os=tuple(pair for file in files for pair in file.minimum_os),
        properties=merged_properties(files),
    )


def merged_properties(files: list[NativeFile]) -> frozenset[Property]:
    """Return the bad properties that any part has, and the good ones that all parts have."""
    signed = all("signed" in file.properties for file in files if "arm64" in file.machines)
    bad: frozenset[Property] = frozenset(name for file in files for name in file.properties if name != "signed")
    return bad | {"signed"} if signed else bad
