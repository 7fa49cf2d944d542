"""Print what a bug report needs, or flags for builds without pkg-config and CMake: `python -m libfoo --help`."""

import argparse
import json
import os
import shlex
import subprocess
import sys

from . import __version__, _init, _loader, get_include, get_library, get_link_file, get_loaded_library
from ._libraries import LIBRARIES


def report(name: str) -> dict[str, str]:
    """Return the versions and files of the wheel, the running library of this name and the interpreter."""
    return {
        "wheel version": __version__,
        "library version": _init.loaded[name][1] or "unknown",
        "SONAME": LIBRARIES[name][0],
        "file in wheel": get_library(name),
        "file loaded": get_loaded_library(name),
        "because": reason(name),
        "stub": os.path.basename(getattr(_init, "__file__", "") or "in the frozen program"),
        "Python": f"{sys.implementation.name} {sys.version.partition(' ')[0]}, {sys.executable}",
        "platform": sys.platform,
    }


def reason(name: str) -> str:
    """Return why the process runs this copy of the library."""
    finds = "finds no other" if _loader.runs_own(name) else "finds this one"
    if name in _loader.refused:
        finds = f"can't load the one that it finds: {_loader.refused[name]}"
    if name in _loader.preferred_libraries():
        return f"{_loader.variable(name)}={os.environ[_loader.variable(name)]}, and the loader {finds}"
    if _loader.runs_own(name):
        return "it is the wheel's own"
    return "it was loaded before the wheel's own; the whole process uses it"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m libfoo",
        description="Show what the wheel libfoo contains and which library is running.",
    )
    parser.add_argument("library", nargs="*", help=f"libraries to show: {', '.join(LIBRARIES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--cflags", action="store_true", help="print compiler flags for building against it")
    parser.add_argument("--libs", action="store_true", help="print linker arguments: the files to link to")
    parser.add_argument("--version", action="version", version=__version__, help="print the wheel's version")
    arguments = parser.parse_args()
    names = arguments.library or list(LIBRARIES)
    for name in names:
        if name not in LIBRARIES:
            parser.error(f"the wheel has no library {name}, only {', '.join(LIBRARIES)}")

    flags = ["-I" + get_include()] if arguments.cflags else []
    if arguments.libs:
        flags += map(get_link_file, names)
    if flags:
        # Quoted for the shell that will read it.
        print(subprocess.list2cmdline(flags) if sys.platform == "win32" else shlex.join(flags))
    elif arguments.json:
        print(json.dumps({name: report(name) for name in names}, indent=2))
    else:
        reports = ([f"{key:<16} {value}" for key, value in report(name).items()] for name in names)
        print("\n\n".join("\n".join(lines) for lines in reports))


if __name__ == "__main__":
    main()
