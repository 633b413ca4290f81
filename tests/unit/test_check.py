"""The checker as a whole: places, cascade, robustness."""

from __future__ import annotations

import math

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from franking.check import inspect
from franking.check.page import pages
from franking.css.declarations import from_text
from franking.css.lengths import Metrics, parse_length
from franking.css.media import matches
from franking.html.document import Document, Text
from franking.model import Franked, Message
from franking.policy import load

PAGE = """<!doctype html><html><body>
<p>Hello</p>
<div style="margin:0 25%">x</div>
<img src="https://www.amazon.com/x.png" alt="Our house" width="560">
<table><tr>
<td align=center>Centred</td></tr></table>
<p>a<br><br><br>b</p>
<p style="FONT:bold 1.2em/2 Arial">Font</p>
<p style="font-size:20px">t</p><p style="font-size:11px">t</p>
<a href="HTTP://www.amazon.com/x">Your order</a>
</body></html>"""


def test_a_page_with_one_of_each_reports_exactly_those_at_their_lines() -> None:
    found = [(f.line, f.rule) for f in inspect(Message("page", PAGE), load())]
    assert found == [
        (3, "margin-width"), (4, "image-width"), (6, "text-align"), (7, "line-breaks"), (8, "font-family"),
        (8, "line-height"), (9, "font-sizes"), (10, "insecure-url"),
    ]  # fmt: skip


def test_findings_say_what_was_measured_against_which_limit() -> None:
    image = next(f for f in inspect(Message("page", PAGE), load()) if f.rule == "image-width")
    assert (image.width, image.measured, image.limit) == (360, 1.5556, 0.8)
    wide = inspect(Message("page", PAGE), load(), widths=(600,), select=["image-width"])
    assert [(f.width, f.measured) for f in wide] == [(600, 0.9333)]
    assert "93.3 % of the message width at 600 px (limit 80 %)" in wide[0].message


def test_columns_point_at_the_declaration() -> None:
    findings = inspect(Message("x", "<p title='a &amp; b' style='margin:0; text-align : center'>x</p>"), load())
    assert [(f.rule, f.line, f.column) for f in findings] == [("text-align", 1, 39)]


def test_columns_in_text_count_entities_by_their_source() -> None:
    findings = inspect(Message("x", "<p>&amp;&amp;\n&quot;ok 🎁</p>"), load())
    assert [(f.line, f.column) for f in findings] == [(2, 10)]


def test_text_after_comments_and_implied_ends_keeps_its_place() -> None:
    document = Document("<!-- a -->\n<table><tr><td>one<tr><td>two<!-- x --> three</table>\nfour")
    texts = [t for e in document.elements for t in e.children if isinstance(t, Text) and t.data.strip()]
    for text in texts:
        assert document.source.startswith(text.data.strip()[:3], document.source.index(text.data.strip()[:3], text.offset))
        assert document.source[text.offset : text.offset + len(text.data)] == text.data


def test_only_the_checker_franks() -> None:
    with pytest.raises(TypeError, match=r"only franking\.check"):
        Franked(None, "amazon")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "at_360", "at_600"),
    [
        ("", True, True),
        ("screen", True, True),
        ("print", False, False),
        ("not print", True, True),
        ("(max-width: 480px)", True, False),
        ("only screen and (min-width:481px)", False, True),
        ("screen and (max-width:480px), print", True, False),
        ("(400px <= width < 601px)", False, True),
        ("(width > 30em)", False, True),
        ("not all and (max-width:480px)", False, True),
        ("(min-width:300px) and (max-width:500px)", True, False),
        ("(orientation:landscape)", False, False),
        ("(prefers-color-scheme:dark)", False, False),
        ("(max-width:480px) or (min-width:601px)", True, False),
        ("(nonsense:1)", False, False),
        ("not (nonsense)", False, False),
        ("(-webkit-min-device-pixel-ratio:2)", False, False),
    ],
)
def test_media_queries(query: str, at_360: bool, at_600: bool) -> None:
    prelude = tinycss2.parse_component_value_list(query)
    assert (matches(prelude, 360), matches(prelude, 600)) == (at_360, at_600)


@pytest.mark.parametrize(
    ("text", "px"),
    [
        ("10px", 10), ("1in", 96), ("72pt", 96), ("6pc", 96), ("2.54cm", 96), ("25.4mm", 96), ("2em", 40), ("1.5rem", 24),
        ("50%", 100), ("10vw", 60), ("calc(50% - 10px)", 90), ("calc(2 * (1em + 5px))", 50), ("min(50%, 30px)", 30),
        ("max(10%, 30px)", 30), ("clamp(10px, 50%, 60px)", 60), ("calc(100%/3 + 1px)", 200 / 3 + 1), ("+5px", 5),
        ("calc(-1 * 5px)", -5),
    ],
)  # fmt: skip
def test_lengths(text: str, px: float) -> None:
    (token,) = tinycss2.parse_component_value_list(text)
    parsed = parse_length(token)
    assert parsed is not None
    assert math.isclose(parsed(Metrics(20, 16, 600)).resolve(200), px)


