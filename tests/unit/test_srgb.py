"""Colours are converted as Chromium paints them: ``tests/data/colors.json`` holds the pixels that it gave
(``tests/real/test_colors.py`` asks it again)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from franking.css.srgb import Open, Srgb, srgb

PIXELS: dict[str, list[int]] = json.loads((Path(__file__).parents[1] / "data/colors.json").read_text("utf-8"))


@pytest.mark.parametrize("text", PIXELS)
def test_painted_as_in_chromium(text: str) -> None:
    color = srgb(text)
    assert isinstance(color, Srgb)
    *channels, alpha = (round(255 * part) for part in color)
    assert alpha == pytest.approx(PIXELS[text][3], abs=1)
    # A canvas keeps premultiplied bytes: the fainter a pixel is, the less of its colour is left.
    tolerance = 2 * 255 / max(1, alpha)
    assert alpha == 0 or channels == pytest.approx(PIXELS[text][:3], abs=tolerance)


@pytest.mark.parametrize(
    "text",
    [
        "light-dark(white, black)", "color-mix(in oklch, red, blue)", "color-mix(in hsl longer hue, red, blue)",
        "color-mix(in srgb, rgb(none 0 0), blue)", "color-mix(in srgb, currentcolor, blue)", "color-mix(in srgb, red 0%, blue 0%)",
        "highlight", "accentcolor", "device-cmyk(0 0 0 1)", "rgb(from red r g b)", "contrast-color(red)", "oklch(none 0.1 20)",
    ],
)  # fmt: skip
def test_what_is_not_converted_is_undecided(text: str) -> None:
    assert srgb(text) is Open.UNDECIDED


def test_the_colour_of_the_text_is_a_case_of_its_own() -> None:
    assert srgb("currentColor") is Open.CURRENT
