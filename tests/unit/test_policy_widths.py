"""The widths and limits that rules name and mend to are the policy's: nothing of them stands in the rules."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from franking.check import inspect
from franking.check.fix import fix_message
from franking.model import Message
from franking.policy import Threshold, load

RULES = Path(__file__).parents[2] / "src" / "franking" / "check" / "rules"
NARROW = replace(load(), widths=(240, 500))
WIDE_IMAGE = '<p>Hello</p><img src="https://www.amazon.com/a.png" alt="A lamp" width="490">'
UNKNOWN_IMAGE = '<p>Hello</p><img src="https://www.amazon.com/a.png" alt="A lamp">'
WIDE_MARGIN = '<div style="margin:0 150px"><p>Your order is on its way.</p></div>'
WIDE_PADDING = '<div style="padding-left:40%"><p>Your order is on its way.</p></div>'


@pytest.mark.parametrize(
    ("rule", "html", "said"),
    [
        ("image-width", UNKNOWN_IMAGE, 'width="192"'),
        ("image-width", WIDE_IMAGE, "Set width to 192 or less"),
        ("margin-width", WIDE_MARGIN, "Make it 48 px or less"),
        ("margin-width", WIDE_PADDING, "Make it 48 px or less"),
    ],
)
def test_hints_name_what_fits_the_policy_s_narrowest_width(rule: str, html: str, said: str) -> None:
    assert said in " ".join(f.hint for f in inspect(Message("a", html), NARROW, select=[rule]))


@pytest.mark.parametrize(
    ("rule", "html", "most"),
    [("image-width", WIDE_IMAGE, 192), ("margin-width", WIDE_MARGIN, 48), ("margin-width", WIDE_PADDING, 48)],
)
def test_mending_goes_down_to_the_policy_s_narrowest_width(rule: str, html: str, most: int) -> None:
    mended = fix_message(Message("a", html), NARROW, select=[rule])
    assert mended.findings == ()
    assert max(int(number) for number in re.findall(r'(\d+)(?:px|")', mended.html)) == most


def test_a_hint_names_the_policy_s_number_of_breaks() -> None:
    one = replace(load(), thresholds={**load().thresholds, "line_breaks": Threshold(1, "look", "2020-11-06")})
    found = inspect(Message("a", "<p>a<br><br>b</p>", "a\n\n\nb"), one, select=["line-breaks"])
    assert {f.hint.partition(";")[0] for f in found} == {"Leave at most 1 break in a row"}


def test_no_rule_writes_a_width_of_the_policy() -> None:
    """Nor a share of one: in the code, manuals apart."""
    known = {*load().widths, *(int(w * load().value(n)) for w in load().widths for n in ("image_share", "margin_share"))}
    for path in RULES.glob("*.py"):
        numbers = {
            n.value
            for n in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(n, ast.Constant) and type(n.value) is int
        }
        assert not numbers & known, path.name
