"""The plots in docs/benchmarks, with the same figures as docs/benchmarks.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from support.colours import BACKGROUND, BLUE, GREEN, GREY, ORANGE, PURPLE, TEXT, dark_style

from . import memory
from .builds import BUNDLED, SHARED
from .exporters import DLOPEN_CASE, FLOOR_CASE, OURS
from .report import COUNTS, total
from .targets import Results

OURS_COLOUR, FLOOR_COLOUR, OTHERS_COLOURS = GREEN, GREY, (BLUE, PURPLE, ORANGE)

# The same figures give the same bytes. Text can be searched and selected.
STYLE = {
    "svg.hashsalt": "benchmarks",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("figure.facecolor", "savefig.facecolor", "axes.facecolor"), BACKGROUND),
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), TEXT),
}


def draw(results: Results, directory: Path) -> list[Path]:
    """Write the pictures; return their paths."""
    directory.mkdir(exist_ok=True)
    with mpl.rc_context(STYLE):
        figures = {
            "imports": of_imports(results["imports"]),
            "consumers": of_consumers(results["consumers"]),
            "memory": of_memory(results),
        }
        paths = []
        for name, figure in figures.items():
            paths.append(directory / f"{name}.svg")
            figure.savefig(paths[-1], metadata={"Date": None, "Creator": None})
            picture = paths[-1].read_text(encoding="utf-8")
            paths[-1].write_text(picture.replace("</style>", f"\n{dark_style()}</style>", 1), encoding="utf-8")
    return paths


def of_imports(libraries: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Return a plot with a bar for each exporter, with its quartiles."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, (library, cases) in zip(figure.subplots(1, len(libraries)), libraries.items(), strict=True):
        ordered = sorted(cases, key=lambda name: cases[name]["median"], reverse=True)
        medians = [1e3 * cases[name]["median"] for name in ordered]
        quartiles = [
            [medians[number] - 1e3 * cases[name]["lower_quartile"] for number, name in enumerate(ordered)],
            [1e3 * cases[name]["upper_quartile"] - medians[number] for number, name in enumerate(ordered)],
        ]
        colours = [colour_of(name) for name in ordered]
        bars = axes.barh(ordered, medians, xerr=quartiles, color=colours, ecolor=TEXT)
        axes.bar_label(bars, labels=[f"{value:.2f}" for value in medians], padding=4)
        axes.margins(x=0.15)
        axes.set_title(f"import of an exporter of {library}, ms")
    return figure


def colour_of(name: str) -> str:
    """Return the colour of an exporter's bar."""
    if name == OURS:
        return OURS_COLOUR
    return FLOOR_COLOUR if name in (FLOOR_CASE, DLOPEN_CASE) else OTHERS_COLOURS[0]


def of_consumers(families: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Figure:
    """Return a plot with two lines for each kind of consumers: the cost of all, and the cost of each."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    together, each = figure.subplots(1, 2)
    for (family, of), colour in zip(families.items(), (OURS_COLOUR, *OTHERS_COLOURS), strict=True):
        counts = [int(count) for count in of]
        medians = [1e3 * case["median"] for case in of.values()]
        together.plot(counts, medians, "o-", color=colour, label=family)
        each.plot(counts, [value / count for value, count in zip(medians, counts, strict=True)], "o-", color=colour)
    together.set_title("import of N consumers in one process, ms")
    each.set_title("the same, for each consumer")
    each.set_xscale("log")
    each.set_xticks(counts, map(str, counts))
    each.minorticks_off()
    for axes in (together, each):
        axes.set_xlabel("N")
        axes.set_ylim(bottom=0)
    together.legend(frameon=False, fontsize=8)
    return figure


def of_memory(results: Results) -> Figure:
    """Return a plot with bars for the memory of two consumers of OpenBLAS, and lines for the installed size."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    private, threads, installed = figure.subplots(1, 3)
    names = {memory.SHARED: "shared", memory.BUNDLED: "bundled"}
    alone = results["memory"][memory.ALONE]
    for axes, column, unit, title in (
        (private, "private", 1e6, "private bytes, MB"),
        (threads, "threads", 1, "threads started"),
    ):
        values = [(results["memory"][name][column] - alone[column]) / unit for name in names]
        bars = axes.bar(list(names.values()), values, color=(OURS_COLOUR, OTHERS_COLOURS[0]), width=0.6)
        axes.bar_label(bars, fmt="{:.3g}")
        axes.margins(y=0.1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_title(f"two consumers of OpenBLAS:\n{title}")
    lines(installed, results["sizes"]["OpenBLAS"])
    return figure


def lines(axes: Axes, sizes: Mapping[str, Mapping[str, int]]) -> None:
    """Draw the installed size for this many consumers."""
    for way, colour in ((SHARED, OURS_COLOUR), (BUNDLED, OTHERS_COLOURS[0])):
        axes.plot(
            COUNTS, [total(sizes, way, "installed", count) / 1e6 for count in COUNTS], "o-", color=colour, label=way
        )
    axes.set_title("consumers of OpenBLAS:\nMB installed")
    axes.set_xlabel("N")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
