"""Which texts leave a pixel in Chromium, held against the frozen answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.real.judge import Judge, browser

pytestmark = pytest.mark.real
SEEN: dict[str, bool] = json.loads((Path(__file__).parents[1] / "data/hidden.json").read_text("utf-8"))
BEFORE = "<!DOCTYPE html><p>Hello, your order has been sent.</p>\n"
WITHOUT_INK = """() => {
  const style = document.createElement('style');
  style.textContent = `#t, #t * { -webkit-text-fill-color: transparent !important; text-shadow: none !important;
    -webkit-text-stroke: 0 !important; background-clip: border-box !important }`;
  document.head.append(style);
}"""


def leaves_pixels(judge: Judge, html: str) -> bool:
    for width in (360, 600):
        judge.lay_out(BEFORE + html, width)
        height = judge.page.evaluate("Math.max(800, Math.min(3000, document.documentElement.scrollHeight))")
        judge.page.set_viewport_size({"width": width, "height": height})
        shown = judge.page.screenshot()
        judge.page.evaluate(WITHOUT_INK)
        if judge.page.screenshot() != shown:
            return True
    return False


def test_a_sample_of_the_frozen_answers_is_chromiums() -> None:
    sample = dict(list(SEEN.items())[::6])
    with browser() as judge:
        assert {html: leaves_pixels(judge, html) for html in sample} == sample
