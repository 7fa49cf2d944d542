"""Find a library in the folder it is installed in: `prefix.py PREFIX NAME...` prints the first file that exists."""

import argparse
import re
import sys
import sysconfig
from pathlib import Path

# Windows' DLLs are in the first, Debian's libraries in the last, such as lib/x86_64-linux-gnu.
FOLDERS = ("bin", "lib", "lib64", f"lib/{sysconfig.get_config_var('MULTIARCH')}")
ELSEWHERE = "name another folder: pip install --config-settings=setup-args=-Dlibrary_prefix=/folder"


def find(prefix: Path, names: list[str]) -> Path:
    """Return the first file that exists, or end the program."""
    if not prefix.is_dir():
        sys.exit(
            f"There is no folder {prefix} with the include and lib of an installed libfoo. "
            f"Install it there (an sdist contains the folder only if it was committed), or {ELSEWHERE}"
        )
    for name in names:
        for folder in FOLDERS:
            if (prefix / folder / name).is_file():
                return prefix / folder / name
    sys.exit(
        f"{prefix} has no {' or '.join(names)} in {', '.join(FOLDERS)}. "
        "Install it there as a shared library, "
        f"for the system that this build is for, or {ELSEWHERE}"
    )


def compare_version(prefix: Path, pkgconfig: str, version: str) -> None:
    """End the program if the library has another version. Only numbers that both have are compared.

    The library's version is in its .pc file. If it has none, but make_prefix.py made the folder, the version is that of
    the folder's first build.
    """
    files = [prefix / folder / "pkgconfig" / f"{pkgconfig}.pc" for folder in (*FOLDERS, "share")]
    versions = {file: version_in(file.read_text(encoding="utf-8")) for file in files if file.is_file()}
    if not versions and (prefix / "made-for").is_file():
        record = prefix / "made-for-version"
        if not record.is_file():
            record.write_text(version)
        versions = {record: record.read_text()}
    for file, found in versions.items():
        if any(ours != theirs for ours, theirs in zip(numbers(version), numbers(found), strict=False)):
            sys.exit(
                f"{file} has version {found}, but this wheel has version {version}. "
                "If make_prefix.py made the folder, run: python make_prefix.py --again. "
                f"Otherwise install version {version} there or, if that is not the wheel's version: "
                f"copier update --data version={found}"
            )


def version_in(pkgconfig: str) -> str:
    """Return the version in a .pc file, with variables replaced."""
    variables = dict(re.findall(r"^([\w.]+)[ \t]*=[ \t]*(.*)$", pkgconfig, re.MULTILINE))
    (said,) = re.findall(r"^Version:[ \t]*(.*)$", pkgconfig, re.MULTILINE)
    return re.sub(r"\$\{([\w.]+)\}", lambda match: variables[match[1]], said).strip()


def numbers(version: str) -> list[int]:
    """Return the numbers that a version begins with: 1, 2, 3 of 1.2.3rc1."""
    return [int(number) for number in re.match(r"[0-9.]*", version)[0].split(".") if number]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefix", type=Path, help="folder where the library is installed")
    parser.add_argument("names", nargs="+", help="possible names of its file")
    parser.add_argument("--version", nargs=2, metavar=("NAME", "VERSION"), help="the .pc file's name and version")
    arguments = parser.parse_args()
    library = find(arguments.prefix, arguments.names)
    if arguments.version:
        compare_version(arguments.prefix, *arguments.version)
    print(library)
