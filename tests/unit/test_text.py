"""The text part: what is visible at one width at least, in the order and with the numbers that a reader of the HTML sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from franking.check import as_message
from franking.check.rule_context import RuleContext
from franking.rendering import plain_text
from tests.unit.shapes import alike, trial, variants


@pytest.mark.parametrize(
    ("css", "body", "text"),
    [
        ("", '<p style="backface-visibility:hidden">seen</p>', "seen"),
        ("", '<p style="content-visibility:visible;overflow:hidden">seen</p>', "seen"),
        ("", '<p title="display:none" style="--x:display:none">seen</p>', "seen"),
        ("", "<p style=\"font-family:'display:none'\">seen</p>", "seen"),
        ("", '<p style="display:none;display:block">seen</p>', "seen"),
        ("", '<p style="DISPLAY:/**/NONE">not</p>', ""),
        ("", '<p style="display:n\\6fne">not</p>', ""),
        ("", "<p hidden>not</p>", ""),
        (".h{display:none}", '<p class="h">not</p>', ""),
        (".h{display:none}", '<p class="h" style="display:block !important">seen</p>', "seen"),
        ("p{display:none} #s{display:block}", '<p>not</p><p id="s">seen</p>', "seen"),
        ("@media print{p{display:none}}", "<p>seen</p>", "seen"),
        ("@media screen{p{display:none}}", "<p>not</p>", ""),
        ("@media (max-width:480px){p{display:none}}", "<p>at one width</p>", "at one width"),
        ("@media (max-width:480px){.w{display:none}}@media (min-width:481px){.n{display:none}}", '<p class="w">wide</p><p class="n">narrow</p>', "wide\n\nnarrow"),
        ("@media (max-width:480px){p{display:none}}@media (min-width:481px){p{display:none}}", "<p>not</p>", ""),
        ("", '<div style="visibility:hidden">not <b style="visibility:visible">seen</b> not</div>', "seen"),
        ("", '<div style="display:none">not <b style="display:inline;visibility:visible">not</b></div>', ""),
        ("", '<table><tr><td>a</td><td style="display:none">x</td><td>b</td></tr></table>', "a: b"),
        ("", '<table><tr style="visibility:collapse"><td>x</td></tr><tr><td>a</td></tr></table>', "a"),
        ("", "<p>a<br style=\"display:none\">b</p>", "ab"),
        ("", "a<script>x</script><style>y</style><template>z</template><title>t</title>b", "ab"),
    ],
)  # fmt: skip
def test_what_is_visible_at_a_width_is_in_the_text(css: str, body: str, text: str) -> None:
    assert plain_text(f"<!DOCTYPE html><head><style>{css}</style></head><body>{body}</body>") == f"{text}\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ('<ol start="5"><li>a<li>b</ol>', "5. a\n6. b"),
        ('<ol start="-1"><li>a<li>b<li>c</ol>', "-1. a\n0. b\n1. c"),
        ('<ol start="nonsense"><li>a</ol>', "1. a"),
        ('<ol><li>a<li value="9">b<li>c</ol>', "1. a\n9. b\n10. c"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ('<ol reversed start="7"><li>a<li value="3">b<li>c</ol>', "7. a\n3. b\n2. c"),
        ('<ol type="a"><li>x<li value="26">y<li>z</ol>', "a. x\nz. y\naa. z"),
        ('<ol type="A" start="2"><li>x</ol>', "B. x"),
        ('<ol type="i" start="4"><li>x</ol>', "iv. x"),
        ('<ol type="I" start="1994"><li>x</ol>', "MCMXCIV. x"),
        ('<ol type="i" start="0"><li>x<li>y</ol>', "0. x\ni. y"),
        ('<ol><li>a<li type="a">b</ol>', "1. a\nb. b"),
        ('<ol><li style="display:none">no<li>a</ol>', "1. a"),
        ('<ol><li style="visibility:hidden">no<li>a</ol>', "2. a"),
        ("<ol><li>a<ol><li>x<li>y</ol><li>b</ol>", "1. a\n   1. x\n   2. y\n2. b"),
        ("<ul><li>a<ol start=3><li>x<ul><li>deep</ul></ol></ul>end", "- a\n   3. x\n      - deep\n\nend"),
        ("<ol><li><p>a</p><li><p>b</p></ol>", "1. a\n\n2. b"),
        ("<ul><li></li><li>b</ul>", "-\n- b"),
    ],
)
def test_lists_are_numbered_as_in_a_browser(body: str, text: str) -> None:
    assert plain_text(f"<!DOCTYPE html><body>{body}</body>") == f"{text}\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>a<br>b<br><br><br>c</p>", "a\nb\n\nc"),
        ("<pre>  a\n    b\n\n\n\nc  d</pre>", "  a\n    b\n\nc  d"),
        ('<p style="white-space:pre-line">a\nb</p>', "a\nb"),
        ("<p>a\nb</p>", "a b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a: b\nc: d"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td></td></tr></table>", "A | B\n1"),
        ('<img alt="Shop" src="x">', "Shop"),
        ('<a href="https://x.example/"><img alt="Shop" src="x"></a>', "Shop (https://x.example/)"),
        ('a<img alt="" src="x"><img src="y"><img alt="no" src="z" hidden>b', "ab"),
        ("<html lang=de><p>er sagt <q>ja <q>doch</q></q></p>", "er sagt „ja ‚doch‘“"),
        ("<html lang=en-GB><p><q>yes</q><q></q></p>", "“yes”"),
        ("5 m<sup>2</sup>, 10<sup>3</sup> H<sub>2</sub>O<sup></sup>", "5 m^2, 10^3 H_2O"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("super<wbr>cali&shy;fragi", "supercalifragi"),
        ("<details><summary>More</summary>inside</details>", "More\ninside"),
        ('<span style="display:block">a</span><span style="display:block">b</span>', "a\nb"),
        ('<div style="display:inline">a</div> <div style="display:inline-block">b</div>', "a b"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢(かん)"),
        ("<video>no</video><iframe>no</iframe><svg><text>no</text></svg>yes", "yes"),
        ("a&nbsp;b\u00a0 c", "a b c"),
    ],
)
def test_what_the_looks_say_is_said_in_signs(body: str, text: str) -> None:
    assert plain_text(f"<!DOCTYPE html>{body}") == f"{text}\n"


@pytest.mark.parametrize(
    "body",
    [
        '<ol start="{{ n }}"><li>{{ v }}<li value="{{ n }}">{{ w }}</ol>',
        "<p>m<sup>{{ n }}</sup> <q>{{ v }}</q> <sub>{{ w }}</sub></p>",
        "<pre>  {{ v }}\n {{ w }}</pre>",
        '<p style="visibility:hidden"><b style="visibility:visible">{{ v }}</b></p><ul><li>{{ v }}<ul><li>{{ w }}</ul></ul>',
        '<style>@media (max-width:480px){.m{display:none}}</style><p class="m">{{ v }}</p>',
        "<div {% if n > 3 %}hidden{% endif %}>{{ v }}</div>",
    ],
)
def test_a_shape_s_text_is_the_whole_message_s(tmp_path: Path, body: str) -> None:
    made = trial(tmp_path, body)
    values = [
        ("Anna", "Oslo", 3),
        ("Bo & Co", "Ulm", 12),
        ("2", "3", 1),
        ("x\u00a0y", "<b>", 4),
        ("Anna", "Ulm", 12),
        ("Émile", "", 2),
    ]
    fast = [alike(made, order) for order in variants(made, values) * 2]
    assert any(fast)


def test_the_widths_are_the_policy_s(tmp_path: Path) -> None:
    made = trial(
        tmp_path,
        "<style>p.x{display:none}@media (min-width:361px) and (max-width:599px){p.x{display:block}}</style><p class=x>between</p>",
    )
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    inlined = made.compose(order)
    assert made.policy.widths == (360, 600)
    assert "between" not in inlined.text
    assert "between" in plain_text(inlined.html, (360, 500))


def test_the_rules_read_the_document_of_the_text_part_unless_the_message_has_changed(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>Thank you</p>")
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    inlined = made.compose(order)
    assert inlined.styled is not None
    message, widths = as_message(inlined), made.policy.widths
    context = RuleContext(message, made.policy, widths)
    assert context.document is inlined.styled.document
    assert all(page.document is context.document for page in context.pages)
    other = RuleContext(replace(message, html="<p>Good day</p>"), made.policy, widths)
    assert other.document is not None
    assert other.document.source == "<p>Good day</p>"
