"""The pixels that Chromium paints of colours, held against the frozen ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.real.judge import browser

pytestmark = pytest.mark.real
PIXELS: dict[str, list[int]] = json.loads((Path(__file__).parents[1] / "data/colors.json").read_text("utf-8"))
PAINT = """colors => {
  const canvas = document.createElement('canvas'), box = document.createElement('div');
  canvas.width = canvas.height = 1; document.body.append(box);
  const brush = canvas.getContext('2d', {willReadFrequently: true});
  return colors.map(color => {
    box.style.color = ''; box.style.color = color; brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = getComputedStyle(box).color; brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  });
}"""


def test_the_frozen_pixels_are_chromiums() -> None:
    with browser() as judge:
        judge.lay_out("<!DOCTYPE html><body>", 600)
        painted = judge.page.evaluate(PAINT, list(PIXELS))
    assert dict(zip(PIXELS, painted, strict=True)) == {text: pytest.approx(pixel, abs=1) for text, pixel in PIXELS.items()}
