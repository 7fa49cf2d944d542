"""Find out what is wrong with a file that the dynamic loader refused. Imported only after a failure, also by consumers."""

import os
import re
import sys

# How loaders name the file at fault: dyld, musl (two patterns), ctypes on Windows, glibc (also behind PyPy's words).
NAMED = re.compile(
    r"Library not loaded: (.+)|Error loading shared library (.+?): |Error relocating (.+?): "
    r"|Could not find module '(.+?)'|^(?:Cannot load library .+?: )?(/.+?|\S+?\.so\S*?): "
)
MAGIC = {"darwin": (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"), "emscripten": (b"\0asm",), "win32": (b"MZ",)}


def named_file(words: str) -> str | None:
    """Return the path or name of the file that the loader's message is about. Windows names none."""
    match = NAMED.search(words)
    return next(filter(None, match.groups())) if match else None


def not_found(file: str, error: Exception) -> bool:
    """Return whether the loader found no such library, rather than one that it can't use."""
    words = str(error)
    reasons = re.findall(r"' \((.+?)\)", words)  # macOS, for each path that it tried
    return (
        isinstance(error, FileNotFoundError)  # Windows
        or (named_file(words) == file and "No such file" in words)
        or (bool(reasons) and all(reason.startswith("no such file") for reason in reasons))
        or f'locateFile("{file}")' in words  # Emscripten
    )


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
        return f"this user may not read {path}", "Give it read permission"
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
        return f"{needed_by} needs {file}, which the loader can't find", f"Install the system package with {file}"
    if os.path.isabs(file) and (fault := fault_of(file)):
        return fault[0], fault[1] or "Install it again"
    return None
