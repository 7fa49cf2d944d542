"""What to say when the stub can't be imported. Read only then, so that a working import does not pay for it."""

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

from ._libraries import LIBRARIES
from ._loader import preferred_libraries, variable

# With versions: the index may have a package of this name that is somebody else's.
INSTALL = 'pip install --force-reinstall "libfoo>=1.1,<2"'
REINSTALL = f"Reinstall it: {INSTALL}"


def explain(error: ImportError) -> ImportError:
    """Return the error to raise instead of `error`: what happened, to which file, and what to do."""
    preferred = " and ".join(map(variable, preferred_libraries()))
    hint = f" {preferred} is set; without it, the wheel's own library is loaded." if preferred else ""
    # The stub's own: it found another version loaded, and says so.
    if error.name == "libfoo":
        return ImportError(f"{error}{hint}", name="libfoo", path=error.path)
    directory = os.path.dirname(os.path.abspath(__file__))
    libraries = [os.path.join(directory, name) for name in LIBRARIES.values()]
    # The one it is about: one that can't be read, or one that the loader names.
    unreadable = [path for path in libraries if not os.access(path, os.R_OK)]
    named = [path for path in libraries if os.path.basename(path) in str(error)]
    library = [*unreadable, *named, *libraries][0]
    stubs = [name for name in os.listdir(directory) if name.startswith("_init.") and not name.endswith((".c", ".pyi"))]
    if not stubs:
        problem = f"{directory} has no extension module _init; it is a source tree or an incomplete installation"
        cure = REINSTALL
    elif not any("_init" + suffix in stubs for suffix in EXTENSION_SUFFIXES):
        suffixes = ", ".join(EXTENSION_SUFFIXES)
        problem = f"{directory} has {', '.join(stubs)}, but this interpreter imports only {suffixes}"
        cure = f"Install libfoo with this interpreter: {sys.executable} -m {INSTALL}"
    elif not os.path.isfile(library):
        problem = f"its library is missing: {library}"
        cure = REINSTALL
    elif not os.access(library, os.R_OK):
        problem = f"this user may not read its library: {library}"
        cure = "Give it read permission"
    elif other := next(filter(None, map(another_copy, libraries)), None):
        problem = f"the loader took another {os.path.basename(other)} first, which does not fit: {other}"
        variables = "" if sys.platform == "win32" else ", from LD_LIBRARY_PATH or LD_PRELOAD if they name it,"
        cure = f"Remove it{variables} or import libfoo before what loads it"
    else:
        problem = f"the loader refuses its library: {library} ({os.path.getsize(library)} bytes{platforms()})"
        cure = REINSTALL
    message = f"libfoo can't be loaded: {problem}. {cure}.{hint} The cause: {error}"
    return ImportError(message, name="libfoo", path=library)


def platforms() -> str:
    """Return which platform the wheel is for and which this one is; nothing if no installer left a record."""
    import sysconfig
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        wheel = distribution("libfoo").read_text("WHEEL") or ""
    except PackageNotFoundError:
        return ""
    tags = [line.partition(": ")[2] for line in wheel.splitlines() if line.startswith("Tag: ")]
    return f", of a wheel for {', '.join(tags)}; this is {sysconfig.get_platform()}"


def another_copy(library: str) -> str | None:
    """Return a file of the library's name that the loader has loaded or would find before `library`, if any."""
    name = os.path.basename(library)
    candidates = []
    if sys.platform == "win32":
        candidates += loaded_dlls(name)  # only these come before a file beside the stub
    elif os.path.exists("/proc/self/maps"):  # Linux
        with open("/proc/self/maps") as maps:
            candidates += [line.rstrip("\n").split(maxsplit=5)[-1] for line in maps]
    candidates += os.environ.get("LD_PRELOAD", "").replace(":", " ").split()
    for folders in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        candidates += [os.path.join(folder, name) for folder in os.environ.get(folders, "").split(":")]
    named = (path for path in candidates if os.path.basename(path) == name and os.path.isfile(path))
    return next((path for path in named if not os.path.samefile(path, library)), None)


if sys.platform == "win32":

    def loaded_dlls(name: str) -> list[str]:
        """Return the file of the loaded DLL of this name, if there is one."""
        import ctypes
        from ctypes import wintypes

        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.GetModuleHandleW.restype = wintypes.HMODULE
        path = ctypes.create_unicode_buffer(32768)  # the longest there is
        module = wintypes.HMODULE(kernel32.GetModuleHandleW(name))
        return [path.value] if module and kernel32.GetModuleFileNameW(module, path, len(path)) else []
