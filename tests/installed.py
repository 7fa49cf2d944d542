"""Run a wheel that cibuildwheel has repaired, on this platform: `python installed.py WHEEL EXPORTERS`.

EXPORTERS is a site-packages with the exporters; the wheel gets one of its own. Each comes first once, then the wheel is
alone.

The test looks at the mapped files. An import may succeed without the exporters if the loader finds the system's copy.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from support.library import ALL, ANSWER, EXPRESSION
from support.repair import libraries

PROBE = Path(__file__).parents[1] / "tool" / "src" / "library_wheel" / "layout_probe.py"
MODULES = {package.module: package for package in ALL.values()}
EXPORTERS = {module: package.libraries for module, package in MODULES.items() if package.libraries}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("exporters", type=Path)
    arguments = parser.parse_args()
    exporters = arguments.exporters.resolve()
    module = arguments.wheel.name.partition("-")[0]
    required = {ALL[name].module for name in MODULES[module].requires}
    files = [file.name for file in libraries(exporters) if file.parent.name in required]
    with tempfile.TemporaryDirectory() as temporary:
        own = Path(temporary).resolve()
        shutil.unpack_archive(arguments.wheel, own, format="zip")
        # If the wheel is an exporter, it comes first: the others may include an older build of it.
        paths = [[own, exporters], *([] if module in EXPORTERS else [[exporters, own]])]
        problems = [problem for path in paths for problem in wrong(module, probe(module, path, files))]
        if required:
            problems += bundled(probe(module, [own], files), own)
    if problems:
        sys.exit(f"{arguments.wheel.name}: {'; '.join(problems)}")
    print(f"{arguments.wheel.name}: one copy of each library")


def probe(module: str, path: list[Path], files: list[str]) -> dict[str, Any]:
    """Import a module in a fresh interpreter that sees only these site-packages; return what the probe saw."""
    questions = json.dumps({"libraries": files, "exporters": EXPORTERS, "expression": EXPRESSION})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    # Passed as code: modules beside a file would come before packages of the same name.
    command = [sys.executable, "-S", "-c", PROBE.read_text(encoding="utf-8"), questions, module]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", cwd=path[0])
    if result.returncode != 0:
        sys.exit(result.stderr)
    return json.loads(result.stdout)


def wrong(module: str, seen: dict[str, Any]) -> list[str]:
    """Return what is wrong."""
    if "error" in seen:
        return [seen["error"]["message"]]
    found = []
    if module not in EXPORTERS and seen["answers"] != {module: ANSWER}:
        found.append(f"answers {seen['answers']}, not {ANSWER}")
    names = {module, *(ALL[name].module for name in MODULES[module].requires)} & set(EXPORTERS)
    found += [
        f"runs {', '.join(library['images'])}, not only {library['own']}"
        for library in (library for name in names for library in seen["exporters"][name])
        if len(library["images"]) != 1 or not os.path.samefile(library["own"], library["loaded"])
    ]
    return found


def bundled(seen: dict[str, Any], own: Path) -> list[str]:
    """Return whether a wheel that was imported alone runs a library from its own site-packages, or one inside it."""
    if "error" in seen:
        return []
    copies = [image for image in seen["images"] if Path(image).resolve().is_relative_to(own)]
    if copies:
        return [f"it has a library of its own: {', '.join(copies)}"]
    return [] if seen["images"] else ["it runs without the exporters and loads no library: it has one inside"]


if __name__ == "__main__":
    main()
