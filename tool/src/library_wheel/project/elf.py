"""The facts in an ELF file, read with pyelftools.

The suites have a reader of their own, besides `formats/elf.py`, which reads with lief for the commands. So a mistake in
one reader does not hide from both the suites and `check` what is wrong with a wheel. A test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

from elftools.elf.dynamic import DynamicSection, DynamicTag
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import Section, Symbol, SymbolTableSection

AnySection = TypeVar("AnySection", bound=Section)

DF_BIND_NOW = 0x8
PF_X = 0x1


@dataclass(frozen=True)
class Elf:
    """The facts about a shared library or extension module that the audits check."""

    soname: str | None
    needed: list[str]
    rpath: str | None
    runpath: str | None
    imports: dict[str, str]  # undefined function -> "library:version" that it is bound to, or ""
    exports: dict[str, str]  # defined function -> its version, or ""
    entries: dict[str, bytes]  # defined function that is not weak -> its first four bytes
    full_relro: bool
    executable_stack: bool


def read_elf(content: bytes) -> Elf:
    """Return the facts about an ELF file."""
    elf = ELFFile(BytesIO(content))
    dynamic: dict[str, list[DynamicTag]] = {}
    if table := section(elf, ".dynamic", DynamicSection):
        for tag in table.iter_tags():
            dynamic.setdefault(tag.entry.d_tag, []).append(tag)

    def texts(name: str) -> list[str]:
        return [getattr(tag, name) for tag in dynamic.get(f"DT_{name.upper()}", ())]

    segments = {segment.header.p_type: segment for segment in elf.iter_segments()}
    flags = dynamic["DT_FLAGS"][0].entry.d_val if "DT_FLAGS" in dynamic else 0
    return Elf(
        soname=next(iter(texts("soname")), None),
        needed=texts("needed"),
        rpath=next(iter(texts("rpath")), None),
        runpath=next(iter(texts("runpath")), None),
        imports={name: version for name, version, defined in symbols(elf) if not defined},
        exports={name: version for name, version, defined in symbols(elf) if defined},
        entries=dict(entries(elf)),
        full_relro="PT_GNU_RELRO" in segments and bool(flags & DF_BIND_NOW),
        executable_stack="PT_GNU_STACK" not in segments or bool(segments["PT_GNU_STACK"].header.p_flags & PF_X),
    )


def section(elf: ELFFile, name: str, kind: type[AnySection]) -> AnySection | None:
    """Return a section of this name and kind, if there is one."""
    found = elf.get_section_by_name(name)
    return found if isinstance(found, kind) else None


def dynamic_symbols(elf: ELFFile) -> Iterator[Symbol]:
    """Yield the symbols that a file exports or imports."""
    if table := section(elf, ".dynsym", SymbolTableSection):
        yield from table.iter_symbols()


def entries(elf: ELFFile) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the first four bytes of each global function that the dynamic symbol table defines.

    Weak functions are left out, since they may come from a statically linked C++ runtime.
    """
    for symbol in dynamic_symbols(elf):
        kind = symbol.entry.st_info
        if (kind.bind, kind.type) == ("STB_GLOBAL", "STT_FUNC") and symbol.entry.st_shndx != "SHN_UNDEF":
            (offset,) = elf.address_offsets(symbol.entry.st_value)
            elf.stream.seek(offset)
            yield symbol.name, elf.stream.read(4)


def symbols(elf: ELFFile) -> Iterator[tuple[str, str, bool]]:
    """Yield name, version and whether it is defined here, for each global function in the dynamic symbol table."""
    versions = {}
    if needs := section(elf, ".gnu.version_r", GNUVerNeedSection):
        for library, auxiliaries in needs.iter_versions():
            for auxiliary in auxiliaries:
                versions[auxiliary.entry.vna_other] = f"{library.name}:{auxiliary.name}"
    if definitions := section(elf, ".gnu.version_d", GNUVerDefSection):
        for definition, auxiliaries in definitions.iter_versions():
            versions[definition.entry.vd_ndx] = next(auxiliaries).name
    indices = section(elf, ".gnu.version", GNUVerSymSection)
    for number, symbol in enumerate(dynamic_symbols(elf)):
        if symbol.entry.st_info.bind == "STB_GLOBAL" and symbol.entry.st_info.type in ("STT_FUNC", "STT_NOTYPE"):
            index = indices.get_symbol(number).entry.ndx if indices else None
            # `index` is a number, with a flag for hidden symbols, or VER_NDX_LOCAL or VER_NDX_GLOBAL for no version.
            version = versions[index & 0x7FFF] if isinstance(index, int) else ""
            yield symbol.name, version, symbol.entry.st_shndx != "SHN_UNDEF"
