"""Compare the library's ABI with that of its last release, using libabigail.

python check.py             compare; exit with 1 if a program built against the last release might break
python check.py --update    record the library as it is now, after a release
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent
ABI_CHANGE = 4  # bits of abidiff's exit status, as its manual page has them
INCOMPATIBLE = 8


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="record the current ABI in place of the last release's")
    arguments = parser.parse_args()
    for tool in ("abidw", "abidiff", "meson"):
        if shutil.which(tool) is None:
            sys.exit(
                f"{tool} is not on PATH. Install it (Debian: apt install abigail-tools; PyPI: pip install meson ninja)"
            )
    with tempfile.TemporaryDirectory() as directory:
        library, version = build(Path(directory))
        if arguments.update:
            print(f"recorded {record(library, version)}")
        else:
            compare(library, version)


def build(directory: Path) -> tuple[Path, str]:
    """Build the library with the debug information that libabigail needs; return its file and its version."""
    # From a copy, so that the record has paths below it, not those of this machine.
    source = shutil.copytree(SOURCE, directory / "source")
    prefix = directory / "prefix"
    options = ["--buildtype=debug", "-Dlibdir=lib", "--prefix", prefix]
    setup = ["meson", "setup", *options, source / "build", source]
    for command in (setup, ["meson", "install", "-C", source / "build"]):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{result.stdout}{result.stderr}The library could not be built.")
    (library,) = (path for path in (prefix / "lib").glob("*.so.*") if not path.is_symlink())
    return library, library.name.partition(".so.")[2]


def baseline() -> Path | None:
    """Return the record of the last release for this architecture."""
    return next(HERE.glob(f"*-{platform.machine()}.abi"), None)


def record(library: Path, version: str) -> Path:
    """Write the library's ABI beside this file; if that fails, the old record stays. Return the file."""
    old = baseline()
    stem = library.name.partition(".")[0]
    new = HERE / f"{stem}-{version}-{platform.machine()}.abi"
    unfinished = new.with_suffix(".unfinished")
    options = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs"]
    try:
        subprocess.run(["abidw", *options, "--out-file", unfinished, library], check=True)
        unfinished.replace(new)
    finally:
        unfinished.unlink(missing_ok=True)
    if old is not None and old != new:
        old.unlink()
    return new


def compare(library: Path, version: str) -> None:
    """Print what has changed since the last release; exit with 1 if it breaks."""
    old = baseline()
    if old is None:
        sys.exit(
            f"{HERE} has no record for {platform.machine()}. In a checkout of the last release, make one: "
            "python check.py --update"
        )
    released = old.name.split("-")[-2]
    (old_soname,) = re.findall(r"<abi-corpus .*?soname='([^']*)'", old.read_text())
    (soname,) = (path.name for path in library.parent.iterdir() if path.is_symlink() and path.suffix != ".so")
    if soname != old_soname:
        sys.exit(
            f"This library is {soname}, but the record of {released} is for {old_soname}, so their ABIs can't be "
            f"compared. After the release, record the ABI of {soname}: python check.py --update"
        )
    difference = ["abidiff", "--no-show-locs", old, library]
    report = subprocess.run(difference, capture_output=True, text=True)
    if report.returncode & ~(ABI_CHANGE | INCOMPATIBLE):
        sys.exit(f"{report.stdout}{report.stderr}abidiff failed.")
    print(report.stdout, end="")
    if report.returncode == 0:
        print(f"The ABI of {version} is the same as that of {released}.")
    elif subprocess.run([*difference, "--no-added-syms"], capture_output=True).returncode == 0:
        major, minor, _ = map(int, released.split("."))
        if tuple(map(int, version.split("."))) < (major, minor + 1):
            print(f"The ABI has additions since {released}. Release {major}.{minor + 1}.0 next, not {version}.")
        else:
            print(f"The ABI of {version} has additions since {released}, as a new minor version may.")
    else:
        sys.exit(
            f"Programs built against {released} might not run with this version. Undo the change, or raise the "
            "SOVERSION and release a new major version."
        )


if __name__ == "__main__":
    main()
