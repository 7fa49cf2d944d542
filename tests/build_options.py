"""Write cibuildwheel's options for each package: `python build_options.py FOLDER`.

FOLDER gets a file for each package, named after the package's folder, for `cibuildwheel --config-file`.
"""

import argparse
from pathlib import Path

import tomli_w

from support.hosted import cibuildwheel_options
from support.library import ALL

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    write(ROOT, parser.parse_args().folder)


def write(root: Path, folder: Path) -> None:
    """Write the options of the packages below `root`."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in ALL.values():
        options = {"tool": {"cibuildwheel": cibuildwheel_options(root, package.folder)}}
        (folder / f"{Path(package.folder).name}.toml").write_text(tomli_w.dumps(options), encoding="utf-8")


if __name__ == "__main__":
    main()
