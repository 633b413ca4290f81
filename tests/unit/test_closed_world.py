"""The closed world: every rule about layout or type says what it judges, and values that are not read are told apart."""

from __future__ import annotations

import pytest
import tinycss2

from franking.check import inspect
from franking.check.registry import CheckRule, check_rules
from franking.css.declarations import interpret
from franking.css.property_support import ASPECTS
from franking.css.values import Unmodelled
from franking.model import Message
from franking.policy import load

# Every aspect of a message that a declaration can bear on, for the rules that measure what a browser makes of it.
JUDGED = frozenset("geometry alignment color background font-family font-size line-height breaks".split())


# And those that each of the rules depends on: a rule that drops one of several is noticed, too.
NEEDED = {
    "margin-width": "geometry", "image-width": "geometry", "tracking-pixel": "geometry", "text-align": "alignment",
    "centered-body": "geometry alignment", "line-breaks": "breaks", "line-height": "line-height", "font-family": "font-family",
    "font-color": "color", "font-sizes": "font-size", "contrast": "background", "hidden-text": "visibility",
}  # fmt: skip


def lacking(rules: list[CheckRule]) -> list[str]:
    """The rules that look at layout or type and do not say at which aspects."""
    return [one.rule.slug for one in rules if not one.aspects >= set(NEEDED.get(one.rule.slug, "").split())]


def test_every_rule_about_layout_and_type_declares_its_aspects() -> None:
    rules = list(check_rules())
    assert lacking(rules) == []
    claimed = frozenset().union(*(one.aspects for one in rules))
    assert claimed >= JUDGED
    assert claimed <= ASPECTS


def test_a_rule_that_drops_its_aspects_is_noticed() -> None:
    from dataclasses import replace

    rules = [replace(one, aspects=frozenset()) if one.rule.slug == "text-align" else one for one in check_rules()]
    assert lacking(rules) == ["text-align"]
    rules = [
        replace(one, aspects=frozenset(["geometry"])) if one.rule.slug == "centered-body" else one for one in check_rules()
    ]
    assert lacking(rules) == ["centered-body"]


def outcome(name: str, value: str) -> str:
    found = interpret(name, tinycss2.parse_component_value_list(value), quirks=False)
    return "dropped" if not found else "unmodelled" if any(isinstance(v, Unmodelled) for _, v in found) else "read"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("justify-content", "banana", "dropped"),
        ("justify-content", "safe center", "read"),
        ("justify-items", "legacy center", "unmodelled"),
        ("justify-items", "legacy", "read"),
        ("justify-self", "baseline", "unmodelled"),
        ("align-items", "last baseline", "read"),
        ("place-content", "center", "read"),
        ("place-items", "first baseline stretch", "read"),
        ("place-items", "legacy legacy legacy", "dropped"),
        ("opacity", "auto", "dropped"),
        ("opacity", "calc(1 / 2)", "read"),
        ("content", "bogus", "dropped"),
        ("content", "'a' attr(title)", "read"),
        ("grid-template-columns", "5bananas", "dropped"),
        ("grid-template-columns", "repeat(2, minmax(10px, 1fr))", "read"),
        ("grid-template-columns", "[a] 1fr", "read"),
        ("grid-template-columns", "subgrid", "unmodelled"),
        ("grid-template-columns", "repeat(auto-fill, 1fr)", "unmodelled"),
        ("grid-template-columns", "[a] [b] 1fr", "unmodelled"),
        ("grid-template-rows", "repeat(auto-fill, 10px)", "unmodelled"),
        ("grid-template-areas", "'x x' 'x y'", "dropped"),
        ("grid-template-areas", "'x x' '. y'", "read"),
        ("grid-column", "span 2 / -1", "read"),
        ("grid-column", "0", "dropped"),
        ("grid-row", "5000", "unmodelled"),
        ("grid-area", "a / b / c / d / e", "dropped"),
        ("grid-auto-flow", "dense column", "read"),
        ("grid-auto-flow", "row column", "dropped"),
        ("grid", "auto-flow dense / 1fr 2fr", "read"),
        ("grid-template", "'a b' 40px 'c d' / 1fr 2fr", "read"),
        ("order", "-1", "read"),
        ("order", "1.5", "dropped"),
        ("-webkit-order", "2", "read"),
        ("background", "red blue", "dropped"),
        ("background", "left right", "dropped"),
        ("background", "url(x.png) no-repeat top left / cover red", "read"),
        ("background-image", "cross-fade(url(a), url(b), 50%)", "unmodelled"),
        ("background-image", "linear-gradient(red, blue)", "read"),
        ("border-left-width", "calc(10% + 3px)", "dropped"),
        ("line-height", "calc(2 * 1.1)", "read"),
        ("font-weight", "calc(300 + 400)", "read"),
        ("flex", "calc(2) 1 30px", "read"),
        ("flex", "-2", "dropped"),
        ("flex-flow", "row column", "dropped"),
        ("max-width", "auto", "dropped"),
        ("width", "calc(infinity * 1px)", "unmodelled"),
        ("width", "calc(100%-20px)", "dropped"),
        ("color", "color()", "unmodelled"),
        ("color", "rgb(from red r g b)", "unmodelled"),
        ("color", "rgb(calc(1 + 2) 0 0)", "unmodelled"),
        ("font-family", "monospace serif", "dropped"),
        ("-webkit-border-start", "300px solid", "read"),
        ("-webkit-border-end-width", "300px", "read"),
        ("-webkit-box-align", "center", "dropped"),
        ("white-space", "wrap preserve-breaks", "unmodelled"),
        ("white-space", "nowrap bogus", "dropped"),
        ("border-left", "1px, solid", "dropped"),
        ("text-align", "match-parent", "unmodelled"),
        ("min-height", "-webkit-fill-available", "read"),
    ],
)
def test_a_value_is_read_dropped_or_told_as_not_modelled(name: str, value: str, expected: str) -> None:
    assert outcome(name, value) == expected


