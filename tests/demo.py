"""Build the example, install it across site-packages and show which copy of libfoo each pair of packages runs.

`python demo.py [--json | --markdown]`; `tox -e demo` runs this with its dependencies installed.
"""

import sys

if sys.version_info < (3, 10) or sys.implementation.name != "cpython":  # hence no syntax newer than 3.6 in this file
    sys.exit(f"demo: needs CPython 3.10 or later; this is {sys.implementation.name} {sys.version.split()[0]}")

import argparse
import json
import logging
import os
import shutil
import sysconfig
from pathlib import Path

from library_wheel.processes import CommandError
from support.layouts import Layouts, temporary_layouts
from support.libraries import compiler
from support.library import ANSWER
from support.packages import CONSUMERS, PACKAGES, ROOT
from support.wheels import wheelhouse

PLACES = ("system", "user", "venv")
COLUMNS = {
    "exporter": "exporter in",
    "consumer": "consumer",
    "place": "in",
    "mapped": "mapped",
    "copies": "copies",
    "agree": "ids agree",
}

logger = logging.getLogger("demo")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__.splitlines()[0])
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the rows as JSON")
    form.add_argument("--markdown", action="store_true", help="print a Markdown table")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)

    reason = cannot_build()
    if reason is not None:
        sys.exit(f"demo: {reason}")
    try:
        with temporary_layouts(wheelhouse) as layouts:
            rows = all_rows(layouts)
    except CommandError as error:
        sys.exit(f"{error}\ndemo: the build failed; its output is above")
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")

    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print(as_table(rows, markdown=arguments.markdown))
    shared = sum(row["copies"] == 1 and row["agree"] for row in rows)
    logger.info("%d of %d pairs share one copy.", shared, len(rows))
    sys.exit(0 if shared == len(rows) else 1)


def cannot_build() -> str | None:
    """Return why nothing can be compiled here; None if it can."""
    for language in ("C", "C++"):
        command = compiler(language)[0]
        if shutil.which(command) is None:
            return (
                f"there is no {language} compiler: {command} is not on PATH. Install one (Debian: apt install g++), or "
                "take the one from PyPI: pip install ziglang, then "
                "export CC='python-zig cc' CXX='python-zig c++' AR='python-zig ar'"
            )
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return f"there is no Python.h in {sysconfig.get_path('include')}. Install it (Debian: apt install python3-dev)"
    if shutil.which("git") is None:
        return "git is not on PATH; sdists need it to list their files. Install it (Debian: apt install git)"
    if not (ROOT / ".git").exists():
        return f"{ROOT} is not a git checkout, and sdists are made from the files that git tracks. Clone the repository"
    return None


def all_rows(layouts: Layouts) -> list[dict[str, object]]:
    """Install and import every consumer in every place, with the exporter in every place."""
    rows = []
    for exporter_place in PLACES:
        logger.info("exporter in %s, consumers in %s", exporter_place, ", ".join(PLACES))
        for consumer in CONSUMERS:
            rows += [row(layouts, exporter_place, consumer, place) for place in PLACES]
    return rows


def row(layouts: Layouts, exporter_place: str, consumer: str, place: str) -> dict[str, object]:
    """Return one row of the table, as seen by a fresh interpreter that imports the consumer."""
    layout = layouts.layout({"libfoo": exporter_place, consumer: place})
    module = PACKAGES[consumer].module
    seen = layout.probe(module)
    if "error" in seen:
        mapped = [seen["error"]["message"]]
    else:
        home = os.path.realpath(layout.homes["libfoo"])
        mapped = [image.replace(home, f"<{exporter_place}>") for image in seen["images"]]
    return {
        "exporter": exporter_place,
        "consumer": consumer,
        "place": place,
        "mapped": mapped,
        "copies": len(seen.get("images", [])),
        "agree": "error" not in seen and seen["answers"][module] == ANSWER,
    }


def as_table(rows: list[dict[str, object]], *, markdown: bool) -> str:
    """Return rows as a table."""
    lines = [list(COLUMNS.values())]
    for entry in rows:
        texts = {**entry, "mapped": ", ".join(entry["mapped"]), "agree": "yes" if entry["agree"] else "NO"}
        lines.append([str(texts[column]) for column in COLUMNS])
    if markdown:
        lines.insert(1, ["---"] * len(COLUMNS))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("<", "&lt;")
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


if __name__ == "__main__":
    main()
