"""Copy the headers that a subproject would install, according to Meson's plan: `planned_headers.py --help`."""

import argparse
import json
import shutil
from pathlib import Path


def copy(plan: Path, subproject: str, destination: Path) -> None:
    """Copy the headers of a plan into a folder `include`."""
    shutil.rmtree(destination, ignore_errors=True)
    for files in json.loads(plan.read_text(encoding="utf-8")).values():
        for source, how in files.items():
            where, _, path = how["destination"].removeprefix("{prefix}/").partition("/")
            if how["subproject"] != subproject or where not in ("{includedir}", "include"):
                continue
            target = destination / "include" / path
            if not Path(source).is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                continue
            excluded = {Path(source, name) for name in (*how["exclude_files"], *how["exclude_dirs"])}
            for file in Path(source).rglob("*"):
                if file.is_file() and excluded.isdisjoint([file, *file.parents]):
                    inside = target / file.relative_to(source)
                    inside.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, inside)
    print("\n".join(sorted(str(file) for file in destination.rglob("*"))))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan", type=Path, help="Meson's intro-install_plan.json")
    parser.add_argument("subproject", help="upstream's name as Meson knows it")
    parser.add_argument("destination", type=Path, help="a folder for what upstream would install")
    arguments = parser.parse_args()
    copy(arguments.plan, arguments.subproject, arguments.destination)
