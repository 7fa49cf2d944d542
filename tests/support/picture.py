"""The portability report as a picture: rows are environments, columns are consumers, and each square is a layout."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from library_wheel.project.layouts import PLACES
from library_wheel.project.packages import CONSUMERS

from .colours import BACKGROUND, BLUE, GREEN, LINE, RED, SMALL, TEXT, dark_style

COLOURS = {"one copy": GREEN, "checked": BLUE, "failed": RED, "not run": LINE}
SQUARE, GAP = 9, 2  # of a layout, in pixels
GRID = len(PLACES) * (SQUARE + GAP)
LEFT, TOP = 350, 78
COLUMN, ROW = 154, GRID + 16
TEXT_COLOURS = {"name": TEXT, "small": SMALL}
STYLE = f"""
text {{ font: 12px sans-serif }}
.small {{ font-size: 10px }}
.name {{ font-weight: bold }}
{dark_style()}
"""


def draw(report: Sequence[Mapping[str, Any]]) -> str:
    """Return a report as SVG."""
    width, height = LEFT + COLUMN * len(CONSUMERS), TOP + ROW * len(report) + 8
    picture = ElementTree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", width=str(width), role="img"
    )
    ElementTree.SubElement(picture, "title").text = "Where the tests ran, and which layouts share one copy of libfoo"
    ElementTree.SubElement(picture, "style").text = STYLE
    rectangle(picture, 0, 0, width, height, BACKGROUND)
    legend(picture)
    for column, consumer in enumerate(CONSUMERS):
        write(picture, LEFT + column * COLUMN, TOP - 12, consumer, "name")
    for number, row in enumerate(report):
        of_environment(picture, TOP + number * ROW, row)
    ElementTree.indent(picture)
    return ElementTree.tostring(picture, encoding="unicode")


def legend(picture: ElementTree.Element) -> None:
    """Explain the squares and colours."""
    write(picture, 10, 20, f"Row of a square: the exporter's place ({', '.join(PLACES)}).", "small")
    write(picture, 10, 34, "Column: the consumer's place, in the same order.", "small")
    x = LEFT + 130
    for word, colour in COLOURS.items():
        rectangle(picture, x, 11, SQUARE, SQUARE, colour)
        write(picture, x + SQUARE + 5, 20, word, "small")
        x += 90


def of_environment(picture: ElementTree.Element, top: int, row: Mapping[str, Any]) -> None:
    """Draw the row of one environment."""
    rectangle(picture, 10, top - 8, LEFT + COLUMN * len(CONSUMERS) - 20, 1, LINE)
    write(picture, 10, top + 12, f"{row['platform']} ({row['environment']})", "name")
    # Leave out Debian's version in brackets, which the table has.
    runs = [row[key].partition(" (")[0] for key in ("interpreter", "runner") if key in row] or [row["verdict"]]
    for line, text in enumerate([*runs, row.get("date", "")]):
        write(picture, 10, top + 27 + line * 13, text, "small")
    for column, consumer in enumerate(CONSUMERS):
        of = row.get("consumers", {}).get(consumer, {"verdict": "not run", "tests": 0, "layouts": {}})
        left = LEFT + column * COLUMN
        squares(picture, left, top, of)
        text = f"{of['tests']} tests" if of["tests"] else "not run"
        write(picture, left + GRID + 6, top + GRID // 2 + 2, text, "small")


def squares(picture: ElementTree.Element, left: int, top: int, of: Mapping[str, Any]) -> None:
    """Draw a consumer's layouts in an environment, the squares of one colour as one path."""
    paths = dict.fromkeys(COLOURS, "")
    for down, exporter_place in enumerate(PLACES):
        for across, consumer_place in enumerate(PLACES):
            # A check, without a run, is for every layout.
            unknown = "not run" if of["layouts"] else of["verdict"]
            verdict = of["layouts"].get(exporter_place, {}).get(consumer_place, unknown)
            x, y = left + across * (SQUARE + GAP), top + down * (SQUARE + GAP)
            paths[verdict] += f"M{x} {y}h{SQUARE}v{SQUARE}h-{SQUARE}z"
    for verdict, path in paths.items():
        if path:
            ElementTree.SubElement(picture, "path", {"d": path, "fill": COLOURS[verdict]})


def rectangle(picture: ElementTree.Element, x: int, y: int, width: int, height: int, colour: str) -> None:
    """Draw a rectangle."""
    size = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
    ElementTree.SubElement(picture, "rect", {**size, "fill": colour})


def write(picture: ElementTree.Element, x: int, y: int, text: str, style: str) -> None:
    """Write a text that begins at a point."""
    attributes = {"x": str(x), "y": str(y), "class": style, "fill": TEXT_COLOURS[style]}
    ElementTree.SubElement(picture, "text", attributes).text = text
