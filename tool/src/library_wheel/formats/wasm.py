"""WebAssembly's side modules: their symbols, and the section dylink.0, which WebAssembly's tool conventions define."""

from collections.abc import Iterator

from ..native_file import NativeFile, NotReadableError, Symbol, modules

HEADER = b"\0asm\1\0\0\0"
CUSTOM_SECTION, IMPORT_SECTION, EXPORT_SECTION = 0, 2, 7
NEEDED, IMPORT_INFORMATION, RUNTIME_PATH = 2, 4, 5
BINDING_WEAK = 0x1
FUNCTION, TABLE, MEMORY, GLOBAL, EXCEPTION = range(5)
# The modules that a side module's imports name: for functions, and for the addresses of functions and data.
FUNCTIONS, FUNCTION_ADDRESSES, DATA_ADDRESSES = "env", "GOT.func", "GOT.mem"
# Imports that the dynamic linker itself provides.
OF_THE_LINKER = frozenset(
    {"memory", "__indirect_function_table", "__stack_pointer", "__memory_base", "__table_base", "__stack_low"}
    | {"__stack_high", "__heap_base", "__heap_end", "__cpp_exception", "__c_longjmp"}
)


class Reader:
    """Reads values one after the other from bytes. Raises NotReadableError if the bytes end too early."""

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.position = 0

    def take(self, size: int) -> memoryview:
        """Return the next `size` bytes."""
        end = self.position + size
        if end > len(self.content):
            raise NotReadableError("it is cut off: it ends in the middle of a section")
        taken, self.position = self.content[self.position : end], end
        return taken

    def number(self) -> int:
        """Return an unsigned integer in LEB128."""
        value = shift = 0
        while (byte := self.take(1)[0]) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def text(self) -> str:
        """Return a string, which its length precedes."""
        return bytes(self.take(self.number())).decode(errors="backslashreplace")

    def texts(self) -> list[str]:
        """Return strings, which their number precedes."""
        return [self.text() for _ in range(self.number())]

    def sections(self) -> Iterator[tuple[int, "Reader"]]:
        """Yield the type and the content of each section."""
        while self.position < len(self.content):
            kind = self.take(1)[0]
            yield kind, Reader(self.take(self.number()))

    def limits(self) -> None:
        """Skip the limits of a table or memory."""
        flags = self.number()
        self.number()
        if flags & 1:
            self.number()


def read(content: bytes) -> NativeFile:
    """Return the facts about a WebAssembly file. Raises NotReadableError if it is damaged."""
    file = Reader(memoryview(content))
    if bytes(file.take(min(len(HEADER), len(content)))) != HEADER:
        raise NotReadableError("it begins like a WebAssembly file, but has an unknown version")
    needed: list[str] = []
    paths: list[str] = []
    weak: set[str] = set()
    imports: list[Symbol] = []
    exports: list[Symbol] = []
    is_side_module = False
    for number, (kind, section) in enumerate(file.sections()):
        if kind == CUSTOM_SECTION and number == 0 and section.text() == "dylink.0":
            is_side_module = True
            # A new reader, because `section` has already read the name.
            for part, reader in Reader(section.content[section.position :]).sections():
                if part == NEEDED:
                    needed = reader.texts()
                elif part == RUNTIME_PATH:
                    paths = [path for joined in reader.texts() for path in joined.split(":")]
                elif part == IMPORT_INFORMATION:
                    weak = set(weak_imports(reader))
        elif kind == IMPORT_SECTION:
            imports = list(read_imports(section))
        elif kind == EXPORT_SECTION:
            exports = list(read_exports(section))
    return NativeFile(
        format="WebAssembly",
        machines=("wasm32",),
        kind="library" if is_side_module else "program",
        modules=modules(symbol.name for symbol in exports),
        needed=tuple(needed),
        search_paths=tuple(paths),
        exports=tuple(exports),
        imports=tuple(symbol._replace(weak=symbol.name in weak) for symbol in imports),
    )


def weak_imports(section: Reader) -> Iterator[str]:
    """Yield the names of the imports that may stay undefined."""
    for _ in range(section.number()):
        section.text()
        name, flags = section.text(), section.number()
        if flags & BINDING_WEAK:
            yield name


def read_imports(section: Reader) -> Iterator[Symbol]:
    """Yield the symbols that other modules must export."""
    seen = set()
    for _ in range(section.number()):
        module, name, kind = section.text(), section.text(), section.take(1)[0]
        if kind == FUNCTION:
            section.number()
        elif kind == TABLE:
            section.take(1)
            section.limits()
        elif kind == MEMORY:
            section.limits()
        elif kind == GLOBAL:
            section.take(2)
        elif kind == EXCEPTION:
            section.take(1)
            section.number()
        else:
            raise NotReadableError(f"its import section has an entry of an unknown kind: {kind}")
        known = module in (FUNCTIONS, FUNCTION_ADDRESSES, DATA_ADDRESSES) and name not in OF_THE_LINKER
        if known and name not in seen:
            seen.add(name)
            yield Symbol(name, data=module == DATA_ADDRESSES)


def read_exports(section: Reader) -> Iterator[Symbol]:
    """Yield the symbols that a module exports."""
    for _ in range(section.number()):
        name, kind = section.text(), section.take(1)[0]
        section.number()
        if kind in (FUNCTION, GLOBAL):
            yield Symbol(name, data=kind == GLOBAL)