@pytest.mark.parametrize("text", ["10", "5foo", "red", "calc(1px + 1)", "calc(1px*1px)", "calc(1px+1px)", "url(x)", "min()"])
def test_no_lengths(text: str) -> None:
    (token,) = tinycss2.parse_component_value_list(text)
    assert parse_length(token) is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_declaration_text_parses(text: str) -> None:
    from_text(text, False)
    from_text("margin:" + text, True)
    from_text("font:" + text, False)


_SCRAPS = st.lists(
    st.sampled_from(
        [
            "<div", " style='margin:0 30%'", ">", "</div>", "<p>", "text", "<table>", "<tr>", "<td width=90%>", "</table>", "<br>",
            "&nbsp;", "<center>", "<!--", "-->", "<style>p{color:red}</style>", "<style>@media (", "<img width=9 alt=x src=cid:a>",
            "<a href=", "http://x", '"', "'", "<svg>", "</p>", "<select>", "<template>", "\x00", "\U0001f381", "<pre>\n\n\n",
            "<b style=display:flex>", "<li style=display:table-cell>", "<td style=display:block>", "calc(", "var(--x)", "<body text=red>",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(_SCRAPS)
def test_any_html_gets_a_verdict(html: str) -> None:
    for finding in inspect(Message("x", html, text=html, subject=html, order_id="302-1234567-1234567"), load()):
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.hint


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_text_stays_text(value: str) -> None:
    """Escaped values never change a verdict about structure."""
    from html import escape

    html = f"<p>{escape(value)}</p>"
    rules = ["text-align", "font-family", "font-color", "active-content", "insecure-url", "image-alt", "link-text"]
    assert inspect(Message("x", html), load(), select=rules) == []


def test_deep_nesting_gets_an_honest_verdict() -> None:
    assert inspect(Message("x", "<div>" * 20_000 + "x"), load()) == []
    findings = inspect(Message("x", "<div style='text-align:center'>" * 2_000 + "x"), load(), select=["text-align"])
    assert findings


def test_styles_are_shared_between_widths_unless_they_depend_on_them() -> None:
    same = pages(Document("<p style='width:50%'>x</p>"), (360, 600), {})
    assert same[0].styles is same[1].styles
    for html in ("<style>@media (max-width:400px){p{color:red}}</style><p>x", "<p style='width:50vw'>x"):
        differing = pages(Document(html), (360, 600), {})
        assert differing[0].styles is not differing[1].styles


def test_align_on_a_legend_is_an_alignment() -> None:
    # Browsers shrink and place legends in a way of their own, so that this is no case of the files that they lay out.
    html = "<form><fieldset>\n<legend align=center>Your order</legend><p>Text</p></fieldset></form>"
    findings = inspect(Message("legend", html), load(), select=["text-align"])
    assert [(f.rule, f.line) for f in findings] == [("text-align", 2)]


def test_the_fallback_for_programs_without_scripts_is_a_text_too() -> None:
    """No case of ``tests/rules``: a browser with scripts makes no elements of it, a mail program without them does."""
    message = Message("x", "<p>x</p><noscript><p>help@northlight.com</p></noscript>")
    assert [f.rule for f in inspect(message, load(), select=["email-address"])] == ["email-address"]


def test_the_text_of_a_drawing_is_a_text() -> None:
    """No case of ``tests/rules`` either: the checker lays a drawing out as one box."""
    message = Message("x", "<p>x</p><svg width=9 height=9><text>help@northlight.com</text></svg>")
    assert [f.rule for f in inspect(message, load(), select=["email-address"])] == ["email-address"]


@pytest.mark.parametrize("newline", ["\n", "\f", "\r", "\r\n", "\f\f", "\n\f"])
@pytest.mark.parametrize("written", ["<style>{}p{{color:red}}{}0</style><p>x</p>", '<p style="{}0;{}color:red">x</p>'])
def test_every_newline_of_css_begins_a_line(newline: str, written: str) -> None:
    """In attributes a carriage return can be written as a reference, and stays one."""
    css = newline.replace("\r", "&#13;") if "style=" in written else newline
    found = inspect(Message("case", "<!DOCTYPE html>" + written.format(css, css)), load())
    assert "font-color" in {finding.rule for finding in found}
