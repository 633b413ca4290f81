"""What mail programs make of a message: cases written from caniemail, hteumeuleu/email-bugs and Microsoft's documents."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from franking.cli.clients import list_support
from franking.errors import InputError
from franking.html.document import Document
from franking.mailbox.clients import CLIENTS, client
from franking.mailbox.conditional import applies
from franking.mailbox.data import support_data
from franking.mailbox.matching import NOT_IN_MESSAGES
from franking.mailbox.renew import compact
from franking.mailbox.seen import seen
from franking.mailbox.support import lacks
from franking.mailbox.uses import uses

ROOT = Path(__file__).parents[2]
PAGE = '<!DOCTYPE html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def shown(body: str, program: str, head: str = "", *, dark: bool = False) -> str:
    html = seen(PAGE.format(head=head, body=body), client(program), dark=dark).html
    return re.sub(r"<style data-franking>.*?</style>", "", html, count=1)


@pytest.mark.parametrize(
    ("program", "body", "kept", "dropped"),
    [
        ("gmail", '<p style="position: absolute; top: 0; margin: 4px">a</p>', "margin: 4px", "position"),
        ("gmail", '<p style="margin: -4px; padding: 2px">a</p>', "padding: 2px", "margin"),
        ("gmail", '<p hidden title="t">a</p>', 'title="t"', "hidden"),
        ("gmail", '<p style="color: rgb(0 128 0); margin: 0">a</p>', "<p", "margin"),  # the whole attribute
        ("gmail-android", '<p style="width: calc(1px + 2px); margin: 0">a</p>', "calc", "never"),  # but for other accounts
        ("yahoo", '<p style="width: calc(1px + 2px); margin: 0">a</p>', "margin: 0", "calc"),
        ("yahoo", '<p style="height: 20px">a</p>', "min-height: 20px", "; height"),
        ("yahoo", '<p style="text-align: start; padding: 1px">a</p>', "padding: 1px", "text-align"),
        ("outlook-com", '<p style="position: absolute; margin: 0">a</p>', "margin: 0", "absolute"),
        ("outlook-com", '<p style="position: sticky">a</p>', "sticky", "never"),
        ("outlook-windows", '<p style="padding: 5px; margin: 0">a</p>', "margin: 0", "padding"),
        ("outlook-windows", "<table><tr><td style='padding: 5px'>a</td></tr></table>", "padding: 5px", "never"),
        ("outlook-windows", "<table><tr><td style='mso-padding-alt: 5px 9px'>a</td></tr></table>", "padding: 5px 9px", "mso"),
        ("gmail", "<table><tr><td style='mso-padding-alt: 5px 9px'>a</td></tr></table>", "<td", " padding"),
        ("outlook-windows", '<div style="max-width: 600px; background: #eee">a</div>', "background: #eee", "max-width"),
        ("outlook-windows", '<table style="max-width: 600px"><tr><td>a</td></tr></table>', "max-width", "never"),
        ("outlook-windows", '<a style="display: inline-block; border-radius: 4px">a</a>', "<a", "border-radius"),
        ("outlook-windows", '<p style="margin: 0 !important; line-height: 2">a</p>', "line-height", "!important"),
        ("outlook-windows", '<p style="margin: 0 auto; line-height: 2">a</p>', "line-height", "auto"),
        ("apple-mail", '<p style="position: absolute; border-radius: 4px">a</p>', "position: absolute", "never"),
        ("marketplace", '<p style="position: absolute">a</p>', "position: absolute", "never"),
    ],
)
def test_a_declaration_is_kept_or_dropped(program: str, body: str, kept: str, dropped: str) -> None:
    html = shown(body, program)
    assert kept in html
    assert dropped not in html


@pytest.mark.parametrize(
    ("program", "css", "kept"),
    [
        ("gmail", "@media (max-width: 9px) { p { margin: 0 } }", True),
        ("gmail", "@media (max-height: 9px) { p { margin: 0 } }", False),
        ("gmail", "@media screen { @viewport { width: 9px } } p { margin: 0 }", False),  # email-bugs 21
        ("gmail", f"p {{ margin: 0 }} /* {'x' * 17000} */", False),  # email-bugs 90
        ("gmail", "p:nth-child(2) { margin: 0 }", False),
        ("gmail", "@media (prefers-color-scheme: dark) { p { margin: 0 } }", False),
        ("outlook-com", "@media (prefers-color-scheme: dark) { p { margin: 0 } }", True),
        ("outlook-windows", "@media (max-width: 9px) { p { margin: 0 } }", False),
        ("outlook-windows", "p { margin: 0 !important }", True),
        ("outlook-windows", "td > p { margin: 0 }", False),
        ("yahoo", "@media (orientation: portrait) { p { margin: 0 } }", False),
        ("yahoo", "p:nth-child(2) { margin: 0 }", False),
        ("apple-mail", "@media (orientation: portrait) { p:nth-child(2) { margin: 0 } }", True),
    ],
)
def test_a_rule_is_kept_or_dropped(program: str, css: str, kept: bool) -> None:
    assert ("margin" in shown("<p>a</p>", program, f"<style>{css}</style>")) == kept


def test_office_settings_are_no_text_and_no_end_of_the_head() -> None:
    settings = "<!--[if mso]><noscript><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml></noscript><![endif]-->"
    html = seen(
        PAGE.format(head=settings, body="a").replace("<body>", '<body style="padding: 0">'), client("outlook-windows")
    ).html
    assert "96" not in html.partition("</style>")[2]
    assert "padding" not in html


def lacking(body: str, program: str, css: str = "") -> set[str]:
    html = PAGE.format(head=f"<style>{css}</style>" if css else "", body=body)
    return {lack.feature.slug for lack in lacks(html, clients=[client(program)])}


def test_the_padding_of_a_link_in_a_cell_with_padding_for_word_is_no_loss() -> None:
    link = '<a href="https://www.amazon.de/" style="padding: 9px">a</a>'
    assert "css-padding" in lacking(f"<table><tr><td>{link}</td></tr></table>", "outlook-windows")
    assert "css-padding" not in lacking(
        f'<table><tr><td style="mso-padding-alt: 9px">{link}</td></tr></table>', "outlook-windows"
    )


def test_it_is_none_in_a_draft_either() -> None:
    css = "td { mso-padding-alt: 9px } a { padding: 9px }"
    html = PAGE.format(head=f"<style>{css}</style>", body="<table><tr><td><a>a</a></td></tr></table>")
    assert not [k for k in lacks(html, clients=[client("outlook-windows")], inlined=True) if k.feature.slug == "css-padding"]


def test_what_is_in_a_dropped_at_rule_is_not_listed_again() -> None:
    css = "@media (prefers-color-scheme: dark) { tr:nth-child(2) td { padding: 1px } }"
    rows = "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>"
    assert lacking(rows, "gmail", css) == {"css-at-media-prefers-color-scheme"}
    assert lacking(rows, "outlook-com", css) == {"css-pseudo-class-nth-child"}  # which keeps the rule around it
    assert lacking(rows, "gmail", f"{css} tr:nth-child(2) {{ margin: 0 }}") == {
        "css-at-media-prefers-color-scheme",
        "css-pseudo-class-nth-child",
    }


def test_gmail_drops_the_style_elements_that_reach_the_limit() -> None:
    first, second = f"p {{ margin: 1px }} {'a' * 16000} {{}}", "p { padding: 7px }"
    html = shown("<p>a</p>", "gmail", f"<style>{first}</style><style>{second}{'b' * 500} {{}}</style>")
    assert "1px" in html
    assert "7px" not in html


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("program", [c.name for c in CLIENTS])
def test_elements_keep_their_number_and_text(program: str, dark: bool) -> None:
    body = '<bdi style="white-space: nowrap">1</bdi><nav>2</nav><!--[if mso]><table><tr><td><![endif]--><p>3 &lt; 4</p>'
    html = PAGE.format(head='<meta name="color-scheme" content="light dark">', body=body + "<video></video>")
    before, after = Document(html), Document(seen(html, client(program), dark=dark).html)
    kept = [e for e in after.elements if "data-franking" not in e.attrs]
    assert [e.tag for e in kept] == [e.tag for e in before.elements]
    assert "3 < 4" in "".join(c.data for e in kept for c in e.children if not hasattr(c, "tag"))


def test_a_tag_that_gmail_drops_leaves_its_content_without_its_style() -> None:
    html = shown('<bdi style="white-space: nowrap">302-1</bdi>', "gmail")
    assert "nowrap" not in html
    assert "display:contents" in html
    assert "nowrap" in shown('<bdi style="white-space: nowrap">302-1</bdi>', "apple-mail")


@pytest.mark.parametrize(
    ("program", "background", "expected"),
    [
        ("gmail", "#ffffff", "#ffffff"), ("yahoo", "#ffffff", "#ffffff"), ("marketplace", "#ffffff", "#ffffff"),
        ("gmail-ios", "#ffffff", "#1f1f1f"), ("gmail-ios", "#000000", "#e3e3e3"),
        ("gmail-android", "#ffffff", "#1f1f1f"), ("gmail-android", "#000000", "#000000"),  # dark backgrounds stay
        ("outlook-com", "#ffffff", "#333333"), ("outlook-com", "#111111", "#111111"),
        ("outlook-windows", "white", "#262626"), ("outlook-windows", "#000", "#ffffff"),
        ("apple-mail", "#ffffff", "#ffffff"),  # the message does not ask for dark
    ],
)  # fmt: skip
def test_dark_mode_rewrites_a_background(program: str, background: str, expected: str) -> None:
    html = shown(f'<p style="background: {background}; margin: 0">a</p>', program, dark=True)
    assert f"background: {expected}" in html
    assert f'bgcolor="{expected}"' in shown(f'<table bgcolor="{background}"></table>', program, dark=True)
    assert f"background: {background}" in shown(f'<p style="background: {background}">a</p>', program)


def test_hue_stays_when_lightness_is_inverted() -> None:
    html = shown('<p style="background: #dcebf0">a</p>', "gmail-ios", dark=True)
    red, green, blue = (int(part, 16) for part in re.search(r"#(..)(..)(..)", html).groups())  # type: ignore[union-attr]
    assert red < green < blue < 90


@pytest.mark.parametrize(
    ("head", "dark"),
    [
        ("", False),
        ('<meta name="color-scheme" content="light">', False),
        ('<meta name="color-scheme" content="light dark">', True),
        ('<meta name="supported-color-schemes" content="light,dark">', True),
        ("<style>:root { color-scheme: light dark }</style>", True),
        ("<style>:root { supported-color-schemes: dark }</style>", True),
        ("<style>@media (prefers-color-scheme: dark) { p { margin: 0 } }</style>", False),
    ],
)
def test_apple_mail_follows_the_color_scheme(head: str, dark: bool) -> None:
    html = PAGE.format(head=head, body='<p style="background:#fff">a</p><p style="background:#fffffe">b</p>')
    made = seen(html, client("apple-mail"), dark=True)
    assert made.dark == dark
    assert ("color-scheme:dark" in made.html) == dark
    assert not seen(html, client("apple-mail")).dark


def test_the_messages_own_dark_rules_keep_their_colours() -> None:
    css = "@media (prefers-color-scheme: dark) { p { background: #fefefe !important } }"
    assert "#fefefe" in shown("<p>a</p>", "outlook-com", f"<style>{css}</style>", dark=True)
    for program in ("marketplace", "apple-mail"):  # one has no dark mode, the other is in light mode
        light = shown("<p>a</p>", program, f"<style>{css}</style>", dark=program == "marketplace")
        assert "(max-width:0)" in light  # never true


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("mso", True), ("!mso", False), ("gte mso 9", True), ("lt mso 12", False), ("mso 16", True), ("mso 15", False),
        ("mso | IE", True), ("(gte mso 9)&(lt mso 12)", False), ("IE 9", False), ("(mso)|(IE)", True), ("!(mso)", False),
        ("if this is not understood", False),
    ],
)  # fmt: skip
def test_conditions_of_comments(condition: str, holds: bool) -> None:
    assert applies(condition) == holds


def test_word_reads_conditional_comments() -> None:
    body = "<!--[if mso]><b>word</b><![endif]--><!--[if !mso]><!--><i>rest</i><!--<![endif]-->"
    word = shown(body, "outlook-windows")
    assert "<b data-franking>word</b>" in word
    assert "<i data-franking-hidden>rest</i>" in word
    assert body in shown(body, "apple-mail")


def found(html: str, program: str, *, inlined: bool = False) -> set[str]:
    return {k.feature.slug for k in lacks(html, inlined=inlined) if k.client.name == program}


def test_what_is_not_supported_has_its_place() -> None:
    html = '<!DOCTYPE html><p style="margin:0;border-radius:3px">a</p>'
    (lack,) = [k for k in lacks(html) if k.client.name == "outlook-windows" and k.support == "no"]
    assert lack.feature.slug == "css-border-radius"
    assert html[lack.uses[0].offset : lack.uses[0].end] == "border-radius:3px"


@pytest.mark.parametrize(
    ("html", "program", "slug", "lacking"),
    [
        ("<p style='margin: 4px'>", "gmail", "css-margin", False),
        ("<p style='margin: -4px'>", "gmail", "css-margin", True),
        ("<p style='margin: 4px !important'>", "gmail", "css-important", False),
        ("<p style='margin: 4px !IMPORTANT'>", "gmail", "css-important", True),
        ("<p style='margin: 4px !important'>", "outlook-windows", "css-important", True),
        ("<style>p { margin: 4px !important }</style><p>a", "outlook-windows", "css-important", False),
        ("<style>b { padding: 4px }</style><p>a", "outlook-windows", "css-padding", False),  # selects nothing
        ("<style>td { padding: 4px }</style><table><td>a", "outlook-windows", "css-padding", False),
        ("<style>p { padding: 4px }</style><p>a", "outlook-windows", "css-padding", True),
        ("<p style='border: 9px solid'>", "outlook-windows", "css-border", True),
        ("<table style='border: 1px solid'><td>a", "outlook-windows", "css-border", False),
        ("<ul><li>a</ul>", "gmail", "html-lists", False),
        ("<ol reversed><li>a</ol>", "gmail", "html-lists", True),
        ("<meta name='color-scheme' content='dark'>", "gmail", "html-meta-color-scheme", True),
        ("<meta name='viewport' content='dark'>", "gmail", "html-meta-color-scheme", False),
        ("<p style='display: block'>", "outlook-windows", "css-display", True),
        ("<td style='text-align: start'>", "yahoo", "css-text-align", False),  # no td without a table
        ("<p style='text-align: start'>", "yahoo", "css-text-align", True),
        ("<p style='text-align: left'>", "yahoo", "css-text-align", False),
        ("<p style='overflow-wrap: anywhere'>", "apple-mail", "css-overflow-wrap", True),
        ("<div style='word-break: normal'><p style='overflow-wrap: anywhere'>", "apple-mail", "css-overflow-wrap", False),
        ("<p>a <svg width='9'><circle r='4'/></svg>", "outlook-windows", "html-svg", True),
        ("<p>a <svg width='9'><circle r='4'/></svg>", "outlook-windows", "html-width", False),  # that is the drawing's
    ],
)
def test_a_note_concerns_only_what_it_describes(html: str, program: str, slug: str, lacking: bool) -> None:
    assert (slug in found(html, program)) == lacking


def test_rules_that_will_be_inlined_need_no_selectors() -> None:
    html = "<style>p:first-child { margin: 0 !important } a:hover { margin: 0 }</style><p><a href='https://x.example'>a</a>"
    assert "css-pseudo-class-first-child" in found(html, "gmail")
    assert "css-pseudo-class-first-child" not in found(html, "gmail", inlined=True)
    assert "css-important" in found(html, "outlook-windows", inlined=True)  # it becomes inline
    assert "css-pseudo-class-hover" in found(html, "gmail-ios", inlined=True)


def test_every_feature_of_the_data_can_be_found() -> None:
    """A feature that newer data bring has to be recognised, or be named as one that messages do not use."""
    pieces = [
        "".join(f"<p style='{name}: 1px'></p>" for name in names)
        for names in [re.findall(r"[a-z-]+", resources.files("franking.mailbox").joinpath("matching.py").read_text("utf-8"))]
    ]
    known = {use.slug for piece in pieces for use in uses(Document(piece))}
    features = support_data().features
    properties = {s for s in features if s.startswith("css-") and s.removeprefix("css-") in PROPERTIES}
    for slug in properties:
        name = slug.removeprefix("css-")
        known |= {use.slug for use in uses(Document(f"<p style='{name}: x'></p>"))}
    assert properties - known <= NOT_IN_MESSAGES | {"css-inline-size"}  # with block-size


PROPERTIES = frozenset(
    "border-collapse border-spacing box-shadow box-sizing caption-side clear display filter float font-size font-weight gap "
    "height letter-spacing line-height list-style-type max-height max-width min-width opacity overflow-wrap padding margin "
    "table-layout text-align text-decoration text-indent text-transform vertical-align visibility white-space width word-break "
    "word-spacing word-wrap z-index border border-radius background background-color".split()
)


def test_the_packaged_data_name_their_licence_and_day() -> None:
    folder = resources.files("franking.mailbox")
    read = json.loads(folder.joinpath("caniemail.json").read_text("utf-8"))
    assert read["license"].startswith("MIT")
    assert "Copyright (c) 2019 HTeuMeuLeu" in folder.joinpath("caniemail.LICENSE").read_text("utf-8")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", read["updated"])
    assert read["package"].startswith("caniemail ")
    assert len(read["features"]) > 250


def test_renewing_keeps_the_newest_result_and_its_notes() -> None:
    entry = {
        "slug": "css-x", "title": "x", "category": "css", "notes_by_num": {"1": "old", "2": "new"},
        "stats": {"gmail": {"desktop-webmail": {"2019-01": "a #1", "2024-01": "n #2"}}, "aol": {"ios": {"1": "y"}}},
    }  # fmt: skip
    other = {**entry, "slug": "image-x", "category": "image"}
    made = compact({"data": [entry, other], "last_update_date": "2026-05-13 14:45:41 +0000"}, "caniemail 9")
    assert made["features"] == {"css-x": {"title": "x", "results": {"gmail": "n#2"}, "notes": {"2": "new"}}}
    assert (made["updated"], made["package"]) == ("2026-05-13", "caniemail 9")


def test_check_lists_what_mail_programs_drop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.html"
    path.write_text("<!DOCTYPE html>\n<p style='border-radius: 4px; text-align: center'>a</p>", "utf-8")
    assert list_support([str(path)], "text") == 0
    told = capsys.readouterr().out
    assert "border-radius (line 2)\n    not supported: Outlook for Windows" in told
    assert list_support([str(path)], "json") == 0
    (message,) = json.loads(capsys.readouterr().out)["messages"]
    assert message["source"] == str(path)
    radius = next(f for f in message["features"] if f["feature"] == "css-border-radius")
    assert radius["places"] == [{"line": 2, "column": 11}]
    assert [c["client"] for c in radius["clients"]] == ["outlook-windows"]
    with pytest.raises(InputError, match="expected text or json"):
        list_support([str(path)], "sarif")


def test_the_themes_logos_can_be_read_on_every_canvas() -> None:
    """Between the ink and what is most of its surroundings, WCAG 2 asks for a contrast of 4.5."""
    canvases = {colour for c in CLIENTS for colour in (c.light.canvas, c.dark.canvas)} | {"#f3eee4", "#e4eef1", "#403d35"}
    for path in sorted((ROOT / "themes").glob("*/assets/logo.png")):
        with Image.open(path) as opened:
            logo = opened.convert("RGBA")
        for canvas in canvases:
            ground = Image.new("RGBA", logo.size, canvas)
            ground.alpha_composite(logo)
            ink = Image.new("L", logo.size, 0)
            ink.putdata([255 if a == 255 and luminance(r, g, b) < 0.1 else 0 for r, g, b, a in pixels(logo)])
            inner = ground.crop(ink.getbbox())
            (most, _), *_ = Counter(pixels(inner)).most_common(1)
            (dark, _), *_ = Counter(p for p, i in zip(pixels(ground), pixels(ink), strict=True) if i).most_common(1)
            one, two = sorted((luminance(*most[:3]), luminance(*dark[:3])))
            assert (two + 0.05) / (one + 0.05) >= 4.5, (path, canvas)


def pixels(image: Image.Image) -> list[Any]:
    return list(image.get_flattened_data())


def luminance(*parts: int) -> float:
    linear = [p / 3294.6 if p <= 10 else ((p / 255 + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
