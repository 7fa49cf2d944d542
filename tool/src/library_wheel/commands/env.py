"""Report the native libraries of an environment.

The report lists the distributions with native files, the libraries that are present more than once, how much space
sharing them would save, and the libraries that the loader does not find. Nothing is imported or loaded.

A library that is needed and not found is a problem. Copies of a library are not: they work, but take space.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from .. import environment, introspection
from ..console import Output, count, megabytes, print_json, print_table, progress
from ..copies import Copies, copies, library_name, same_stem
from ..environment import Environment, Installed, InstalledFile, version_of
from ..needs import Unmet, unmet

NAME = "env"
HELP = "report the native libraries of an environment: which are there twice, and which are missing"
EXAMPLES = """\
  library-wheel env
  library-wheel env --python .venv/bin/python --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="the interpreter, or the folder of a virtual environment (default: the one that runs this command)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Report on an environment; return 1 if something in it needs a library that is nowhere."""
    with progress("Reading distributions") as advance:
        read = environment.read(introspection.ask(arguments.python), advance)
    with progress("Following needs") as advance:
        needs = unmet(read, advance)
    found = copies(read.files)
    print_json(answer(read, found, needs)) if arguments.json else show(read, found, needs)
    return 1 if any(not need.providers for need in needs) else 0


def answer(read: Environment, found: Sequence[Copies], needs: Sequence[Unmet]) -> dict[str, Any]:
    """Return the report for programs."""
    return {
        "python": read.interpreter.executable,
        "python_version": ".".join(map(str, read.interpreter.version)),
        "distributions": [
            {"name": distribution.name, "version": distribution.version, "files": [about(file) for file in files]}
            for distribution, files in by_distribution(read)
        ],
        "copies": [
            {"library": group.library, "saved": group.saved, "files": [about(file) for file in group.files]}
            for group in found
        ],
        "saved": sum(group.saved for group in found),
        "several_versions": {stem: [group.library for group in groups] for stem, groups in same_stem(read.files)},
        "unmet": [need(each) for each in needs if not each.providers],
        "met_if_loaded_before": [need(each) for each in needs if each.providers],
        "notes": list(read.notes),
        "files_for_other_platforms": read.others,
    }


def about(file: InstalledFile) -> dict[str, Any]:
    """Return the facts about a file for programs."""
    return {
        "path": file.path,
        "distribution": file.distribution.name,
        "kind": "extension module" if file.is_extension_module else file.facts.kind,
        "library": None if file.is_extension_module else library_name(file.path, file.facts),
        "version": version_of(file.name, file.facts) or None,
        "size": file.size,
        "needed": list(file.facts.needed),
    }


def need(unmet: Unmet) -> dict[str, Any]:
    """Return the facts about a need for programs."""
    return {
        "file": unmet.file.path,
        "distribution": unmet.file.distribution.name,
        "needs": unmet.library,
        "loaded_for": unmet.loaded_for.path,
        "providers": [file.path for file in unmet.providers],
    }


def by_distribution(read: Environment) -> Iterator[tuple[Installed, list[InstalledFile]]]:
    """Yield the distributions, each with its native files."""
    files: dict[Installed, list[InstalledFile]] = {distribution: [] for distribution in read.distributions}
    for file in read.files:
        files[file.distribution].append(file)
    yield from sorted(files.items(), key=lambda pair: pair[0].name.lower())


def show(read: Environment, found: Sequence[Copies], needs: Sequence[Unmet]) -> None:
    """Print the report for people."""
    console = Output()
    native = [(distribution, files) for distribution, files in by_distribution(read) if files]
    version = ".".join(map(str, read.interpreter.version))
    console.print(
        f"{read.interpreter.executable}, Python {version}: {count(len(read.distributions), 'distribution')}, "
        f"{len(native)} with native files.",
        soft_wrap=True,
    )
    for note in read.notes:
        console.print(note, soft_wrap=True)
    if native:
        columns: tuple[str, ...] = ("Distribution", "Extension modules", "Libraries", "MB")
        print_table(console, "Native files", columns, rows_of_distributions(native))
    if found:
        columns = ("Library", "Distribution", "Version", "MB", "File")
        print_table(console, "Libraries that are present more than once", columns, rows_of_copies(found))
        size = sum(file.size for file in read.files)
        saved = sum(group.saved for group in found)
        console.print(f"One copy of each would save {megabytes(saved)} MB of {megabytes(size)} MB.")
    if several := list(same_stem(read.files)):
        title = "Libraries in versions or builds that can't replace each other"
        print_table(console, title, ("Library", "Name", "Distributions"), rows_of_versions(several))
    show_needs(needs)


def show_needs(needs: Sequence[Unmet]) -> None:
    """Print the needs that a search does not find."""
    console = Output()
    columns = ("Needed", "By", "Distribution")
    before = [(*row(each), str(each.providers[0].distribution)) for each in needs if each.providers]
    if before:
        title = "Found only if something else has loaded them first"
        print_table(console, title, (*columns, "Provided by"), before)
    if missing := [row(each) for each in needs if not each.providers]:
        title = "Needed, but neither on this machine nor in this environment"
        print_table(console, title, columns, missing)
    else:
        console.print("\nEvery library that a file needs is on this machine or in this environment.")


def row(need: Unmet) -> tuple[str, str, str]:
    """Return the row of a need."""
    return need.library, need.file.relative, str(need.file.distribution)


def rows_of_distributions(native: Sequence[tuple[Installed, list[InstalledFile]]]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each distribution."""
    for distribution, files in native:
        modules = sum(file.is_extension_module for file in files)
        libraries = sum(is_library(file) for file in files)
        yield str(distribution), str(modules), str(libraries), megabytes(sum(file.size for file in files))


def rows_of_versions(several: Sequence[tuple[str, list[Copies]]]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each version of a library, with the library's name in the first of its rows."""
    for stem, groups in several:
        for group in groups:
            yield stem if group is groups[0] else "", group.library, ", ".join(distributions_of(group))


def rows_of_copies(found: Sequence[Copies]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each copy, with the library's name in the first of its rows."""
    for group in found:
        for file in group.files:
            name = group.library if file is group.files[0] else ""
            version = version_of(file.name, file.facts)
            yield name, str(file.distribution), version, megabytes(file.size), file.relative


def distributions_of(group: Copies) -> list[str]:
    """Return the distributions that have a library, each once."""
    return list(dict.fromkeys(str(file.distribution) for file in group.files))


def is_library(file: InstalledFile) -> bool:
    """Return whether a file is a library that others need."""
    return file.facts.kind == "library" and not file.is_extension_module
