"""The needs and names in an ELF file, through pyelftools, which reads only these parts of the file."""

from typing import BinaryIO

from elftools.common.exceptions import ELFError
from elftools.construct import ConstructError
from elftools.elf.dynamic import DynamicSegment, DynamicTag
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import InterpSegment, Segment

from ..native_file import Kind, NativeFile, NotReadableError
from .elf import BIG_ENDIAN, DF_1_PIE, MACHINES, former_identity, modules_in

# pyelftools' names that differ from lief's, which are in MACHINES.
LIEF_NAMES = {"386": "I386"}


def read(file: BinaryIO) -> NativeFile:
    """Return the facts about an ELF file. Raises NotReadableError if it is damaged."""
    try:
        return links(ELFFile(file))
    # pyelftools checks little of what it reads.
    except (ELFError, ConstructError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise NotReadableError("it begins like an ELF file, but its dynamic section can't be read") from error


def links(elf: ELFFile) -> NativeFile:
    """Return the facts about an ELF file."""
    tags: dict[str, list[DynamicTag]] = {}
    interpreter = None
    # Kept, because pyelftools would parse all segments again to translate an address.
    loaded: list[Segment] = []
    for segment in elf.iter_segments():
        if segment.header.p_type == "PT_LOAD":
            loaded.append(segment)
        if isinstance(segment, InterpSegment):
            interpreter = segment.get_interp_name()
        if isinstance(segment, DynamicSegment):
            for tag in segment.iter_tags():
                tags.setdefault(str(tag.entry.d_tag), []).append(tag)
    needed = names(tags, "needed")
    identity = next(iter(names(tags, "soname")), None)
    strings = string_table(elf, loaded, tags)
    rpath = "DT_RPATH" in tags and "DT_RUNPATH" not in tags
    return NativeFile(
        format="ELF",
        machines=(machine(elf),),
        kind=kind(elf, tags, interpreter),
        identity=identity,
        former_identity=former_identity(identity, needed, strings),
        modules=modules_in(strings),
        needed=needed,
        search_paths=tuple(
            path for paths in names(tags, "rpath" if rpath else "runpath") if paths for path in paths.split(":")
        ),
        interpreter=interpreter,
        properties=frozenset(["rpath"] if rpath else []),
    )


def names(tags: dict[str, list[DynamicTag]], kind: str) -> tuple[str, ...]:
    """Return the names in the entries DT_NEEDED (`needed`), DT_SONAME (`soname`), DT_RPATH or DT_RUNPATH."""
    return tuple(getattr(tag, kind) for tag in tags.get(f"DT_{kind.upper()}", []))


def machine(elf: ELFFile) -> str:
    """Return the machine as wheel tags name it."""
    name = str(elf.header.e_machine).removeprefix("EM_")
    found = MACHINES.get((LIEF_NAMES.get(name, name), elf.elfclass), name.lower())
    return found if elf.little_endian else BIG_ENDIAN.get(found, found)


def kind(elf: ELFFile, tags: dict[str, list[DynamicTag]], interpreter: str | None) -> Kind:
    """Return the kind of an ELF file."""
    if elf.header.e_type == "ET_REL":
        return "object"
    flags = tags["DT_FLAGS_1"][0].entry.d_val if "DT_FLAGS_1" in tags else 0
    if elf.header.e_type == "ET_EXEC" or flags & DF_1_PIE or (interpreter and "DT_SONAME" not in tags):
        return "program"
    return "library"


def string_table(elf: ELFFile, loaded: list[Segment], tags: dict[str, list[DynamicTag]]) -> bytes:
    """Return the names in the dynamic section and in the symbol table, each between two null bytes."""
    if "DT_STRTAB" not in tags or "DT_STRSZ" not in tags:
        return b""
    address = tags["DT_STRTAB"][0].entry.d_val
    for segment in loaded:
        offset = address - segment.header.p_vaddr
        if 0 <= offset < segment.header.p_filesz:
            elf.stream.seek(segment.header.p_offset + offset)
            return bytes(elf.stream.read(tags["DT_STRSZ"][0].entry.d_val))
    return b""
