"""The cascade: layers, nesting, ``revert-layer``, registered and reset custom properties, against what browsers make of them."""

from __future__ import annotations

import pytest

from franking.check import inspect
from franking.check.page import pages
from franking.html.document import Document
from franking.model import Message
from franking.policy import load


def padding(css: str, body: str = "<p>x</p>", width: int = 600) -> float:
    document = Document(f"<!DOCTYPE html><style>{css}</style>{body}")
    (page,) = pages(document, (width,), {})
    assert not page.opaque
    return next(page.style(e).padding_left.px for e in document.elements if e.tag == "p")


def pad(px: int, selector: str = "p", rest: str = "") -> str:
    return f"{selector}{{padding-left:{px}px{rest}}}"


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        (f"@layer a{{{pad(9, 'p#x, body p')}}} {pad(1)}", 1),
        (f"@layer a{{{pad(1)}}} @layer b{{{pad(2)}}}", 2),
        (f"@layer b,a; @layer a{{{pad(1)}}} @layer b{{{pad(2)}}}", 1),
        (f"@layer a{{{pad(1, rest='!important')}}} @layer b{{{pad(2, rest='!important')}}} {pad(3, rest='!important')}", 1),
        (f"@layer a{{{pad(1)} @layer in{{{pad(2, 'body p')}}}}}", 1),
        (f"@layer a.b{{{pad(1)}}} @layer a{{@layer c{{{pad(2)}}}}} @layer a.b{{{pad(3)}}}", 2),
        (f"@layer{{{pad(1)}}} @layer{{{pad(2)}}}", 2),
        (f"@import 'x.css' layer(late); @layer early{{{pad(1)}}} @layer late{{{pad(2)}}}", 1),
        (f"@layer a b{{{pad(1)}}} @layer c,d{{{pad(2)}}}", 0),
        ("p{@layer a{padding-left:1px} padding-left:2px}", 2),
        (f"@layer a;@media (width > 400px){{@layer a{{{pad(1)}}}}}", 1),
    ],
)
def test_layers_come_before_specificity(css: str, expected: float) -> None:
    assert padding(css) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p{padding-left:1px; &{padding-left:2px} padding-left:3px}", 3),
        ("p{padding-left:1px; @media (width > 400px){padding-left:2px} padding-left:3px}", 3),
        ("p{padding-left:1px; @supports selector(p > a){padding-left:2px}}", 2),
        ("body{& > p{padding-left:4px} p{padding-left:5px}}", 5),
        ("@supports selector(p:bogus){p{padding-left:9px}}", 0),
        ("@supports not selector(a, b){p{padding-left:9px}}", 9),
        ("@starting-style{p{padding-left:9px}}", 0),
        ("p{@starting-style{padding-left:9px}}", 0),
    ],
)
def test_declarations_count_where_they_stand(css: str, expected: float) -> None:
    assert padding(css) == expected


@pytest.mark.parametrize(
    ("css", "body", "expected"),
    [
        (f"@layer a{{{pad(1)}}} p{{padding-left:5px;padding-left:revert-layer}}", "<p>x</p>", 1),
        ("p{padding-left:5px}", '<p style="padding-left:revert-layer">x</p>', 5),
        (f"@layer a{{p{{padding-left:revert-layer!important}}}} {pad(7)}", "<p>x</p>", 0),
        ("p{padding-left:revert-layer}", '<p style="padding-left:3px">x</p>', 3),
        (f"@layer a,b; @layer a{{{pad(1)}}} @layer b{{{pad(2)} p{{padding-left:revert-layer}}}}", "<p>x</p>", 1),
    ],
)
def test_revert_layer_goes_back_to_the_layers_before(css: str, body: str, expected: float) -> None:
    assert padding(css, body) == expected


@pytest.mark.parametrize(
    ("style", "undecided"),
    [
        # Another side rolls back: the sides of the margin are as without it, 300px on the right.
        ("padding-left:revert-layer;margin-inline-start:300px;margin-right:9px!important;margin-left:1px", None),
        ("padding-left:revert-layer;margin-inline-start:300px;margin-left:1px", False),
        ("padding-left:revert-layer;margin-left:1px;margin-inline-start:300px", False),
        ("padding-left:revert-layer;margin-inline:1px 300px;margin-right:1px", False),
        ("padding-left:revert-layer;margin-inline-start:1px;margin-left:2px", None),
        # The margin itself rolls back beside a logical side: not read from right to left.
        ("margin-inline-start:300px;margin-left:revert-layer", True),
        ("margin-inline-start:revert-layer;margin-left:1px", True),
        ("margin-left:revert-layer;margin-right:1px", None),
    ],
)
@pytest.mark.parametrize("layer", [False, True])
def test_logical_sides_beside_revert_layer_from_right_to_left(style: str, undecided: bool | None, layer: bool) -> None:
    html = f'<p dir=rtl style="{style}">Your order was sent.</p>'
    if layer:
        html = f"<style>@layer a{{p{{{style}}}}}</style><p dir=rtl>Your order was sent.</p>"
    found = inspect(Message("m", f"<!DOCTYPE html>{html}"), load(), select=["margin-width"])
    assert {one.undecided for one in found} == (set() if undecided is None else {undecided})


