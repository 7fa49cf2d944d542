"""ELF files, the native files of Linux, through lief."""

import re
from typing import TypeAlias

import lief

from ..mangling import is_mangled, own_name, split
from ..native_file import Kind, NativeFile, NotReadableError, Property, Symbol
from . import name_of

MACHINES = {
    ("X86_64", 64): "x86_64",
    ("X86_64", 32): "x32",
    ("I386", 32): "i686",
    ("AARCH64", 64): "aarch64",
    ("ARM", 32): "armv7l",
    ("PPC64", 64): "ppc64le",
    ("S390", 64): "s390x",
    ("RISCV", 64): "riscv64",
    ("RISCV", 32): "riscv32",
    ("LOONGARCH", 64): "loongarch64",
    ("MIPS", 32): "mips",
    ("MIPS", 64): "mips64",
}
BIG_ENDIAN = {"ppc64le": "ppc64", "aarch64": "aarch64_be", "armv7l": "armv7b"}

Tag = lief.ELF.DynamicEntry.TAG
Binding = lief.ELF.Symbol.BINDING
Type = lief.ELF.Symbol.TYPE
Segment = lief.ELF.Segment
Dynamic: TypeAlias = dict[lief.ELF.DynamicEntry.TAG, list[lief.ELF.DynamicEntry]]
DF_BIND_NOW, DF_TEXTREL, DF_1_NOW, DF_1_PIE = 0x8, 0x4, 0x1, 0x08000000
VERSION_MASK, VERSION_LOCAL, VERSION_GLOBAL = 0x7FFF, 0, 1
HIDDEN = (lief.ELF.Symbol.VISIBILITY.HIDDEN, lief.ELF.Symbol.VISIBILITY.INTERNAL)
VERSION_WEAK = 0x2


def read(content: bytes) -> NativeFile:
    """Return the facts about an ELF file. Raises NotReadableError if it is damaged."""
    config = lief.ELF.ParserConfig()
    config.parse_relocations = False
    config.parse_symtab_symbols = False
    config.parse_notes = False
    config.parse_overlay = False
    config.count_mtd = lief.ELF.ParserConfig.DYNSYM_COUNT.AUTO
    lief.logging.disable()
    elf = lief.ELF.parse(content, config)
    # lief also accepts a header of zeros.
    if elf is None or elf.header.machine_type == lief.ELF.ARCH.NONE:
        raise NotReadableError("it begins like an ELF file, but its header can't be read")
    if cut_off(elf, len(content)):
        raise NotReadableError("it is cut off: its headers refer to bytes beyond its end")
    bits = 64 if elf.header.identity_class == lief.ELF.Header.CLASS.ELF64 else 32
    machine_name = name_of(elf.header.machine_type)
    machine = MACHINES.get((machine_name, bits), machine_name.lower())
    if elf.header.identity_data == lief.ELF.Header.ELF_DATA.MSB:
        machine = BIG_ENDIAN.get(machine, machine)
    dynamic: Dynamic = {}
    for entry in elf.dynamic_entries:
        dynamic.setdefault(entry.tag, []).append(entry)
    requirements = [
        (text(requirement.name), tuple(requirement.get_auxiliary_symbols()))
        for requirement in elf.symbols_version_requirement
    ]
    imports, exports = symbols(elf, requirements)
    identity = next(iter(names(dynamic, Tag.SONAME)), None)
    needed = tuple(names(dynamic, Tag.NEEDED))
    strings = string_table(elf, dynamic)
    flags = value(dynamic, Tag.FLAGS)
    flags_1 = value(dynamic, Tag.FLAGS_1)
    return NativeFile(
        format="ELF",
        machines=(machine,),
        kind=kind(elf, dynamic, flags_1),
        identity=identity,
        former_identity=former_identity(identity, needed, strings),
        modules=modules_in(strings),
        needed=needed,
        search_paths=search_paths(dynamic),
        exports=exports,
        imports=imports,
        versions_needed=tuple(
            (library, tuple(text(aux.name) for aux in auxiliaries if not aux.flags & VERSION_WEAK))
            for library, auxiliaries in requirements
        ),
        versions_defined=tuple(
            text(next(iter(definition.auxiliary_symbols)).name)
            for definition in elf.symbols_version_definition
            if len(definition.auxiliary_symbols) and not definition.flags & 1  # The first one is the file's own name.
        ),
        interpreter=elf.interpreter if elf.has_interpreter else None,
        properties=frozenset(properties(elf, dynamic, flags, flags_1)),
    )


