"""PE files, the native files of Windows, through lief."""

import lief

from ..native_file import NativeFile, NotReadableError, Property, Symbol, modules
from . import name_of

MACHINES = {"I386": "win32", "AMD64": "amd64", "ARM64": "arm64", "ARM64EC": "arm64", "ARM64X": "arm64"}
Flags = lief.PE.OptionalHeader.DLL_CHARACTERISTICS
Section = lief.PE.Section.CHARACTERISTICS


def read(content: bytes) -> NativeFile | None:
    """Return the facts about a PE file; None if it is a DOS program. Raises NotReadableError if it is damaged."""
    header = int.from_bytes(content[60:64], "little")
    if content[header : header + 4] != b"PE\0\0":
        if header + 4 > len(content):
            raise NotReadableError("it is cut off: its PE header is beyond its end")
        return None
    config = lief.PE.ParserConfig()
    config.parse_signature = False
    config.parse_reloc = False
    lief.logging.disable()
    pe = lief.PE.parse(content, config)
    if pe is None:
        raise NotReadableError("it begins like a PE file, but its header can't be read")
    if any(
        section.pointerto_raw_data + section.sizeof_raw_data > len(content)
        for section in pe.sections
        if section.sizeof_raw_data
    ):
        raise NotReadableError("it is cut off: its section headers refer to bytes beyond its end")
    imports = [
        Symbol(symbol_name(entry), library=str(library.name))
        for library in [*pe.imports, *pe.delay_imports]
        for entry in library.entries
    ]
    export = pe.get_export()
    entries = export.entries if export else ()
    needed = [str(library.name) for library in pe.imports]
    delayed = [str(library.name) for library in pe.delay_imports]
    machine = name_of(pe.header.machine)
    return NativeFile(
        format="PE",
        machines=(MACHINES.get(machine, machine.lower()),),
        kind="library" if lief.PE.Header.CHARACTERISTICS.DLL in pe.header.characteristics_list else "program",
        identity=str(export.name) if export and export.name else None,
        version=version(pe),
        modules=modules(str(entry.name) for entry in entries),
        needed=tuple(dict.fromkeys([*needed, *delayed])),
        optional=frozenset(delayed) - frozenset(needed),
        imports=tuple(imports),
        # Importers may use either the name or the ordinal.
        exports=tuple(Symbol(name) for entry in entries for name in (str(entry.name), f"#{entry.ordinal}") if name),
        properties=frozenset(properties(pe)),
    )


def version(pe: lief.PE.Binary) -> str | None:
    """Return the version of the file in its resources, such as 14.44.35211.0."""
    resources = pe.resources_manager
    found = resources.version if isinstance(resources, lief.PE.ResourcesManager) else []
    for resource in found:
        info = resource.file_info
        parts = [half for whole in (info.file_version_ms, info.file_version_ls) for half in divmod(whole, 0x10000)]
        if any(parts):
            return ".".join(map(str, parts))
    return None


def symbol_name(entry: lief.PE.ImportEntry | lief.PE.DelayImportEntry) -> str:
    """Return the name of an imported symbol, "#7" for one that is imported by its ordinal."""
    return f"#{entry.ordinal}" if entry.is_ordinal else str(entry.name)


def properties(pe: lief.PE.Binary) -> list[Property]:
    """Return the properties that make a PE file harder or easier to attack."""
    flags = pe.optional_header.dll_characteristics
    found: list[Property] = []
    if flags & int(Flags.DYNAMIC_BASE):
        found.append("aslr")
    if flags & int(Flags.HIGH_ENTROPY_VA):
        found.append("high-entropy-aslr")
    if flags & int(Flags.NX_COMPAT):
        found.append("nx")
    both = int(Section.MEM_WRITE) | int(Section.MEM_EXECUTE)
    if any(section.characteristics & both == both for section in pe.sections):
        found.append("writable-code")
    return found
