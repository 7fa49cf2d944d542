"""The words in which dynamic loaders refuse a library; Python's ImportErrors quote them."""

from pathlib import Path

from .platform import PLATFORM


class Glibc:
    """GNU libc: elf/dl-load.c, elf/dl-lookup.c and elf/dl-version.c of its sources."""

    searched = "LD_LIBRARY_PATH (not set) and the system's folders"
    # How a library's file begins, and what is said of one that has no more than that.
    magic = b"\x7fELF"
    truncated = "is cut off after {} bytes"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """The name by which the loader knows a library, and of its file in a wheel; for Windows that may be `dll`."""
        return f"lib{library}.so.{soversion}"

    def link_file(self, library: str, soversion: str, dll: str = "") -> str:
        """The name of the file to link to, in a wheel."""
        return self.file(library, soversion)

    def missing(self, library: str) -> str:
        """What is said first if there is no file of a library."""
        return f"{library}: cannot open shared object file: No such file or directory"

    def missing_for_ctypes(self, library: str) -> str:
        """What is said first if there is no file of a library that ctypes was asked for by its name."""
        return self.missing(library)

    def undefined(self, symbol: str, needed_by: str | Path, version: str = "") -> str:
        """What is said if no library has a symbol that `needed_by` needs, of a symbol version if it has one."""
        return f"{needed_by}: undefined symbol: {symbol}" + (f", version {version}" if version else "")

    def lacks_version(self, version: str, symbol: str, library: str | Path, needed_by: str | Path) -> str:
        """What is said if a library has not got a symbol version that `needed_by` needs, nor a symbol of it."""
        return f"{library}: version `{version}' not found"

    def damaged(self, library: Path, content: bytes) -> str:
        """What is said if a library that something needs is a file that is none."""
        return f"{library}: {'file too short' if len(content) < 64 else 'invalid ELF header'}"


class Musl(Glibc):
    """musl, which knows no symbol versions: ldso/dynlink.c of its sources."""

    def missing(self, library: str) -> str:
        """As for glibc."""
        return f"Error loading shared library {library}: No such file or directory"

    def undefined(self, symbol: str, needed_by: str | Path, version: str = "") -> str:
        """As for glibc."""
        return f"Error relocating {needed_by}: {symbol}: symbol not found"

    def lacks_version(self, version: str, symbol: str, library: str | Path, needed_by: str | Path) -> str:
        """As for glibc."""
        return self.undefined(symbol, needed_by)

    def damaged(self, library: Path, content: bytes) -> str:
        """As for glibc."""
        return f"Error loading shared library {library.name}: Exec format error"


class Windows(Glibc):
    """Windows, which names no file; what it does say differs between it and Wine, and between languages."""

    searched = "the folders of the extension and python.exe, of os.add_dll_directory() and Windows itself, but not PATH"
    magic = b"not MZ"
    truncated = "is not a library ({} bytes)"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """As for glibc."""
        return dll or f"{library}-{soversion}.dll"

    def link_file(self, library: str, soversion: str, dll: str = "") -> str:
        """As for glibc: the import library, as Meson names it for compilers other than MSVC."""
        return f"{library}.dll.a"

    def missing(self, library: str) -> str:
        """As for glibc."""
        return "DLL load failed while importing "

    def missing_for_ctypes(self, library: str) -> str:
        """As for glibc."""
        return f"Could not find module '{library}'"

    def damaged(self, library: Path, content: bytes) -> str:
        """As for glibc."""
        return "DLL load failed while importing "


class Dyld(Glibc):
    """macOS: dyld/Loader.cpp and dyld/JustInTimeLoader.cpp of dyld's sources."""

    magic = b"no mach-o"
    truncated = "is not a library ({} bytes)"

    def file(self, library: str, soversion: str, dll: str = "") -> str:
        """As for glibc."""
        return f"lib{library}.{soversion}.dylib"

    def missing(self, library: str) -> str:
        """As for glibc."""
        return f"Library not loaded: @rpath/{library}\n"


class Emscripten(Glibc):
    """Emscripten, as Pyodide uses it: src/lib/libdylink.js of its sources, src/js/pyodide.ts of Pyodide's."""

    searched = "LD_LIBRARY_PATH (/usr/lib:/lib/python3.14/site-packages) and the system's folders"
    magic = b"not wasm"
    truncated = "is not a library ({} bytes)"

    def missing(self, library: str) -> str:
        """As for glibc. That is about what needs it; its own name comes later."""
        return "could not load dynamic lib: "

    def damaged(self, library: Path, content: bytes) -> str:
        """As for glibc."""
        return "need to see wasm magic number"


LOADERS = {"dyld": Dyld, "Emscripten": Emscripten, "glibc": Glibc, "musl": Musl, "Windows": Windows}
LOADER = LOADERS[PLATFORM.loader]()
