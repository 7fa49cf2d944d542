"""Import modules and report the mapped files. The interpreter in question, which lacks library-wheel, runs this.

`python -c PROBE RESULT MODULE...` writes JSON to the file RESULT. It does so again after each module, in case a later
one kills the process:

    at_start         the native files that were mapped before the first import
    imported         [module, the files that its import has mapped], for each module that could be imported
    error            [module, message] of the first one that could not, after which the probe stops
    left             the files that this module had mapped by then
    modules          file -> name of the extension module that it is
    order            the files in the order in which they were loaded; null if the interpreter can't say
    dll_directories  the folders that os.add_dll_directory() was called with
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def mapped() -> set[str]:
    """Return the files that are mapped into this process."""
    if sys.platform == "darwin":
        return set(images_of_macos())
    if sys.platform == "win32":
        return set(modules_of_windows())
    # Paths need not be text.
    with open("/proc/self/maps", "rb") as maps:
        return {os.fsdecode(line.split(None, 5)[5].rstrip(b"\n")) for line in maps if b"/" in line}


def images_of_macos() -> list[str]:
    """Return the files that dyld has loaded, in its order."""
    import ctypes

    dyld = ctypes.CDLL(None)
    dyld._dyld_get_image_name.restype = ctypes.c_char_p
    return [os.fsdecode(dyld._dyld_get_image_name(number)) for number in range(dyld._dyld_image_count())]


def modules_of_windows() -> list[str]:
    """Return the files of the DLLs in this process, in the order of their loading."""
    import ctypes
    from ctypes import wintypes

    windows: Any = ctypes  # WinDLL is there only on Windows.
    modules, size = (wintypes.HMODULE * 16384)(), wintypes.DWORD()
    process = wintypes.HANDLE(-1)
    windows.WinDLL("psapi").EnumProcessModules(process, modules, ctypes.sizeof(modules), ctypes.byref(size))
    name = ctypes.create_unicode_buffer(32768)
    files = []
    for module in modules[: size.value // ctypes.sizeof(wintypes.HMODULE)]:
        windows.WinDLL("kernel32").GetModuleFileNameW(wintypes.HMODULE(module), name, len(name))
        files.append(name.value)
    return files


def objects_of_linux() -> list[str]:
    """Return the files that the loader of glibc or musl lists, in the order of their loading."""
    import ctypes

    class Information(ctypes.Structure):
        _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]

    found = []

    def see(information: ctypes._Pointer[Information], size: int, data: None) -> int:  # noqa: ARG001
        found.append(os.fsdecode(information.contents.name or b""))
        return 0

    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Information), ctypes.c_size_t, ctypes.c_void_p)
    ctypes.CDLL(None).dl_iterate_phdr(kind(see), None)
    return found


def order() -> list[str] | None:
    """Return the mapped files in the order of their loading; None without ctypes."""
    try:
        if sys.platform == "darwin":
            return images_of_macos()
        if sys.platform == "win32":
            return modules_of_windows()
        # This imports ctypes, which loads libraries, so it must come after the modules in question.
        return objects_of_linux()
    except (ImportError, AttributeError, OSError):
        return None


def files_of_modules() -> dict[str, str]:
    """Return the name of the extension module for each file that is one."""
    names = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        origin = getattr(spec, "origin", None)
        if origin and type(getattr(spec, "loader", None)).__name__ == "ExtensionFileLoader":
            names[os.path.realpath(origin)] = name
    return names


def main(result: str, names: list[str]) -> None:
    """Import the modules and write the answer."""
    answer: dict[str, Any] = {"imported": [], "error": None, "left": [], "dll_directories": []}
    own = os.getpid()

    def write() -> None:
        if os.getpid() != own:
            # A module has forked, and this is the child. The answer is about its parent.
            os._exit(0)
        with open(result + ".new", "w") as file:
            json.dump(answer, file)
        os.replace(result + ".new", result)

    if hasattr(os, "add_dll_directory"):
        add = os.add_dll_directory

        def add_dll_directory(path: str) -> Any:  # noqa: ANN401
            answer["dll_directories"].append(os.fspath(path))
            return add(path)

        os.add_dll_directory = add_dll_directory

    seen = mapped()
    answer["at_start"] = sorted(seen)
    write()
    for name in names:
        try:
            __import__(name)
        except BaseException as error:
            # This includes SystemExit: a module that ends the process can't be imported.
            answer["error"] = [name, type(error).__name__ + (": " + str(error) if str(error) else "")]
            answer["left"] = sorted(mapped() - seen)
            break
        after = mapped()
        answer["imported"].append([name, sorted(after - seen)])
        seen |= after
        write()
    answer["modules"] = files_of_modules()
    answer["order"] = order()
    write()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