def text(name: str | bytes) -> str:
    """Return a name as text: lief gives bytes for one that isn't UTF-8."""
    return name if isinstance(name, str) else name.decode(errors="backslashreplace")


def names(dynamic: Dynamic, tag: lief.ELF.DynamicEntry.TAG) -> list[str]:
    """Return the names in dynamic entries. An entry without a name, from a damaged string table, is left out."""
    kinds = (lief.ELF.DynamicEntryLibrary, lief.ELF.DynamicSharedObject)
    return [text(entry.name) for entry in dynamic.get(tag, []) if isinstance(entry, kinds)]


def value(dynamic: Dynamic, tag: lief.ELF.DynamicEntry.TAG) -> int:
    """Return the value of a dynamic entry, 0 if there is none."""
    return dynamic[tag][0].value if tag in dynamic else 0


def string_table(elf: lief.ELF.Binary, dynamic: Dynamic) -> bytes:
    """Return the names in the dynamic section and in the symbol table, each between two null bytes."""
    start, size = value(dynamic, Tag.STRTAB), value(dynamic, Tag.STRSZ)
    return bytes(elf.get_content_from_virtual_address(start, size)) if start and size else b""


def former_identity(identity: str | None, needed: tuple[str, ...], strings: bytes) -> str | None:
    """Return the SONAME before auditwheel changed it, which is still in the string table: patchelf removes no names."""
    if identity is None or not is_mangled(identity):
        return None
    stem = split(own_name(identity)).stem
    # Some projects add their own name as well: libgdal-fiona-1a2b3c4d.so.35.
    for original in dict.fromkeys([stem, stem.rpartition("-")[0] or stem]):
        pattern = rb"(?<=\0)%s\.so(?:\.\d\w*)*(?=\0)" % re.escape(original.encode())
        found: set[str] = {name.decode() for name in re.findall(pattern, strings)} - {*needed}
        if len(found) == 1:
            return found.pop()
    return None


def modules_in(strings: bytes) -> frozenset[str]:
    """Return the names of the modules whose initialisation functions are in a string table."""
    # One search through the bytes, because the table may be large.
    return frozenset(name.decode() for name in re.findall(rb"(?<=\0)PyInitU?_(\w+)(?=\0)", strings))


def cut_off(elf: lief.ELF.Binary, size: int) -> bool:
    """Return whether the headers, or a segment that a loader would map, reach beyond the end of the file.

    A file of debug information has the program headers of the file it was split from, but not the bytes.
    """
    header = elf.header
    sections = header.section_header_offset + header.section_header_size * header.numberof_sections
    segments = header.program_header_offset + header.program_header_size * header.numberof_segments
    if max(sections, segments) > size:
        return True
    loaded = [] if has_no_code(elf) else [segment for segment in elf.segments if segment.type == Segment.TYPE.LOAD]
    return any(segment.file_offset + segment.physical_size > size for segment in loaded)


def has_no_code(elf: lief.ELF.Binary) -> bool:
    """Return whether the sections that a loader would map have no content, as in a file of debug information."""
    # lief warns about types that it doesn't know, so only the types of these sections are read.
    sections = {section.name: section for section in elf.sections}
    kinds = [sections[name].type for name in (".text", ".dynamic") if name in sections]
    return bool(kinds) and kinds[0] == lief.ELF.Section.TYPE.NOBITS


