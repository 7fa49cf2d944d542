"""Explain why the libraries can't be loaded or are older than this wheel. Imported only then.

Consumers whose import fails call `fault_for()`.
"""

import contextlib
import os
import re
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from . import _loading_error as loading_error

# With versions: on the index, a package of this name may be somebody else's.
INSTALL = 'pip install --force-reinstall "libbar>=2.0,<3"'
REINSTALL = f"Reinstall it: {INSTALL}"
# How loaders name the file at fault: dyld, musl (two patterns), ctypes on Windows, glibc (also behind PyPy's words).
NAMED = re.compile(
    r"Library not loaded: (.+)|Error loading shared library (.+?): |Error relocating (.+?): "
    r"|Could not find module '(.+?)'|^(?:Cannot load library .+?: )?(/.+?|\S+?\.so\S*?): "
)
MAGIC = {"darwin": (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"), "emscripten": (b"\0asm",), "win32": (b"MZ",)}


def explain(error: ImportError) -> ImportError:
    """Return the error to raise instead of `error`: what happened, to which file, and what to do."""
    about_libfoo = loading_error.explain(error, ("foo", "libfoo", "libfoo>=1.1,<2"))
    if about_libfoo.name == "libfoo":
        return about_libfoo
    path, reason = error.path, ""
    with contextlib.suppress(Exception):  # whatever fails here, users see the loader's own message
        path, problem, cure = refused(error) if error.path else stub_missing()
        reason = f"{problem}. {cure or REINSTALL}.{preference()} The loader says: " if problem else ""
    message = f"libbar can't be loaded: {reason}{error}"
    return ImportError(message, name="libbar", path=path)


def stub_missing() -> tuple[str, str, str]:
    """Explain that Python finds no stub."""
    folder = os.path.dirname(os.path.abspath(__file__))
    if not os.path.isdir(folder):
        archive = next(str(parent) for parent in Path(folder).parents if parent.exists())
        problem = f"it was imported from within {archive}, where the loader can't open libraries"
        cure = f"Install the wheel with pip, and remove {archive} from sys.path"
        return archive, problem if os.path.isfile(archive) else "", cure
    stubs = [name for name in os.listdir(folder) if name.startswith("_init.") and not name.endswith((".c", ".pyi"))]
    if not stubs:
        return folder, f"{folder} has no extension module _init; it is a source tree or an incomplete installation", ""
    problem = f"{folder} has {', '.join(stubs)}, but this interpreter imports only {', '.join(EXTENSION_SUFFIXES)}"
    cure = f"Install libbar with this interpreter: {sys.executable} -m {INSTALL}"
    return os.path.join(folder, stubs[0]), problem, cure


def refused(error: ImportError) -> tuple[str, str, str]:
    """Explain why the loader refuses the stub, a library of this wheel or one that it needs."""
    from ._libraries import LIBRARIES

    stub, words = str(error.path), str(error)
    folder = os.path.dirname(stub)
    if sys.platform == "linux" and (tags := of_another_linux()):
        return stub, f"{stub} is from a wheel for another platform ({tags})", ""
    libraries = [os.path.join(folder, file) for file, _ in LIBRARIES.values()]
    file = named_file(words)
    # The files that it may be about: the one that the loader names or, as Windows names none, each.
    own = [path for path in (*libraries, stub) if not file or os.path.basename(path) == os.path.basename(file)]
    for path in own:
        if fault := fault_of(path):
            return path, *fault
    if not own and (fault := fault_of_another(words, "it")):
        return str(file), *fault
    if other := another_copy(libraries, file or ""):
        fault = fault_of(other) or (f"{other}, which does not fit", "")
        unset = "" if sys.platform == "win32" else ", or its entry in LD_LIBRARY_PATH or LD_PRELOAD,"
        problem = f"the loader found another {os.path.basename(other)} first: {fault[0]}"
        cure = f"Remove that file{unset} or import libbar before whatever loads it"
        return other, problem, cure
    if own and own[0] != stub and "no such file" in words.lower():
        if words.startswith("Error loading") and (re.search("[:\n]", folder) or len(os.fsencode(own[0])) > 511):
            problem = f"musl does not search {folder}: its path has a colon, a line break or more than 511 bytes"
            return own[0], problem, "Install it in another folder"
        return stub, f"{own[0]} is there, but {stub} has lost the RUNPATH that leads the loader to it", ""
    return stub, "", ""


def named_file(words: str) -> str | None:
    """Return the path or name of the file that the loader's message is about. Windows names none."""
    match = NAMED.search(words)
    return next(filter(None, match.groups())) if match else None


def fault_for(words: str, path: str) -> tuple[str, str] | None:
    """Return what kept the loader, which said `words`, from loading the module at `path`, and what to do about it."""
    file = named_file(words)
    if file and os.path.basename(file) != os.path.basename(path):
        return fault_of_another(words, path)
    return fault_of(path) if os.path.isabs(path) else None


def fault_of(path: str) -> tuple[str, str] | None:
    """Return what is wrong with a file and what to do about it; if that is empty, it must be installed again."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        return f"{path} is missing", ""
    except PermissionError:
        return f"this user may not read {path}", "Grant read permission"
    except IsADirectoryError:
        return f"{path} is a directory", ""
    size = os.path.getsize(path)
    # The only check on Windows, macOS and WebAssembly, where the tables of sections are different.
    if not head.startswith(MAGIC.get(sys.platform, (b"\x7fELF",))):
        return f"{path} is {'not a library' if head else 'empty'} ({size} bytes)", ""
    if head.startswith(b"\x7fELF"):
        # In a 64-bit little-endian file: start, size of an entry and number of entries of the last table.
        begin, entry, count = (int.from_bytes(head[a:b], "little") for a, b in ((40, 48), (58, 60), (60, 62)))
        if size < 64 or (head[4:6] == b"\2\1" and size < begin + entry * count):
            return f"{path} is cut off after {size} bytes", ""
        with open("/proc/self/exe", "rb") as file:
            own = file.read(20)
        if (head[4:6], head[18:20]) != (own[4:6], own[18:20]):  # word size and byte order; machine
            problem = f"{path} is for a different processor architecture than this interpreter"
            return problem, f"Install it with the pip of this interpreter: {sys.executable} -m pip"
    if hasattr(os, "ST_NOEXEC") and os.statvfs(path).f_flag & os.ST_NOEXEC:
        return f"{path} is on a file system that is mounted noexec", "Install it on another file system"
    return None


def fault_of_another(words: str, needed_by: str) -> tuple[str, str] | None:
    """Return the same for a library that is neither the exporter's nor the consumer's."""
    file = named_file(words)
    if file is None:
        return None
    if match := re.search(r"version `(.+)' not found \(required by (.+?)\)", words):
        update = f"Update {os.path.basename(file)}, or install a build for a system as old as this one"
        return f"{match[2]} needs {match[1]}, which {file} does not have", update
    if "No such file" in words and not os.path.isabs(file):
        return f"{needed_by} needs {file}, which the loader can't find", f"Install the system package that has {file}"
    if os.path.isabs(file) and (fault := fault_of(file)):
        return fault[0], fault[1] or "Install it again"
    return None


def of_another_linux() -> str:
    """Return the tags of the wheel that has been unpacked here, if none of them is for this C library.

    Processors are compared in the files: the kernel's may not be the interpreter's, as on 32-bit Raspberry Pi OS.
    """
    from importlib.metadata import distributions
    from sysconfig import get_config_var

    records = [found.read_text("WHEEL") or "" for found in distributions(name="libbar")]
    tags = re.findall("^Tag: (.+)$", "\n".join(records), re.MULTILINE)
    # A build that nobody has repaired says linux, whichever C library it is for.
    libc = "musl" if "musl" in str(get_config_var("EXT_SUFFIX")) else "many"
    return "" if any(re.search(f"-({libc})?linux", tag) for tag in tags) else ", ".join(tags)


def another_copy(libraries: list[str], named: str) -> str | None:
    """Return a file of a library's name that the loader named, has loaded, or would find before the wheel's, if any."""
    names = {os.path.basename(library): library for library in libraries}
    candidates = [named, *os.environ.get("LD_PRELOAD", "").replace(":", " ").split()]
    for folders in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        candidates += [os.path.join(at, name) for at in os.environ.get(folders, "").split(":") for name in names]
    if sys.platform == "win32":
        candidates = loaded_dlls(names)  # only these come before a file beside the stub
    elif os.path.exists("/proc/self/maps"):
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            candidates += [line.rstrip("\n").split(maxsplit=5)[-1] for line in maps]
    found = (path for path in candidates if os.path.basename(path) in names and os.path.isfile(path))
    return next((path for path in found if not os.path.samefile(path, names[os.path.basename(path)])), None)


if sys.platform == "win32":

    def loaded_dlls(names: dict[str, str]) -> list[str]:
        """Return the files of the loaded DLLs of these names."""
        import ctypes
        from ctypes import wintypes

        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.GetModuleHandleW.restype = wintypes.HMODULE
        path = ctypes.create_unicode_buffer(32768)  # the longest there is
        modules = map(wintypes.HMODULE, map(kernel32.GetModuleHandleW, names))
        return [path.value for module in modules if module and kernel32.GetModuleFileNameW(module, path, len(path))]


def preference() -> str:
    """Return a sentence about the variables that ask for the system's library, if any is set."""
    from ._loader import preferred_libraries, variable

    names = " and ".join(map(variable, preferred_libraries()))
    return f" {names} is set; without it, the wheel's own library is loaded." if names else ""


def wrong_version(wheel: str, loaded: dict[str, tuple[str, str | None, int]]) -> ImportError:
    """Return the error for a library without all that this wheel's has: what was built with the wheel may need it."""
    name, path, version = next((name, path, version) for name, (path, version, fits) in loaded.items() if not fits)
    message = (
        f"libbar {wheel} needs its own version of the library {name} or a later compatible one, "
        f"but {version or 'another'} is already loaded from {path}. "
        f"Update or remove that file, or import libbar before whatever loads it.{preference()}"
    )
    return ImportError(message, name="libbar", path=path)
