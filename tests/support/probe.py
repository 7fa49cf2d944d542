"""Run by an interpreter under test: import modules in the given order, use libfoo through each, print what was seen.

`python probe.py MODULE...` prints JSON: either {"error": {...}} about the module that can't be imported, or

    ids               module -> the ids it got for the same three strings
    hashes            module -> its hash of b"foobar"
    files             module -> its __file__, the exporter's too
    images            the files named like libfoo that were mapped into the process before that

and if the exporter was imported

    exporter_ids      the strings' ids in the library in the exporter's wheel, opened by its path
    loaded, library   what libfoo says of itself
"""

import argparse
import ctypes
import importlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

STRINGS = ("alpha", "beta", "gamma")


def images() -> list[str]:
    """Return every file mapped into this process whose name begins as libfoo's does, on Linux."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if "/" in line}
    return sorted(path for path in paths if os.path.basename(path).startswith(("libfoo.", "libfoo-", "foo-")))


def import_in_threads(name: str, threads: int) -> None:
    """Import a module in many threads at once."""
    start = Barrier(threads)

    def task(_: int) -> None:
        start.wait()
        importlib.import_module(name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(task, range(threads)))


def main() -> dict[str, Any]:
    """Return what is to be printed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1, help="import each module in as many threads at once")
    parser.add_argument("modules", nargs="+")
    arguments = parser.parse_args()
    try:
        for name in arguments.modules:
            import_in_threads(name, arguments.threads)
    except ImportError as error:
        return {"error": {"type": type(error).__name__, "message": str(error), "name": error.name, "path": error.path}}
    consumers = [name for name in arguments.modules if name != "libfoo"]
    seen: dict[str, Any] = {
        "images": images(),
        "ids": {name: [sys.modules[name].intern(s) for s in STRINGS] for name in consumers},
        "hashes": {name: sys.modules[name].hash(b"foobar") for name in consumers},
        "files": {name: sys.modules[name].__file__ for name in arguments.modules},
    }
    libfoo = sys.modules.get("libfoo")
    if getattr(libfoo, "__file__", None):
        seen["exporter_ids"] = [ctypes.CDLL(libfoo.get_library()).foo_intern(s.encode()) for s in STRINGS]
        seen["files"]["libfoo"] = libfoo.__file__
        seen["loaded"] = libfoo.get_loaded_library()
        seen["library"] = libfoo.get_library()
    return seen


if __name__ == "__main__":
    print(json.dumps(main()))