def kind(elf: lief.ELF.Binary, dynamic: Dynamic, flags_1: int) -> Kind:
    """Return the kind of an ELF file."""
    if elf.header.file_type == lief.ELF.Header.FILE_TYPE.REL:
        return "object"
    if has_no_code(elf):
        return "debug"
    if elf.header.file_type == lief.ELF.Header.FILE_TYPE.EXEC or flags_1 & DF_1_PIE:
        return "program"
    # Linkers that set no DF_1_PIE still name an interpreter. So do libraries such as libc.so.6, which have a SONAME.
    return "program" if elf.has_interpreter and Tag.SONAME not in dynamic else "library"


def search_paths(dynamic: Dynamic) -> tuple[str, ...]:
    """Return DT_RUNPATH or, without one, DT_RPATH, split. A loader ignores DT_RPATH beside DT_RUNPATH."""
    for tag in (Tag.RUNPATH, Tag.RPATH):
        found = [
            text(entry.runpath if isinstance(entry, lief.ELF.DynamicEntryRunPath) else entry.rpath)
            for entry in dynamic.get(tag, [])
            if isinstance(entry, (lief.ELF.DynamicEntryRunPath, lief.ELF.DynamicEntryRpath))
        ]
        if found:
            return tuple(path for joined in found if joined for path in joined.split(":"))
    return ()


def symbols(
    elf: lief.ELF.Binary, requirements: list[tuple[str, tuple[lief.ELF.SymbolVersionAuxRequirement, ...]]]
) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
    """Return the imports and the exports of the dynamic symbol table."""
    wanted = {aux.other & VERSION_MASK: (text(aux.name), library) for library, found in requirements for aux in found}
    defined = {
        definition.ndx & VERSION_MASK: text(next(iter(definition.auxiliary_symbols)).name)
        for definition in elf.symbols_version_definition
        if len(definition.auxiliary_symbols) and not definition.flags & 1
    }
    imports, exports = [], []
    for symbol in elf.dynamic_symbols:
        binding = symbol.binding
        if binding == Binding.LOCAL or not symbol.name:
            continue
        name = text(symbol.name)
        index = symbol.symbol_version.value & VERSION_MASK if symbol.symbol_version else VERSION_GLOBAL
        weak, data = binding == Binding.WEAK, symbol.type in (Type.OBJECT, Type.TLS, Type.COMMON)
        if symbol.shndx == 0:
            version, library = wanted.get(index, (None, None))
            imports.append(Symbol(name, version, library, weak, data))
        elif index != VERSION_LOCAL and symbol.visibility not in HIDDEN:
            exports.append(Symbol(name, defined.get(index), None, weak, data))
    return tuple(imports), tuple(exports)


def properties(
    elf: lief.ELF.Binary,
    dynamic: Dynamic,
    flags: int,
    flags_1: int,
) -> list[Property]:
    """Return the properties that make an ELF file harder or easier to attack, and how it looks for libraries."""
    found: list[Property] = []
    if flags & DF_BIND_NOW or flags_1 & DF_1_NOW or Tag.BIND_NOW in dynamic:
        found.append("bind-now")
    if flags & DF_TEXTREL or Tag.TEXTREL in dynamic:
        found.append("text-relocations")
    if Tag.RELR in dynamic:
        found.append("packed-relocations")
    if Tag.RPATH in dynamic and Tag.RUNPATH not in dynamic:
        found.append("rpath")
    stack = [segment for segment in elf.segments if segment.type == Segment.TYPE.GNU_STACK]
    if any(int(segment.flags) & int(Segment.FLAGS.X) for segment in stack):
        found.append("executable-stack")
    if any(segment.type == Segment.TYPE.GNU_RELRO for segment in elf.segments):
        found.append("relro")
    both = int(Segment.FLAGS.W) | int(Segment.FLAGS.X)
    if any(segment.type == Segment.TYPE.LOAD and int(segment.flags) & both == both for segment in elf.segments):
        found.append("writable-code")
    return found
