"""Import modules in order, use the library through each, and print what was seen. An interpreter under test runs this.

`python layout_probe.py QUESTIONS MODULE...`, where QUESTIONS is JSON:

    libraries     the names of files
    exporters     exporter -> its libraries
    expression    Python about `consumer`, a module

It prints a record separator (RFC 7464), since modules may print too, and JSON: either {"error": {...}} about the
module that can't be imported, or

    images        the files named like those libraries that are mapped into the process
    answers       consumer -> what the expression gave for it
    files         module -> its __file__, exporters included
    exporters     exporter -> its libraries: of each its `own` file, the one `loaded`, all `images` of that name
"""

import argparse
import ctypes
import importlib
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import ModuleType
from typing import Any


def images(library: str) -> list[str]:
    """Return the files mapped into this process that have a library's name, bundled copies included."""
    loaded = {"darwin": images_of_macos, "emscripten": modules_of_emscripten, "win32": modules_of_windows}
    paths = loaded.get(sys.platform, files_of_linux)()
    stem, version = os.path.basename(library).partition(".")[0], ""
    if sys.platform == "win32":
        stem, version = re.sub(r"-\d+$", "", stem), r"(-[\d.]+)?"
    # Tools that bundle a library put a hash behind its name, more than once if they do so again.
    name = re.compile(rf"{re.escape(stem)}{version}(-[0-9a-f]{{8,}})*\..*")
    return sorted(path for path in paths if name.fullmatch(os.path.basename(path)))


def files_of_linux() -> set[str]:
    """Return the files that are mapped into this process."""
    # Paths need not be text.
    with open("/proc/self/maps", "rb") as maps:
        return {os.fsdecode(line.split(maxsplit=5)[5].rstrip(b"\n")) for line in maps if b"/" in line}


def images_of_macos() -> set[str]:
    """Return the files that dyld has loaded."""
    dyld = ctypes.CDLL(None)
    dyld._dyld_get_image_name.restype = ctypes.c_char_p
    return {os.fsdecode(dyld._dyld_get_image_name(number)) for number in range(dyld._dyld_image_count())}


def modules_of_windows() -> set[str]:
    """Return the files of the DLLs in this process."""
    from ctypes import wintypes

    windll = vars(ctypes)["WinDLL"]  # type checkers know it only on Windows
    modules, size = (wintypes.HMODULE * 4096)(), wintypes.DWORD()
    process = wintypes.HANDLE(-1)
    windll("psapi").EnumProcessModules(process, modules, ctypes.sizeof(modules), ctypes.byref(size))
    name = ctypes.create_unicode_buffer(32768)
    files = set()
    for module in modules[: size.value // ctypes.sizeof(wintypes.HMODULE)]:
        windll("kernel32").GetModuleFileNameW(wintypes.HMODULE(module), name, len(name))
        files.add(name.value)
    return files


def modules_of_emscripten() -> set[str]:
    """Return the loader's names of the files it has loaded: paths, or only names of files that it did not find."""
    pyodide_js = importlib.import_module("pyodide_js")

    return set(pyodide_js._module.LDSO.loadedLibsByName.object_keys())


def import_in_threads(name: str, threads: int) -> None:
    """Import a module in many threads at once."""
    if threads == 1:
        importlib.import_module(name)
        return
    start = Barrier(threads)

    def task(_: int) -> None:
        start.wait()
        importlib.import_module(name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(task, range(threads)))


def main() -> dict[str, Any]:
    """Return the value to print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1, help="import each module in as many threads at once")
    parser.add_argument("questions", type=json.loads)
    parser.add_argument("modules", nargs="+")
    arguments = parser.parse_args()
    files, libraries, expression = (arguments.questions[key] for key in ("libraries", "exporters", "expression"))
    try:
        for name in arguments.modules:
            import_in_threads(name, arguments.threads)
    except ImportError as error:
        return {"error": {"type": type(error).__name__, "message": str(error), "name": error.name, "path": error.path}}
    # A module without __file__ is only a folder of an exporter's name.
    exporters = {name: sys.modules[name] for name in libraries if getattr(sys.modules.get(name), "__file__", None)}
    consumers = [name for name in arguments.modules if name not in libraries]
    return {
        "images": sorted({image for file in files for image in images(file)}),
        "answers": {name: eval(expression, {"consumer": sys.modules[name]}) for name in consumers},
        "files": {name: sys.modules[name].__file__ for name in {*arguments.modules, *exporters}},
        "exporters": {name: about(exporter, libraries[name]) for name, exporter in exporters.items()},
    }


def about(exporter: ModuleType, libraries: list[str]) -> list[dict[str, Any]]:
    """Return the facts about an exporter's libraries in this process."""
    owns = {name: exporter.get_library(name) for name in libraries}
    names = {os.path.basename(own) for own in owns.values()}
    return [
        {
            "own": own,
            "loaded": exporter.get_loaded_library(name),
            "images": [
                image for image in images(own) if os.path.basename(image) not in names - {os.path.basename(own)}
            ],
        }
        for name, own in owns.items()
    ]


if __name__ == "__main__":
    print("\x1e" + json.dumps(main()))
