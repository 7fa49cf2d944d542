"""The promises in an exporter's version, SONAMEs and symbols."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from io import BytesIO

from elftools.elf.elffile import ELFFile
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from .elf import dynamic_symbols

# Symbols that some linkers define in every library.
OF_LINKERS = {
    "_init",
    "_fini",
    "_edata",
    "_end",
    "__bss_start",
    "__bss_start__",
    "__bss_end__",
    "__end__",
    "_bss_end__",
}


def is_version(said: str, version: str) -> bool:
    """Return whether a library reports this version. Only numbers that both have are compared.

    A library may report fewer numbers (3.13) or more (1.3.0.0) than its wheel, or words (libfoo 1.3.0-beta).
    """
    number = re.search(r"(?<![A-Za-z0-9])v?([0-9]+(?:\.[0-9]+)*)", said)  # not the 4 of liblz4
    if number is None:
        return False
    pairs = zip(map(int, number[1].split(".")), Version(version).release, strict=False)
    return all(ours == theirs for ours, theirs in pairs)


def next_soname(soname: str, version: str) -> str | None:
    """Return the first version after this one with another SONAME, or None if this is not known.

    It is known if the SOVERSION repeats two or more of the version's numbers. A single one may be equal by chance.
    """
    numbers = re.search(r"\.so\.([0-9]+(?:\.[0-9]+)+)$", soname)
    if numbers is None:
        return None
    repeated = tuple(map(int, numbers[1].split(".")))
    if Version(version).release[: len(repeated)] != repeated:
        return None
    return ".".join(map(str, (*repeated[:-1], repeated[-1] + 1)))


def admits(requirement: SpecifierSet, version: str | None) -> bool:
    """Return whether a requirement allows a version; False for None."""
    return version is not None and requirement.contains(version)


def exported(library: bytes) -> list[str]:
    """Return the symbols of the functions and variables that an ELF library exports.

    Weak ones are left out: in C++ these are inline functions and templates, which every caller may define as well.
    """
    return sorted(
        {
            symbol.name
            for symbol in dynamic_symbols(ELFFile(BytesIO(library)))
            if symbol.entry.st_info.bind == "STB_GLOBAL"
            # The symbol is neither from another library nor the name of a symbol version.
            and symbol.entry.st_shndx not in ("SHN_UNDEF", "SHN_ABS")
            and symbol.name not in OF_LINKERS
        }
    )


def undeclared(symbols: Sequence[str], headers: Iterable[bytes]) -> list[str]:
    """Return the symbols whose names are in no header. C++ symbols are demangled.

    In C++ only the unqualified name must be in a header, without arguments. For a table that the compiler makes for a
    class, this is the name of the class.
    """
    words = {word for text in headers for word in re.findall(r"[A-Za-z_$][\w$]*", text.decode(errors="replace"))}
    return [name for name in readable(symbols) if unqualified(name) not in words]


def readable(symbols: Sequence[str]) -> list[str]:
    """Return symbols, those of C++ demangled if this machine has c++filt, which comes with compilers."""
    program = shutil.which("c++filt") or shutil.which("llvm-cxxfilt")
    if program is None or not any(symbol.startswith("_Z") for symbol in symbols):
        return list(symbols)
    result = subprocess.run([program], input="\n".join(symbols), check=True, capture_output=True, text=True)
    return result.stdout.splitlines()


def unqualified(name: str) -> str:
    """Return the unqualified part of a demangled name: version in foo::Bar<int>::version(char const*) const."""
    name = re.sub(r"^.*\b(for|to) ", "", name)  # vtable for, non-virtual thunk to
    if re.search(r"\boperator\b", name):
        return "operator"
    name = name.replace("(anonymous namespace)::", "").replace("[abi:cxx11]", "")
    before = None
    while before != name:
        before, name = name, re.sub(r"<[^<>]*>", "", name)
    name = name.partition("(")[0].split(" ")[-1]
    return name.rpartition("::")[2].removeprefix("~")
