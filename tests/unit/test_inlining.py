"""Inlining: what applies always is inlined, everything else stays as written and still wins and loses as before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.errors import TemplateError
from franking.html.document import Document, Element, Text
from franking.model import Draft, Franked
from franking.policy import load
from franking.rendering import InlinerName
from franking.rendering.inline import inline
from franking.rendering.sheets import read_declarations
from tests.unit.shapes import trial, variants

BOTH = pytest.mark.parametrize("inliner", ["css-inline", "premailer"])


def inlined(css: str, body: str, inliner: InlinerName, head: str = "") -> Document:
    html = f"<!DOCTYPE html><html><head><style>{css}</style>{head}<title>t</title></head><body>{body}</body></html>"
    return Document(inline(Draft("k", "t", "en_US", "en", "1", "s", html), inliner).html)


def styles(document: Document) -> list[str]:
    return ["".join(c.data for c in e.children if isinstance(c, Text)).strip() for e in document.elements if e.tag == "style"]


def style(document: Document, tag: str = "p") -> str:
    """The first such element's ``style`` without spaces."""
    found: Element = next(e for e in document.elements if e.tag == tag)
    return re.sub(r"\s+|;$", "", found.attrs.get("style", ""))


@BOTH
@pytest.mark.parametrize(
    "kept",
    [
        '<style media="print">p{display:none}</style>',
        '<style media="(max-width:480px)">p{display:none}</style>',
        '<style media="speech">p{display:none}</style>',
        '<style media="not all">p{display:none}</style>',
        '<style type="text/less">p{display:none}</style>',
        '<style title="one">p{top:1px}</style><style title="two">p{display:none}</style>',
    ],
)
def test_a_sheet_that_does_not_always_apply_stays_as_it_is(kept: str, inliner: InlinerName) -> None:
    document = inlined("p{color:red}", "<p>x</p>", inliner, kept)
    assert style(document) == "color:red"
    assert kept in document.source


@BOTH
@pytest.mark.parametrize(
    "rule",
    [
        "@media print{p{display:none}}", "@media (max-width:480px){p{display:none}}", "@media all{p{display:none}}",
        "@supports (display:grid){p{display:none}}", "@supports (display:nonsense){p{display:none}}",
        "@layer a{p{display:none}}", "@container (min-width:1px){p{display:none}}", "@unknown{p{display:none}}",
        "p:hover{display:none}", "p::before{display:none}", "p:first-letter{display:none}", "a:visited p{display:none}",
        "p:lang(en){display:none}", "p:not(:hover){display:none}", "p{b{display:none}}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{kept} p{{color:red}}", "p{{color:red}} {kept}", "b{{top:0}} {kept} p{{color:red}}"])
def test_a_rule_that_does_not_always_apply_stays_where_it_is(rule: str, place: str, inliner: InlinerName) -> None:
    document = inlined(place.format(kept=rule), "<p>x</p>", inliner)
    assert style(document) == "color:red"
    assert styles(document) == [rule]


@BOTH
def test_a_kept_rule_that_won_still_wins(inliner: InlinerName) -> None:
    document = inlined("p{color:red;margin:1px}@media (max-width:480px){p{color:blue;top:0}}", "<p>x</p>", inliner)
    assert style(document) == "color:red;margin:1px"
    assert re.sub(r"\s+", "", styles(document)[0]) == "@media(max-width:480px){p{color:blue!important;top:0}}"


@BOTH
def test_importance_in_a_media_rule_stays(inliner: InlinerName) -> None:
    document = inlined("p{color:red}@media (max-width:480px){p{color:blue !important}}", "<p>x</p>", inliner)
    assert styles(document) == ["@media (max-width:480px){p{color:blue !important}}"]


@BOTH
@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("@media screen{p{color:blue}} p{color:red}", "<p>x</p>"),  # order
        ("#a{color:red} @media screen{p{color:blue}}", '<p id="a">x</p>'),  # specificity
        ("@media screen{p{color:blue}}", '<p style="color:red">x</p>'),  # the attribute
        ("p{color:red !important} @media screen{p{color:blue}}", "<p>x</p>"),  # importance
        ("p{color:red} @layer a{p{color:blue}}", "<p>x</p>"),  # layers come before what is in none
    ],
)
def test_a_kept_rule_that_lost_still_loses(css: str, body: str, inliner: InlinerName) -> None:
    document = inlined(css, body, inliner)
    assert style(document).startswith("color:red")
    assert "important" not in styles(document)[0]


