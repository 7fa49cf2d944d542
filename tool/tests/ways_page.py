"""The tables of docs/others.md, which `tox -e others` renders only from docs/others.json."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE, DATA = DOCS / "others.md", DOCS / "others.json"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"
LAYOUTS = {"one": "one site-packages", "above": "exporter outside", "below": "consumers outside"}
LIBCS = ("glibc", "musl")

Measured = Mapping[str, Any]


def recorded() -> dict[str, Any]:
    """Return the recorded measurements."""
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


def quoted(page: str) -> str:
    """Return the part of the page that is written by the command."""
    return page.partition(BEGIN)[2].partition(END)[0]


def with_tables(page: str, measured: Measured) -> str:
    """Return the page with tables of the measurements."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(measured)}{END}{after}"


def tables(measured: Measured) -> str:
    """Return the tables."""
    notes: list[str] = []
    columns = [f"{libc}: {layout}" for libc in LIBCS for layout in LAYOUTS.values()]
    lines = [f"Measured on {measured['machine']}.\n", *heading("", "library", "how it was found", *columns)]
    lines += [row(name, way, notes) for name, way in measured["ways"].items()]
    lines += ["", *(f"{number}. {note}" for number, note in enumerate(notes, 1)), ""]
    lines += heading("", "wheels from PyPI", "`check`: errors and warnings, on glibc", "on musl")
    lines += [checks(name, way) for name, way in measured["ways"].items() if way["glibc"]["packages"]]
    return "\n".join([*lines, ""])


def heading(*titles: str) -> list[str]:
    """Return the head of a table."""
    return [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]


def row(name: str, way: Measured, notes: list[str]) -> str:
    """Return a way's row of the first table; errors become notes."""
    cells = [cell(way[libc], layout, notes) for libc in LIBCS for layout in LAYOUTS]
    library = f"`{way['library']}`" if way["library"] else ""
    how = dict.fromkeys(found for libc in LIBCS for layout in LAYOUTS for found in hows(way[libc], layout))
    return f"| {name} | {library} | {', '.join(how)} | {' | '.join(cells)} |"


def hows(measured: Measured, layout: str) -> Iterator[str]:
    """Yield how the files of a library were found."""
    yield from measured.get(layout, {}).get("files", {}).values()


def cell(measured: Measured, layout: str, notes: list[str]) -> str:
    """Return the result in a layout."""
    if reason := measured.get("not run"):
        return f"not run ({number(reason, notes)})"
    if error := measured[layout].get("error"):
        return f"fails ({number(f'`{error}`', notes)})"
    count = len(measured[layout]["files"])
    return f"{count} cop{'y' if count == 1 else 'ies'}"


def number(note: str, notes: list[str]) -> int:
    """Return the number of a note, and add the note if it is new."""
    notes += [note] if note not in notes else []
    return notes.index(note) + 1


def checks(name: str, way: Measured) -> str:
    """Return a way's row of the second table."""
    cells = [problems(way[libc]) for libc in LIBCS]
    return f"| {name} | {', '.join(way['glibc']['packages'])} | {' | '.join(cells)} |"


def problems(measured: Measured) -> str:
    """Return the rules with findings."""
    if "check" not in measured:
        return f"not run: {measured['not run']}"
    found = (rule if count == 1 else f"{rule} ({count})" for rule, count in measured["check"].items())
    return ", ".join(found) or "none"
