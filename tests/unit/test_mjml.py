"""Kinds in MJML: as HTML kinds in all they say, permitted as they come, and errors that name the template's line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.check import as_message, inspect
from franking.errors import FrankingError
from franking.model import Inlined
from franking.policy import load
from franking.rendering.mjml import MjmlProblem, to_html

ROOT = Path(__file__).parents[2]
REAL = Catalog(ROOT / "templates", ROOT / "themes")
BOTH = [name.partition(":")[0] for name in REAL.variants() if name.endswith(":mjml")]


def messages(catalog: Catalog, kind: str, theme: str, language: str) -> list[Inlined]:
    made = Pipeline(catalog, catalog.kind(kind), catalog.theme(theme), load())
    market = locale_marketplace(language)
    return [made.compose(sample_order(s, market, made.kind), language, market.locale) for s in made.kind.samples]


def test_two_kinds_exist_in_mjml_too() -> None:
    assert len(BOTH) >= 2


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("theme", REAL.theme_names())
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_mjml_says_the_same_and_passes(kind: str, theme: str, language: str) -> None:
    for html, mjml in zip(messages(REAL, kind, theme, language), messages(REAL, f"{kind}:mjml", theme, language), strict=True):
        assert mjml.text.split() == html.text.split()
        assert mjml.draft.subject == html.draft.subject
        assert mjml.draft.images.keys() == html.draft.images.keys()
        assert re.findall(r'href="[^"]*"', mjml.html) == re.findall(r'href="[^"]*"', html.html)
        assert inspect(as_message(mjml), load()) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(
    "body",
    [
        "<mj-section><mj-column><mj-text><h1>Order 302-4410982-1175338</h1><p>Hello</p></mj-text></mj-column></mj-section>",
        '<mj-section><mj-column><mj-text>x</mj-text><mj-button href="https://www.amazon.de/">Order</mj-button></mj-column></mj-section>',
        "<mj-section><mj-column><mj-table><tr><td>one</td><td>two</td></tr></mj-table></mj-column></mj-section>",
        "<mj-section><mj-column><mj-text>left</mj-text></mj-column><mj-column><mj-text>right</mj-text></mj-column></mj-section>",
        "<mj-wrapper><mj-section><mj-column><mj-divider /><mj-text>x</mj-text><mj-spacer /></mj-column></mj-section></mj-wrapper>",
        '<mj-section><mj-column><mj-image src="cid:logo" alt="Fjord" width="168px" /><mj-text>x</mj-text></mj-column></mj-section>',
    ],
)
@pytest.mark.parametrize("head", ["", "<mj-head></mj-head>", "<mj-head><mj-title>x</mj-title></mj-head>"])
def test_plain_mjml_keeps_the_rules_of_layout_and_type(body: str, head: str, direction: str) -> None:
    from franking.model import Message

    html = to_html(f'<mjml dir="{direction}">{head}<mj-body>{body}</mj-body></mjml>', direction)
    rules = (
        "margin-width",
        "text-align",
        "centered-body",
        "line-height",
        "font-family",
        "font-color",
        "font-sizes",
        "image-width",
    )
    assert inspect(Message("plain", html), load(), select=rules) == []


def test_what_a_designer_declares_wins_and_is_found() -> None:
    from franking.model import Message

    html = to_html(
        '<mjml><mj-head><mj-attributes><mj-text color="red" align="center" /></mj-attributes></mj-head>'
        "<mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>", "ltr"
    )  # fmt: skip
    assert {f.rule for f in inspect(Message("m", html), load())} >= {"font-color", "text-align"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("<mjml>\n<mj-body>\n<mj-foo></mj-foo></mj-body></mjml>", 3, "MJML knows no <mj-foo>"),
        ("<mjml><mj-body>\n<mj-section>\n</mj-body></mjml>", 3, "found </mj-body>, and <mj-section> of line 2 is open"),
        ("<mjml>\n<mj-body>", 2, "<mj-body> is not closed"),
        ("<p>x</p>", 1, "expected <mjml>"),
        ("<mj-body></mj-body>", 1, "expected <mjml> first"),
        ("</mjml>", 1, "nothing is open"),
        ("", 1, "expected <mjml>"),
    ],
)
def test_errors_name_the_line(text: str, line: int, message: str) -> None:
    with pytest.raises(MjmlProblem, match=re.escape(message)) as error:
        to_html(text, "ltr")
    assert error.value.line == line


def test_errors_name_the_template_s_line_and_no_data(tmp_path: Path) -> None:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    catalog = Catalog(tmp_path / "templates", tmp_path / "themes")
    path = tmp_path / "templates/reply/message.mjml.j2"
    path.write_text(path.read_text().replace("{{ paragraphs(answer) }}", "{{ paragraphs(answer) }}\n<mj-colum></mj-colum>"))
    line = 1 + path.read_text().split("\n").index("<mj-colum></mj-colum>")
    with pytest.raises(FrankingError, match=rf"message\.mjml\.j2:{line}: MJML knows no <mj-colum>") as error:
        messages(catalog, "reply:mjml", "plain", "en")
    assert "Anna" not in str(error.value)
    path.unlink()
    with pytest.raises(FrankingError, match=r"message\.mjml\.j2: no such file"):
        catalog.kind("reply:mjml")
    with pytest.raises(FrankingError, match="expected html or mjml"):
        catalog.kind("reply:xml")