@BOTH
@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("p{color:red} #a{color:green} @media screen{p{color:blue}}", '<p>x</p><p id="a">y</p>'),
        ("p{color:red} @media screen{p{color:blue}}", '<p>x</p><p style="color:green">y</p>'),
        ("p{color:red !important} @media screen{p{color:blue !important}}", "<p>x</p>"),
        ("p{color:red} @keyframes k{from{color:green}} @media screen{p{color:blue;animation:k 1s}}", "<p>x</p>"),
        ("p{color:red} @scope (body){p{color:blue}}", "<p>x</p>"),
        ("p{color:red} p{&.a{color:blue}}", '<p class="a">x</p>'),
    ],
)
def test_what_cannot_be_inlined_for_all_stays_in_the_sheet(css: str, body: str, inliner: InlinerName) -> None:
    document = inlined(css, f"{body}<i>z</i>", inliner)
    assert "color" not in style(document)
    assert [re.sub(r"\s+", "", s) for s in styles(document)] == [re.sub(r"\s+", "", css)]


@BOTH
@pytest.mark.parametrize(
    ("css", "own", "wanted"),
    [
        ("p{margin-top:5px}.x{margin:0}#y{margin-top:7px}", "", "margin:0;margin-top:7px"),
        ("p{color:red}.x{color:nonsense}", "", "color:red;color:nonsense"),
        ("p{width:50%}.x{width:min(1px,5%)}", "", "width:50%;width:min(1px,5%)"),
        ("p{color:red!important}.x{color:blue}", "color:green", "color:red!important"),
        ("p{color:red!important}", "color:green!important", "color:green!important"),
        (":where(p){top:0}:is(p){left:0}p:has(b){right:0}", "", "top:0;left:0;right:0"),
        ("*{bottom:0}", "", "bottom:0"),
        (".a\\:b{top:0}", "", ""),
        ("p{color:red;*zoom:1;top:0}", "", "color:red;top:0"),
        ("<!-- p{color:red} -->", "", "color:red"),
        ("} p{color:red} b{top:0}", "", ""),
        ("p,p:nonsense{color:red}", "", ""),
    ],
)
def test_the_cascade_decides_what_an_attribute_says(css: str, own: str, wanted: str, inliner: InlinerName) -> None:
    document = inlined(css, f'<p class="x" id="y" style="{own}">x<b>y</b></p>', inliner)
    assert style(document) == wanted


@BOTH
@pytest.mark.parametrize("css", ["p{color:red\\9;margin:2px}", "p{width:1px\\0/;margin:2px}", "p{top:1px\\20 ;margin:2px}"])
def test_an_escape_at_the_end_of_a_value_does_not_swallow_what_follows(css: str, inliner: InlinerName) -> None:
    found = next(e for e in inlined(css, "<p>x</p>", inliner).elements if e.tag == "p").attrs["style"]
    assert [(d.name, d.value) for d in read_declarations(found)][-1] == ("margin", "2px")


@BOTH
def test_quotes_in_a_value_do_not_end_it(inliner: InlinerName) -> None:
    document = inlined('p{font-family:"O\'Hara",\'A "B"\'}', "<p>x</p>", inliner)
    assert "O'Hara" in style(document)
    assert next(e for e in document.elements if e.tag == "p").attrs.keys() == {"style"}


