"""Copy headers to the folder that is packed: `take_files.py --help`."""

import argparse
import shutil
import sys
from fnmatch import fnmatchcase
from pathlib import Path

# Files in header folders that are not headers. The list names these because C++ headers may have any suffix, or none.
OTHER_FILES = (
    *(".*", "CMakeFiles", "CMakeLists.txt", "*.cmake", "*.in", "*.am", "*.ac", "*.m4", "Makefile*", "*.mk", "*.ninja"),
    *("BUILD", "BUILD.bazel", "SCons*", "meson.build", "meson.options", "meson_options.txt", "*.p", "*.bat", "*.sh"),
    *("*.c", "*.cc", "*.cpp", "*.cxx", "*.C", "*.m", "*.mm", "*.s", "*.S", "*.asm", "*.f", "*.f90", "*.rs", "*.py"),
    *("*.o", "*.obj", "*.lo", "*.la", "*.a", "*.so", "*.so.*", "*.dylib", "*.dll", "*.lib", "*.d", "*.pc", "*.stamp"),
    *("README*", "LICEN[CS]E*", "COPYING*", "ChangeLog*", "*.md", "*.rst", "*.txt", "*.json", "*.xml", "*.yml"),
)


def headers(folders: list[Path], patterns: list[str]) -> dict[str, Path]:
    """Return the headers that patterns match in folders, by their paths in the wheel, or end the program.

    The contents of a folder given by name are packed without that name; a folder that a pattern matches keeps its name.
    A file given by name need not look like a header. A pattern with "!" in front excludes its matches.
    """
    excluded = {path for pattern in patterns if pattern[0] == "!" for path in matches(folders, pattern[1:])}
    taken: dict[str, Path] = {}
    for pattern in patterns:
        if pattern[0] == "!":
            continue
        named = not set(pattern).intersection("*?[")
        found: dict[str, Path] = {}
        for match in matches(folders, pattern):
            base = match if named and match.is_dir() else match.parent
            for file in sorted(match.rglob("*")) if match.is_dir() else [match]:
                inside = file.relative_to(base)
                if not file.is_file() or not excluded.isdisjoint([file, *file.parents]):
                    continue
                if (named and file == match) or is_header(inside):
                    found[inside.as_posix()] = file
        if not found:
            sys.exit(f"The pattern {pattern} for headers matches no header in {' or '.join(map(str, folders))}.")
        taken.update(found)
    return taken


def matches(folders: list[Path], pattern: str) -> list[Path]:
    """Return the files and folders that a pattern matches in folders, or end the program."""
    found = [match for folder in folders for match in sorted(folder.glob(pattern))]
    if not found:
        sys.exit(f"The pattern {pattern} for headers matches nothing in {' or '.join(map(str, folders))}.")
    return found


def is_header(path: Path) -> bool:
    """Return whether a file and the folders it is in look like those of headers."""
    return not any(fnmatchcase(part, pattern) for part in path.parts for pattern in OTHER_FILES)


def copy(files: dict[str, Path], destination: Path) -> None:
    """Make a folder hold these files and no others, without touching those that are up to date."""
    for file in sorted(destination.rglob("*"), reverse=True):
        if file.is_file() and file.relative_to(destination).as_posix() not in files:
            file.unlink()
    for name, source in files.items():
        target = destination / name
        if not target.is_file() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("destination", type=Path, help="folder to copy to")
    parser.add_argument("--from", dest="folders", nargs="+", type=Path, required=True, help="where to look for them")
    parser.add_argument("--headers", nargs="+", required=True, help='files, folders, patterns; "!" in front excludes')
    arguments = parser.parse_args()
    taken = headers(arguments.folders, arguments.headers)
    copy(taken, arguments.destination)
    print("\n".join(sorted(taken)))