def found(html: str, rule: str) -> list[bool]:
    return [f.undecided for f in inspect(Message("m", html), load(), select=[rule])]


def test_a_dropped_value_leaves_the_one_before_it_standing() -> None:
    html = '<div style="display:flex;justify-content:center;justify-content:banana"><p style="width:100px">Hello</p></div>'
    assert found(html, "centered-body") == [False]


def test_the_old_name_of_a_border_is_a_border() -> None:
    assert found('<div style="-webkit-border-start:200px solid">Hello</div>', "margin-width") == [False]


@pytest.mark.parametrize("selector", ["p::slotted", "p::part", "p::highlight"])
def test_a_list_with_a_pseudo_element_without_its_arguments_is_dropped(selector: str) -> None:
    html = f"<style>p{{text-align:center}} p, {selector}{{text-align:left}}</style><p>Hello</p>"
    assert found(html, "text-align") == [False]


@pytest.mark.parametrize("selector", ["video:playing", "p:muted", "p::slider-track"])
def test_a_selector_that_not_every_browser_takes_is_told(selector: str) -> None:
    html = f"<style>p, {selector}{{text-align:center}}</style><p>Hello</p>"
    assert True in found(html, "text-align")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p style="letter-spacing:3px">Hello</p>', False),
        ('<div style="width:200px"><h1 style="text-transform:uppercase;word-spacing:2px">Hello</h1></div>', False),
        ('<table width="100%"><tr><td style="letter-spacing:1px">Hello</td></tr></table>', False),
        (
            '<table width="100%"><tr><td width="50%" style="letter-spacing:1px">Hello</td><td width="50%">Two</td></tr></table>',
            False,
        ),
        ('<ul style="list-style-position:inside;text-wrap:balance"><li>Hello</li></ul>', False),
        ('<p style="text-indent:40px;tab-size:3">Hello</p>', False),
        ('<p><span style="display:inline-block;tab-size:3">Hello</span></p>', True),
        ('<table><tr><td style="tab-size:3">Hello</td></tr></table>', True),
        ('<table width="100%"><tr><td style="tab-size:3">Hello</td><td>Two</td></tr></table>', True),
        ('<div style="float:left"><b style="tab-size:3">Hello</b></div>', True),
        ('<div style="tab-size:3"><div style="width:fit-content">Hello</div></div>', True),
        ('<div style="display:flex;tab-size:3"><div>Hello</div></div>', True),
    ],
)
def test_the_width_of_text_bears_only_on_boxes_that_fit_their_content(html: str, expected: bool) -> None:
    assert (True in found(f"<!DOCTYPE html>{html}", "margin-width")) == expected
