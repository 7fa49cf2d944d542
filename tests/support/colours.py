"""Colours of the documentation's pictures, on light pages and on dark ones."""

BACKGROUND, TEXT, SMALL, LINE = "#ffffff", "#1f2328", "#59636e", "#d0d7de"
GREEN, BLUE, PURPLE, ORANGE, RED, GREY = "#1a7f37", "#0969da", "#8250df", "#bc4c00", "#cf222e", "#8c959f"
# GitHub's colours, each with its replacement on dark pages.
DARK = {
    BACKGROUND: "#0d1117",
    TEXT: "#f0f6fc",
    SMALL: "#9198a1",
    LINE: "#3d444d",
    GREEN: "#3fb950",
    BLUE: "#58a6ff",
    PURPLE: "#bc8cff",
    ORANGE: "#f0883e",
    RED: "#ff7b72",
    GREY: "#7d8590",
}


def dark_style() -> str:
    """Return CSS that replaces the colours of an SVG, in attributes and in styles, on a dark page."""
    rules = [
        f'  [{name}="{light}"], [style*="{name}: {light}"] {{ {name}: {dark} !important }}'
        for light, dark in DARK.items()
        for name in ("fill", "stroke")
    ]
    return "\n".join(["@media (prefers-color-scheme: dark) {", *rules, "}"])
