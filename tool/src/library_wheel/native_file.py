"""Native files: the facts that a library, extension module or program contains about itself, in any of four formats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Format = Literal["ELF", "Mach-O", "PE", "WebAssembly"]
# "library" includes extension modules. "debug" is a file of debug information that was split from another file.
Kind = Literal["library", "program", "object", "debug"]
Property = Literal[
    "bind-now",  # ELF: all symbols are bound when the file is loaded.
    "relro",  # ELF: tables that relocation has written become read-only.
    "executable-stack",  # ELF, Mach-O.
    "text-relocations",  # ELF: relocation writes into code.
    "writable-code",  # A segment or section is writable and executable.
    "aslr",  # PE: it may be loaded at any address.
    "high-entropy-aslr",  # PE, 64 bits.
    "nx",  # PE: data isn't executable.
    "signed",  # Mach-O: it has a code signature, which may be an ad hoc one.
    "packed-relocations",  # ELF: some relocations are in DT_RELR.
    "rpath",  # ELF: the search paths are DT_RPATH, which dependencies inherit, not DT_RUNPATH.
]


class NotReadableError(Exception):
    """A file begins like a native file but can't be read, because it is damaged or cut off."""


class Symbol(NamedTuple):
    """A symbol that a file exports, or imports from another file."""

    name: str
    # ELF: the symbol version, such as GLIBC_2.17.
    version: str | None = None
    # Imports: the library that must export it, by its name in `needed`; None if any loaded library may.
    library: str | None = None
    # Imports: loading succeeds without it. Exports: another definition has priority.
    weak: bool = False
    # Whether it is a variable, if the file says so.
    data: bool = False


@dataclass(frozen=True)
class NativeFile:
    """The facts about one native file. A universal Mach-O file has those of all its machines."""

    format: Format
    # The names that wheel tags use: x86_64, i686, aarch64, armv7l, riscv64 ... (ELF), x86_64, arm64 (Mach-O),
    # win32, amd64, arm64 (PE), wasm32.
    machines: tuple[str, ...]
    kind: Kind
    # SONAME, install name, or the name in a DLL's export table.
    identity: str | None = None
    # ELF: the SONAME before auditwheel changed it, if the string table still contains it.
    former_identity: str | None = None
    # Mach-O: the current version. PE: the version of the file in its resources.
    version: str | None = None
    # NAME of each PyInit_NAME or PyInitU_NAME, which Python calls to import an extension module of that name.
    modules: frozenset[str] = frozenset()
    # The libraries that the loader looks for, in the file's order and spelling.
    needed: tuple[str, ...] = ()
    # Those among `needed` whose absence the loader tolerates (Mach-O), or that are loaded at the first call (PE).
    optional: frozenset[str] = frozenset()
    # Mach-O: those among `needed` whose symbols it exports as its own.
    reexported: frozenset[str] = frozenset()
    # RUNPATH, RPATH or LC_RPATH, split.
    search_paths: tuple[str, ...] = ()
    exports: tuple[Symbol, ...] = ()
    imports: tuple[Symbol, ...] = ()
    # ELF: for each needed library, the symbol versions that it must define. Weak ones are left out.
    versions_needed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # ELF: the symbol versions that it defines itself.
    versions_defined: tuple[str, ...] = ()
    # Mach-O: the oldest macOS, for each machine: (("arm64", (11, 0)), ...).
    minimum_os: tuple[tuple[str, tuple[int, int]], ...] = ()
    # ELF: the program interpreter, such as /lib64/ld-linux-x86-64.so.2.
    interpreter: str | None = None
    properties: frozenset[Property] = frozenset()

    @cached_property
    def exported_names(self) -> frozenset[str]:
        """The names of the exported symbols."""
        return frozenset(symbol.name for symbol in self.exports)

    @cached_property
    def exported_versions(self) -> frozenset[tuple[str, str | None]]:
        """The exported symbols as pairs of name and symbol version."""
        return frozenset((symbol.name, symbol.version) for symbol in self.exports)


# Suffixes of extension modules. A file with a plain .so may also be a library.
MODULE_NAME = re.compile(r".+\.(abi3t?|cpython-\w+(-\w+)*|pypy\w+(-\w+)*|cp\d+t?-\w+)\.(so|pyd)|.+\.pyd")


def modules(symbols: Iterable[str]) -> frozenset[str]:
    """Return the names of the modules whose initialisation functions are among symbols."""
    return frozenset(name.partition("_")[2] for name in symbols if name.startswith(("PyInit_", "PyInitU_")))


def is_extension_module(name: str, file: NativeFile) -> bool:
    """Return whether a native file is a module that Python imports, by its name and its initialisation function."""
    base = name.rpartition("/")[2]
    stem = base.partition(".")[0]
    # PyInitU_ is for names that aren't ASCII (PEP 489).
    initialised = stem if stem.isascii() else stem.encode("punycode").decode().replace("-", "_")
    is_named = MODULE_NAME.fullmatch(base) or (base.endswith(".so") and initialised in file.modules)
    return file.kind == "library" and bool(is_named)