@pytest.mark.parametrize(
    ("css", "undecided"),
    [
        ("all:var(--none, 10px)", True),  # a browser makes 10px the line height, and more
        ("--x:10px;all:var(--x)", True),
        ("all:var(--none, unset)", None),
        ("all:var(--none)", None),
        ("all:10px", None),
        ("line-height:var(--none, 10px)", False),
    ],
)
def test_all_with_a_variable(css: str, undecided: bool | None) -> None:
    html = f'<!DOCTYPE html><div style="{css}"><p>Your order was sent.</p></div>'
    found = inspect(Message("m", html), load(), select=["line-height"])
    assert {one.undecided for one in found} == (set() if undecided is None else {undecided})


@pytest.mark.parametrize(
    ("table", "cell", "violated"),
    [
        ("cellpadding=200", "padding-inline-start:1px", True),  # the start is on the right: the attribute holds on the left
        ("cellpadding=200", "padding-inline:1px", False),
        ("cellpadding=200", "padding-left:1px;padding-inline-start:1px", False),
        ("", "padding-inline-start:1px", False),
    ],
)
def test_attributes_beside_logical_sides_from_right_to_left(table: str, cell: str, violated: bool) -> None:
    html = f'<table width=100% {table}><tr><td dir=rtl style="text-align:left;{cell}">Your order was sent.</table>'
    found = inspect(Message("m", f"<!DOCTYPE html>{html}"), load(), select=["margin-width"])
    assert [one.undecided for one in found] == ([False] if violated else [])


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("td{padding-left:revert-layer!important}", (17, 0)),
        ("td{border-left:9px solid;border-left-width:unset}", (23, 3)),
        ("td{border-left:9px solid;border-left-width:inherit}", (23, 3)),
        ("td,tr{border-left:9px solid} td{border-left-width:inherit}", (23, 9)),
        ("td{border-left:9px solid;border-left-width:revert}", (23, 3)),
    ],
)
def test_a_cell_whose_declarations_are_taken_back(css: str, expected: tuple[float, float]) -> None:
    html = f"<style>{css}</style><table cellpadding=17><tr><td style='padding-left:23px'>x</table>"
    (page,) = pages(document := Document(f"<!DOCTYPE html>{html}"), (600,), {})
    style = next(page.style(element) for element in document.elements if element.tag == "td")
    assert (style.padding_left.px, style.border_left) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("padding-inline-start:300px", (1, 300)),
        ("padding-right:5px;padding-inline-start:300px", (1, 300)),
        ("padding-inline-start:300px;padding-right:5px", (1, 5)),
    ],
)
def test_rules_that_name_sides_both_ways_beside_a_rollback(rest: str, expected: tuple[float, float]) -> None:
    html = f"<style>p{{margin-left:revert-layer;{rest}}} body p{{padding-left:1px}}</style><p dir=rtl>x</p>"
    (page,) = pages(document := Document(f"<!DOCTYPE html>{html}"), (600,), {})
    style = next(page.style(element) for element in document.elements if element.tag == "p")
    assert (style.padding_left.px, style.padding_right.px) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("@property --k{syntax:'*';inherits:false;initial-value:7px} p{padding-left:var(--k)}", 7),
        ("@property --k{syntax:'*';inherits:false} body{--k:9px} p{padding-left:var(--k,2px)}", 2),
        ("@property --k{syntax:'*';inherits:true;initial-value:7px} body{--k:9px} p{padding-left:var(--k)}", 9),
        ("body{--k:9px} p{--k:initial;padding-left:var(--k,2px)}", 2),
        ("body{--k:9px} p{--k:inherit;padding-left:var(--k,2px)}", 9),
    ],
)
def test_custom_properties_are_reset_and_registered(css: str, expected: float) -> None:
    assert padding(css) == expected


@pytest.mark.parametrize(
    ("html", "rule", "violated"),
    [
        ('<div style="color:red"><p style="color:revert">Hello</p></div>', "font-color", True),
        (
            '<div style="color:red"><a href="https://www.amazon.de/x" style="color:revert">Your order</a></div>',
            "font-color",
            False,
        ),
        ('<div style="line-height:3"><p style="line-height:revert">Hello</p></div>', "line-height", True),
        ('<div style="font-family:Foo"><code style="font-family:revert">Hello</code></div>', "font-family", False),
        ('<font color="red" style="color:revert">Hello</font>', "font-color", False),
        ('<font color="red" style="color:revert-layer">Hello</font>', "font-color", True),
        ("<style>@layer a{p{text-align:center}}</style><p>Hello</p>", "text-align", True),
        ("<style>@layer a{p{text-align:center}} p{text-align:left}</style><p>Hello</p>", "text-align", False),
    ],
)
def test_rules_see_what_wins(html: str, rule: str, violated: bool) -> None:
    found = inspect(Message("m", f"<!DOCTYPE html>{html}"), load(), select=[rule])
    assert [one.undecided for one in found] == ([False] if violated else [])


@pytest.mark.parametrize(
    "css",
    [
        "@layer initial{p{padding-left:200px}}",
        "@media (width > 400px){@layer new{p{padding-left:200px}}}",
        "p[class=a s]{padding-left:200px}",
        "@scope (body){p{padding-left:200px}}",
        "@container (width > 400px){p{padding-left:200px}}",
        "@property --k{syntax:'<length>';inherits:false;initial-value:200px} p{padding-left:var(--k)}",
    ],
)
def test_what_browsers_disagree_on_or_is_not_read_is_told(css: str) -> None:
    found = inspect(Message("m", f'<!DOCTYPE html><style>{css}</style><p class="a">Hello</p>'), load(), select=["margin-width"])
    assert True in [one.undecided for one in found]
