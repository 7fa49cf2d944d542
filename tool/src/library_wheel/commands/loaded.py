"""Import modules in a fresh interpreter and report the native libraries that are then mapped.

The report names each library's distribution, the file that needed it first, and the search with which the loader found
it. A library that is mapped more than once is a problem, because each copy has its own state.

The command knows the loaders of glibc, musl, macOS and Windows.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from .. import environment, introspection
from ..console import Output, count, print_json, print_table, progress
from ..environment import Environment, version_of
from ..errors import CannotRunError
from ..process import Image, Process, load

NAME = "loaded"
HELP = "import modules and report which native libraries are then mapped"
EXAMPLES = """\
  library-wheel loaded numpy scipy.linalg
  library-wheel loaded --python .venv/bin/python --json rasterio fiona
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("modules", metavar="MODULE", nargs="+", help="modules to import, in this order")
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="the interpreter, or the folder of a virtual environment (default: the one that runs this command)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Report on a process; return 1 if a library is mapped more than once, 2 if a module can't be imported."""
    for name in arguments.modules:
        if not name or os.path.basename(name) != name or name.endswith(".py"):
            raise CannotRunError(
                f"{name!r} is not a module's name: write it as in an import statement, without a folder or .py"
            )
    with progress("Reading distributions") as advance:
        read = environment.read(introspection.ask(arguments.python), advance)
    process = load(arguments.modules, read)
    print_json(answer(process, read)) if arguments.json else show(process, read)
    if process.error:
        module, message = process.error
        print(f"library-wheel: error: {module} can't be imported: {message}", file=sys.stderr)
        return 2
    return 1 if process.copies() else 0


def answer(process: Process, read: Environment) -> dict[str, Any]:
    """Return the report for programs."""
    return {
        "python": read.interpreter.executable,
        "imported": list(process.imported),
        "error": {"module": process.error[0], "message": process.error[1]} if process.error else None,
        "order_of_loading_is_known": process.ordered,
        "files": [about(image) for image in process.images],
        "copies": {name: [image.path for image in images] for name, images in process.copies().items()},
        "several_versions": {stem: [image.path for image in images] for stem, images in process.versions().items()},
    }


def about(image: Image) -> dict[str, Any]:
    """Return the facts about a mapped file for programs."""
    return {
        "path": image.path,
        "library": image.library if image.is_library else None,
        "module": image.module,
        "distribution": str(image.distribution) if image.distribution else None,
        "imported_with": image.imported_with,
        "needed_by": image.needed_by.path if image.needed_by else None,
        "found": image.found_by._asdict() if image.found_by else None,
        "used_by": [{"path": use.path, "own_search": use.found._asdict() if use.found else None} for use in image.uses],
    }


def show(process: Process, read: Environment) -> None:
    """Print the report for people."""
    console = Output()
    later = [image for image in process.images if image.imported_with]
    modules = sum(not image.is_library for image in later)
    console.print(
        f"{read.interpreter.executable} has imported {', '.join(process.imported) or 'nothing'}: "
        f"{count(modules, 'extension module')} and {count(len(later) - modules, 'library')} were mapped.",
        soft_wrap=True,
    )
    if libraries := [image for image in later if image.is_library]:
        columns = ("Library", "From", "Needed first by", "Found by")
        print_table(console, "Libraries", columns, rows(libraries, read))
    if not process.ordered:
        console.print("The interpreter has no ctypes, so the order of loading is unknown.")
    if found := process.copies():
        print_table(console, "Mapped more than once", ("Library", "From", "Version", "File"), copies(found, read))
    if found := process.versions():
        title = "Mapped in versions or builds that can't replace each other"
        print_table(console, title, ("Library", "From", "Version", "File"), copies(found, read))


def rows(libraries: list[Image], read: Environment) -> Iterator[tuple[str, ...]]:
    """Yield a row for each library."""
    for image in libraries:
        by = shown(image.needed_by.path, read) if image.needed_by else ""
        yield os.path.basename(image.path), origin(image, read), by, search(image, read)


def search(image: Image, read: Environment) -> str:
    """Return the search that found a library."""
    found = image.found_by
    if found is None or image.needed_by is None:
        return "opened by its path or name, as ctypes does"
    if found.of is None:
        return found.by
    own = os.path.realpath(found.of) == image.needed_by.path
    return f"its {found.by.removeprefix('its ')}" if own else f"{found.by} of {shown(found.of, read)}"


def copies(found: Mapping[str, list[Image]], read: Environment) -> Iterator[tuple[str, ...]]:
    """Yield a row for each copy, with the library's name in the first of its rows."""
    for name, images in found.items():
        for image in images:
            version = version_of(os.path.basename(image.path), image.facts)
            yield name if image is images[0] else "", origin(image, read), version, shown(image.path, read)


def origin(image: Image, read: Environment) -> str:
    """Return the distribution, interpreter or system that a file belongs to."""
    if image.distribution:
        return str(image.distribution)
    return "the interpreter" if own_folder(image.path, read) else "the system"


def own_folder(path: str, read: Environment) -> str | None:
    """Return the interpreter's prefix that contains a file, or None if that is shared with the system."""
    folders = {os.path.realpath(read.interpreter.prefix), os.path.realpath(read.interpreter.base_prefix)}
    return next((folder for folder in folders - {"/", "/usr"} if path.startswith(folder + os.sep)), None)


def shown(path: str, read: Environment) -> str:
    """Return a file's path, shortened if it belongs to a distribution or the interpreter."""
    path = os.path.realpath(path)
    if file := read.by_path.get(path):
        return file.relative
    folder = own_folder(path, read)
    return os.path.relpath(path, folder) if folder else path
