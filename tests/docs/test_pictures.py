"""The pictures can be read on light pages and on dark ones."""

import re

import pytest

from library_wheel.project.packages import ROOT
from library_wheel.project.sources import working_tree
from support.colours import BACKGROUND, DARK, SMALL, TEXT, dark_style

PICTURES = [path for path in working_tree("docs") if path.suffix == ".svg"]


def colours_without_dark_ones(picture: str) -> set[str]:
    """Return the colours of a picture that a dark page would leave as they are."""
    if dark_style() not in picture:
        return {"all"}
    drawn = re.findall(r"#[0-9a-f]{6}\b", picture.replace(dark_style(), ""))
    return {*drawn} - {*DARK}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as the Web Content Accessibility Guidelines define it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("picture", PICTURES, ids=str)
def test_each_colour_of_a_picture_has_one_for_dark_pages(picture: str) -> None:
    assert colours_without_dark_ones((ROOT / picture).read_text()) == set()


def test_a_picture_without_colours_for_dark_pages_is_noticed() -> None:
    assert colours_without_dark_ones('<rect fill="#ffffff" />') == {"all"}
    assert colours_without_dark_ones(f'<style>{dark_style()}</style><rect fill="#123456" />') == {"#123456"}


@pytest.mark.parametrize("colour", [TEXT, SMALL])
def test_text_has_enough_contrast_on_light_and_dark_pages(colour: str) -> None:
    assert contrast(colour, BACKGROUND) >= 4.5
    assert contrast(DARK[colour], DARK[BACKGROUND]) >= 4.5
    assert contrast(colour, DARK[BACKGROUND]) < 4.5  # which is why the pictures need colours of both kinds
