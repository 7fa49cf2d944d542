"""Find a library in the folder it is installed in: `prefix.py PREFIX NAME...` prints the first file that there is."""

import sys
import sysconfig
from pathlib import Path

# Of Windows' DLLs the first, of Debian's libraries the last: lib/x86_64-linux-gnu.
FOLDERS = ("bin", "lib", "lib64", f"lib/{sysconfig.get_config_var('MULTIARCH')}")
ELSEWHERE = "name the folder where it is: pip install --config-settings=setup-args=-Dlibrary_prefix=/folder"


def find(prefix: Path, names: list[str]) -> Path:
    """Return the file of the first possible name, or end the program."""
    if not prefix.is_dir():
        sys.exit(
            f"There is no folder {prefix}, with include and lib of an installed @{ library_name }@. "
            f"Install it there (an sdist has it only if it was committed), or {ELSEWHERE}"
        )
    for name in names:
        for folder in FOLDERS:
            if (prefix / folder / name).is_file():
                return prefix / folder / name
    sys.exit(
        f"{prefix} has no {' or '.join(names)} in {', '.join(FOLDERS)}. "
        "Install @{ library_name }@ there as a shared library, "
        f"for the system that this build is for, or {ELSEWHERE}"
    )


if __name__ == "__main__":
    print(find(Path(sys.argv[1]), sys.argv[2:]))