@BOTH
@pytest.mark.parametrize(
    "body",
    [
        "<pre>\n\n a\n  b</pre><p>x</p>", "<textarea>\n\nx</textarea><p>x</p>", "<p>a&#13;b&nbsp;c&shy;d&#x2028;e</p>",
        "<p>x</p><!--[if mso]><style>p{display:none}</style><![endif]-->", "<p>x</p><template><style>p{top:0}</style><p>y</p></template>",
        '<p>x</p><svg viewBox="0 0 1 1"><style>p{top:0}</style><linearGradient></linearGradient></svg>',
        "<p>x</p><noscript><style>p{left:0}</style></noscript>", "<p>x</p><style>p:hover{top:0}</style><p>y</p>",
    ],
)  # fmt: skip
def test_nothing_but_styles_changes(body: str, inliner: InlinerName) -> None:
    before, after = Document(f"<body>{body}"), inlined("p{color:red}", body, inliner)
    assert "color:red" in style(after)

    def told(document: Document) -> list[tuple[str, list[str], dict[str, str]]]:
        return [
            (e.tag, [c.data.rstrip(" ") for c in e.children if isinstance(c, Text)], {n: v for n, v in e.attrs.items() if n != "style"})
            for e in document.elements if e is document.body or document.body in e.ancestors()
        ]  # fmt: skip

    assert told(after) == told(before)
    for part in re.findall(r"<!--.*?-->|<template>.*?</template>", body):
        assert part in after.source, "what no style sheet reaches is left as it is written"


@BOTH
def test_an_import_leaves_the_sheets_alone(inliner: InlinerName) -> None:
    css = "@import url(x.css); p{color:red}"
    assert styles(inlined(css, "<p>x</p>", inliner)) == [css]


def test_what_an_inliner_would_break_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"inlining \(premailer\) .*, expected text and a change of styles only") as caught:
        inlined("p{color:red}", "<p>x<table><tr><td>y</table></p><p>a<p>b\x0bc", "premailer")
    assert "\n" not in str(caught.value)


def test_the_print_sheet_of_a_layout_is_for_print_only(tmp_path: Path) -> None:
    made = trial(tmp_path, '<h2>Hello</h2><style media="print">h2{display:none}</style>')
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    franked = made.whole(order)
    assert isinstance(franked, Franked), franked
    assert "<h2>Hello</h2>" in franked.inlined.html
    assert "Hello" in franked.inlined.text


@BOTH
@pytest.mark.parametrize("theme", ["plain", "brand", "label", "calm"])
def test_the_themes_are_inlined_but_for_what_asks_for_a_medium(theme: str, inliner: InlinerName) -> None:
    catalog = Catalog(Path("templates"), Path("themes"))
    kind = catalog.kind("order_confirmation")
    made = Pipeline(catalog, kind, catalog.theme(theme), load(), inliner)
    order = sample_order(kind.samples[0], locale_marketplace("de"), kind)
    assert not isinstance(made.whole(order), Rejected)
    left = styles(Document(made.compose(order).html))
    queries = re.findall(r"@media \(([a-z-]+):", "".join(left))
    assert sorted(queries) == ["max-width", *(["prefers-color-scheme"] if theme == "calm" else [])]
    assert "".join(left).startswith("@media")


@BOTH
@pytest.mark.parametrize("sign", ["\x00", "\x1b", "&#27;", "&#x7;", "\ud800", "\x7f", "\x85"])
def test_a_control_character_is_no_text(sign: str, inliner: InlinerName) -> None:
    with pytest.raises(TemplateError, match=r"finds the control character U\+[0-9A-F]{4} in line \d, expected text"):
        inlined("p{color:red}", f"<p>a{sign}b</p>", inliner)


@pytest.mark.parametrize("reference", ["&#13;", "&#xD;", "&#13;&#10;", "&#000013;"])
def test_a_carriage_return_stays_a_reference(reference: str) -> None:
    document = inlined("p{color:red}", f'<p title="a{reference}b">a{reference}b</p>', "css-inline")
    assert "\r" not in document.source
    assert document.source.count("&#13;") == 2


@BOTH
@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "table><tr><td", "svg><g"])
def test_a_message_nested_without_measure_is_refused(tag: str, inliner: InlinerName) -> None:
    """An inliner that recurses ends the whole process where its stack does."""
    with pytest.raises(TemplateError, match=r"inlining .* finds elements nested more than 500 deep, expected"):
        inlined("p { color: red }", f"<{tag}>" * 20_000 + "<p>x</p>", inliner)
