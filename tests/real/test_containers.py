"""The frozen boxes of flex and grid containers are those of the installed Chromium, and its cascade is ours."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from franking.check.page import pages
from franking.html.document import Document
from tests.real.containers import DRAWN, laid_out
from tests.real.judge import Judge, browser
from tests.real.layered import message
from tests.unit.frozen_boxes import cases, differences

pytestmark = pytest.mark.real
COMPUTED = "[...document.querySelectorAll('[data-n]')].map(e => parseFloat(getComputedStyle(e).paddingLeft))"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with browser() as opened:
        yield opened


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_frozen_boxes_are_those_of_the_browser(judge: Judge, kind: str) -> None:
    for case in cases(kind):
        for width, boxes in case["boxes"].items():
            now = laid_out(judge, case["html"], int(width))
            assert now.keys() == boxes.keys(), case["name"]
            assert all(abs(a - b) < 0.1 for n in now for a, b in zip(now[n], boxes[n], strict=True)), case["name"]


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_boxes_that_were_not_frozen_agree_too(judge: Judge, kind: str) -> None:
    draw = DRAWN[kind][0]
    wrong = {}
    for seed in range(1000, 1100):
        html = draw(random.Random(f"{kind} {seed}"))
        for width in (360, 600):
            found = differences(html, width, laid_out(judge, html, width))
            if found:
                wrong[seed, width] = found
    assert len(wrong) <= 2, wrong


def test_the_cascade_is_that_of_the_browser(judge: Judge) -> None:
    wrong, decided = [], 0
    for seed in range(200):
        html = message(random.Random(seed))
        for width in (360, 600):
            judge.page.set_viewport_size({"width": width, "height": 800})
            judge.page.set_content(html)
            theirs = judge.page.evaluate(COMPUTED)
            document = Document(html)
            (page,) = pages(document, (width,), {})
            if page.opaque:
                continue
            decided += 1
            ours = [page.style(e).padding_left.px for e in document.elements if "data-n" in e.attrs]
            if ours != pytest.approx(theirs):
                wrong.append((seed, width, ours, theirs))
    assert wrong == []
    assert decided > 250
