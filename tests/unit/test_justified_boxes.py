"""Blocks that ``justify-self`` and ``justify-items`` move: the boxes are those of Chromium, and the rules see them."""

from __future__ import annotations

from typing import Any

import pytest

from franking.check import inspect
from franking.model import Message
from franking.policy import load
from tests.unit.frozen_boxes import cases, differences, undecided


@pytest.mark.parametrize("case", cases("justified"), ids=lambda case: case["name"])
def test_boxes_are_those_of_the_browser(case: dict[str, Any]) -> None:
    for width, boxes in case["boxes"].items():
        assert not differences(case["html"], int(width), boxes)


def test_all_are_decided() -> None:
    assert undecided("justified") == 0


@pytest.mark.parametrize(
    "html",
    [
        '<div style="justify-items:center"><div style="width:200px">Hello</div></div>',
        '<div><p style="justify-self:center;width:50%">Hello</p></div>',
        '<div style="justify-items:unsafe center"><table><tr><td>Hello</td></tr></table></div>',
        '<div style="place-items:center"><div style="max-width:300px">Hello</div></div>',
    ],
)
def test_a_body_that_is_justified_to_the_middle_is_centred(html: str) -> None:
    found = inspect(Message("m", f"<!DOCTYPE html>{html}"), load(), select=["centered-body"])
    assert [one.undecided for one in found] == [False]


@pytest.mark.parametrize(
    ("html", "declaration"),
    [
        ('<div style="display:-webkit-box;-webkit-box-pack:center"><div>Hello</div></div>', "display"),
        ('<div style="display:flex;flex-direction:column;flex-wrap:wrap;height:90px"><p>Hello</p></div>', "flex-wrap"),
        ('<div style="display:flex;height:300px"><img src="cid:a" alt="Us"><p>Hello</p></div>', "height"),
        ('<div style="display:flex;flex-direction:column;align-items:baseline"><p>Hello</p></div>', "align-items"),
        ('<div style="display:grid;justify-items:legacy center"><p>Hello</p></div>', "justify-items"),
        ('<div style="display:grid;grid-template-columns:subgrid"><p>Hello</p></div>', "grid-template-columns"),
        (
            '<div style="display:inline-grid;max-width:300px;grid-template-columns:20% 1fr"><p>Hello</p></div>',
            "grid-template-columns",
        ),
    ],
)
def test_what_is_not_computed_is_told(html: str, declaration: str) -> None:
    found = inspect(Message("m", f"<!DOCTYPE html>{html}"), load(), select=["margin-width"])
    assert declaration in [one.measured for one in found if one.undecided]
