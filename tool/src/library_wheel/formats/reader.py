"""Reading native files of any format. A format's own reader is imported when there is a file for it: lief is slow."""

import warnings
from pathlib import Path

from ..native_file import Format, NativeFile

HEAD_SIZE = 64
_FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
_MACHO = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf")


def format_of(head: bytes) -> Format | None:
    """Return the format of the file that begins with these bytes (at least HEAD_SIZE of a longer file)."""
    if head.startswith(b"\x7fELF"):
        return "ELF"
    if head.startswith(_MACHO):
        return "Mach-O"
    # Java's class files begin with the same four bytes. A version follows, which exceeds any number of machines.
    if head.startswith(_FAT) and 0 < int.from_bytes(head[4:8], "big") < 40:
        return "Mach-O"
    if head.startswith(b"\0asm"):
        return "WebAssembly"
    # Text may begin with "MZ" too. In a PE file, the PE header follows the DOS header, which has 64 bytes, closely.
    if head.startswith(b"MZ") and len(head) >= HEAD_SIZE and 64 <= int.from_bytes(head[60:64], "little") < 0x10000:
        return "PE"
    return None


def is_native(head: bytes) -> bool:
    """Return whether the file that begins with these bytes (at least HEAD_SIZE of a longer file) is a native file."""
    return format_of(head) is not None


def read(data: bytes | Path) -> NativeFile | None:
    """Return the facts about a file, given its content or path; None if it is not a native file.

    Raises NotReadableError if the file is damaged.
    """
    if isinstance(data, Path):
        with data.open("rb") as file:
            head = file.read(HEAD_SIZE)
            data = head + file.read() if is_native(head) else head
    with warnings.catch_warnings():
        # lief warns of numbers in headers that it doesn't know.
        warnings.simplefilter("ignore", RuntimeWarning)
        match format_of(data[:HEAD_SIZE]):
            case "ELF":
                from . import elf

                return elf.read(data)
            case "Mach-O":
                from . import macho

                return macho.read(data)
            case "PE":
                from . import pe

                return pe.read(data)
            case "WebAssembly":
                from . import wasm

                return wasm.read(data)
            case None:
                return None


def read_links(path: Path) -> NativeFile | None:
    """Return the facts about a file like `read`, but without the symbols, sections and properties of an ELF file.

    This reads only a few pages of an ELF file, so that an environment with many large files takes a second.

    Raises NotReadableError if the file is damaged.
    """
    with path.open("rb") as file:
        if format_of(file.read(HEAD_SIZE)) == "ELF":
            from . import elf_links

            return elf_links.read(file)
    return read(path)
