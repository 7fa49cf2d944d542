"""The messages with which dynamic loaders refuse a library; Python's ImportErrors quote them."""

from pathlib import Path

from .platform import PLATFORM


class Glibc:
    """GNU libc: elf/dl-load.c, elf/dl-lookup.c and elf/dl-version.c in its sources."""

    searched = "LD_LIBRARY_PATH (not set) and the system's folders"
    # The first bytes of a library's file, and the message about a file that ends after them.
    magic = b"\x7fELF"
    truncated = "is cut off after {} bytes"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """The loader's name of a library, which is also the name of its file in a wheel; on Windows it may be `dll`."""
        return f"lib{library}.so.{soversion}"

    def link_file(self, library: str, soversion: str, dll: str = "") -> str:
        """The name of the file in a wheel to link to."""
        return self.file(library, soversion)

    def missing(self, library: str) -> str:
        """The beginning of the message if a library's file is missing."""
        return f"{library}: cannot open shared object file: No such file or directory"

    def missing_for_ctypes(self, library: str) -> str:
        """The beginning of the message if ctypes should open a library by name and its file is missing."""
        return self.missing(library)

    def undefined(self, symbol: str, needed_by: str | Path, version: str = "") -> str:
        """The message if no library has a symbol that `needed_by` needs, which may have a symbol version."""
        return f"{needed_by}: undefined symbol: {symbol}" + (f", version {version}" if version else "")

    def lacks_version(self, version: str, symbol: str, library: str | Path, needed_by: str | Path) -> str:
        """The message if a library lacks a symbol version that `needed_by` needs for a symbol."""
        return f"{library}: version `{version}' not found"

    def damaged(self, library: Path, content: bytes) -> str:
        """The message if the file of a needed library has this content, which is not a library's."""
        return f"{library}: {'file too short' if len(content) < 64 else 'invalid ELF header'}"


class Musl(Glibc):
    """musl, which ignores symbol versions: ldso/dynlink.c in its sources."""

    def missing(self, library: str) -> str:
        """See Glibc."""
        return f"Error loading shared library {library}: No such file or directory"

    def undefined(self, symbol: str, needed_by: str | Path, version: str = "") -> str:
        """See Glibc."""
        return f"Error relocating {needed_by}: {symbol}: symbol not found"

    def lacks_version(self, version: str, symbol: str, library: str | Path, needed_by: str | Path) -> str:
        """See Glibc."""
        return self.undefined(symbol, needed_by)

    def damaged(self, library: Path, content: bytes) -> str:
        """See Glibc."""
        return f"Error loading shared library {library.name}: Exec format error"


class Windows(Glibc):
    """Windows, whose message names no file. It differs between Windows and Wine, and between languages."""

    searched = "the folders of the extension and python.exe, of os.add_dll_directory() and Windows itself, but not PATH"
    magic = b"not MZ"
    truncated = "is not a library ({} bytes)"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """See Glibc."""
        return dll or f"{library}-{soversion}.dll"

    def link_file(self, library: str, soversion: str, dll: str = "") -> str:
        """See Glibc. This is Meson's name of the import library for compilers other than MSVC."""
        return f"{library}.dll.a"

    def missing(self, library: str) -> str:
        """See Glibc."""
        return "DLL load failed while importing "

    def missing_for_ctypes(self, library: str) -> str:
        """See Glibc."""
        return f"Could not find module '{library}'"

    def damaged(self, library: Path, content: bytes) -> str:
        """See Glibc."""
        return "DLL load failed while importing "


class Dyld(Glibc):
    """macOS: dyld/Loader.cpp and dyld/JustInTimeLoader.cpp in dyld's sources."""

    magic = b"no mach-o"
    truncated = "is not a library ({} bytes)"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """See Glibc."""
        return f"lib{library}.{soversion}.dylib"

    def missing(self, library: str) -> str:
        """See Glibc."""
        return f"Library not loaded: @rpath/{library}\n"


class Emscripten(Glibc):
    """Emscripten in Pyodide: src/lib/libdylink.js in Emscripten's sources, src/js/pyodide.ts in Pyodide's."""

    searched = "LD_LIBRARY_PATH (/usr/lib:/lib/python3.14/site-packages) and the system's folders"
    magic = b"not wasm"
    truncated = "is not a library ({} bytes)"

    def missing(self, library: str) -> str:
        """See Glibc. This names the file that needs the library; the library's own name comes later."""
        return "could not load dynamic lib: "

    def damaged(self, library: Path, content: bytes) -> str:
        """See Glibc."""
        return "need to see wasm magic number"


LOADERS = {"dyld": Dyld, "Emscripten": Emscripten, "glibc": Glibc, "musl": Musl, "Windows": Windows}
LOADER = LOADERS[PLATFORM.loader]()
