"""MJML components: what is refused, and at which line of which file; what they look like without attributes of one's own."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.check import as_message, inspect
from franking.errors import FrankingError
from franking.model import Inlined, Message
from franking.policy import load
from franking.rendering.mjml import MjmlProblem, library, to_html
from franking.rendering.mjml_table import components

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/designers.md").read_text("utf-8")
KINDS = sorted(path.parent.name for path in (ROOT / "templates").glob("*/kind.toml") if path.parent.name != "_parts")
# Every component that a message can use, without an attribute that it does not need.
COMPONENTS = """
<mj-section><mj-column><mj-text>A lamp of oak with a shade of linen, a cable of two metres and a switch of brass</mj-text>
<mj-button href="https://www.amazon.{{ {'en': 'com', 'ar': 'sa', 'de': 'de'}[lang] }}/gp/css/order-history">See the order history</mj-button>
<mj-image src="cid:{logo}" alt="Fjord &amp; Pine" /><mj-divider /><mj-spacer />
<mj-table><tr><th>Part</th><th>Number</th></tr><tr><td>Lamp</td><td>2</td></tr></mj-table>
<mj-text><ul><li>one</li><li>two</li></ul></mj-text><mj-raw><tr><td style="font-size:16px;text-align:start">a row</td></tr></mj-raw></mj-column></mj-section>
<mj-section><mj-column><mj-text>left</mj-text></mj-column><mj-column><mj-text>right</mj-text></mj-column></mj-section>
<mj-section><mj-group><mj-column><mj-text>one</mj-text></mj-column><mj-column><mj-text>two</mj-text></mj-column></mj-group></mj-section>
<mj-section full-width="full-width"><mj-column><mj-text>wide</mj-text></mj-column></mj-section>
<mj-wrapper><mj-section><mj-column><mj-text>inside</mj-text></mj-column></mj-section></mj-wrapper>
<mj-hero><mj-text>A lamp of oak with a shade of linen, a cable of two metres and a switch of brass</mj-text></mj-hero>
<mj-section><mj-column><mj-navbar><mj-navbar-link href="https://www.amazon.{{ {'en': 'com', 'ar': 'sa', 'de': 'de'}[lang] }}/gp/css/order-history">See the order history</mj-navbar-link></mj-navbar>
<mj-text>A lamp of oak with a shade of linen, a cable of two metres and a switch of brass</mj-text></mj-column></mj-section>
"""
# Pictures and words of a component's own and of other hosts, radio buttons, hidden pictures: see docs/designers.md.
NEVER = {"mj-accordion", "mj-carousel", "mj-social"}


def document(body: str, head: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def column(inner: str, head: str = "") -> str:
    return document(f"<mj-section><mj-column>\n{inner}</mj-column></mj-section>", head)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (column("<mj-buton>x</mj-buton>"), 2, "no <mj-buton>; did you mean mj-button?"),
        (column('<mj-text colour="red">x</mj-text>'), 2, "<mj-text> has no attribute colour; did you mean color?"),
        (column('<mj-text\n  padding="0"\n  color="redd">x</mj-text>'), 4, "color of <mj-text>: expected a colour"),
        (column('<mj-text font-size="16">x</mj-text>'), 2, "font-size of <mj-text>: expected a length in px, such as 12px"),
        (column('<mj-text padding="1px 2px 3px 4px 5px">x</mj-text>'), 2, "expected 1 to 4 lengths in px or %"),
        (column('<mj-text padding="-4px">x</mj-text>'), 2, "padding of <mj-text>"),
        (column('<mj-button align="middle">x</mj-button>'), 2, 'expected "left" or "center" or "right"'),
        (column('<mj-table cellpadding="four"></mj-table>'), 2, "expected a whole number"),
        (column('<mj-image fluid-on-mobile="yes" />'), 2, "expected true or false"),
        (column('<mj-image width="80%" />'), 2, "width of <mj-image>: expected a length in px"),
        (column('<mj-button title="x">y</mj-button>'), 2, "the converter ignores the attribute title"),
        (column('<mj-text color="red" color="blue">x</mj-text>'), 2, "two attributes color"),
        (column("<mj-text color=red>x</mj-text>"), 2, "expected quotes"),
        (column('<mj-text mj-class="loud">x</mj-text>'), 2, 'mj-class "loud" has no <mj-class name="loud">'),
        (column("<mj-section></mj-section>"), 2, "found <mj-section> in <mj-column>; it belongs in <mj-body> or <mj-wrapper>"),
        (document("\n<mj-column></mj-column>"), 2, "found <mj-column> in <mj-body>; it belongs in <mj-group> or <mj-section>"),
        (document("\n\n<mj-text>x</mj-text>"), 3, "it belongs in <mj-column> or <mj-hero>"),
        (
            column("<mj-text>\n<mj-button>x</mj-button></mj-text>"),
            3,
            "found <mj-button> in <mj-text>, which contains HTML only",
        ),
        (column("<mj-text><div>\n<mj-divider /></div></mj-text>"), 3, "found <mj-divider> in <div>"),
        (column("<p>x</p>"), 2, "found <p> in <mj-column>; HTML belongs in <mj-text>"),
        (column("lost words"), 2, "found text in <mj-column>"),
        (column("<mj-text>a</mj-text>\n&nbsp;"), 3, "found text in <mj-column>"),
        (column("<mj-text><p>one<p>two</mj-text>"), 2, "found </mj-text>, and <p> of line 2 is open"),
        (column("<mj-text>1 < 2</mj-text>"), 2, "write &lt;"),
        (column("<!-- a -- b --><mj-text>x</mj-text>"), 2, "inside a comment"),
        (column("<!--[if mso]><p>x</p><![endif]-->"), 2, "write conditional comments into <mj-raw>"),
        (column('<mj-include path="./a.mjml" />'), 2, "{% include"),
        (document("", "<mj-html-attributes></mj-html-attributes>"), 1, "does not support"),
        (document("", '\n<mj-attributes>\n<mj-text align="middle" /></mj-attributes>'), 3, "align of <mj-text>"),
        (document("", '\n<mj-attributes>\n<mj-all sise="1px" /></mj-attributes>'), 3, "no component has an attribute sise"),
        (document("", "\n<mj-attributes>\n<mj-class /></mj-attributes>"), 3, "<mj-class> has no name"),
        (document("", "\n<mj-column />"), 2, "found <mj-column> in <mj-head>"),
        (document("</mj-body>\n<mj-body>"), 2, "a second <mj-body>; the first is in line 1"),
        ("<mjml>\n</mjml>", 1, "has no <mj-body>"),
    ],
)
def test_what_is_not_valid_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(MjmlProblem, match=re.escape(message)) as error:
        to_html(text, "ltr")
    assert error.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        column('<mj-text padding="10px 25px" line-height="1.5" color="#abc">x<br>y &amp; z</mj-text>'),
        column('<mj-text line-height="normal" color="inherit" letter-spacing="-1px" css-class="a b">x</mj-text>'),
        column('<mj-text color="rgba(0, 0, 0, 0.5)">x</mj-text><mj-table width="auto"><tr><td>x</td></tr></mj-table>'),
        column("<mj-raw><table><tr></mj-raw><mj-raw></tr></table></mj-raw>"),
        column('<mj-raw><!--[if mso]><p>x</p><![endif]--></mj-raw><!-- a --><mj-text mj-class="a b">x</mj-text>',
               '<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" padding="0" /></mj-attributes>'),
        document("", '<mj-style>p > b { color: red }</mj-style><mj-preview>a</mj-preview><mj-breakpoint width="480px" />'),
        "<mjml><mj-head /><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>",
    ],
)  # fmt: skip
def test_what_is_valid_is_converted(text: str) -> None:
    assert "<body" in to_html(text, "ltr")


# -- files ------------------------------------------------------------------------------------------------------------


def project(tmp_path: Path, body: str, parts: dict[str, str] | None = None) -> Catalog:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "templates/reply/message.mjml.j2").write_text(
        '{% extends "layout.mjml.j2" %}\n{% block column %}\n' + body + "\n{% endblock %}\n"
        "{% if buyer_name and order_id and asked_on and answer and order_url %}{% endif %}\n"
    )
    for name, text in (parts or {}).items():
        (tmp_path / name).write_text(text)
    return Catalog(tmp_path / "templates", tmp_path / "themes")


def compose(catalog: Catalog, kind: str, theme: str = "plain", language: str = "en") -> Inlined:
    made = Pipeline(catalog, catalog.kind(kind), catalog.theme(theme), load())
    market = locale_marketplace(language)
    return made.compose(sample_order(made.kind.samples[0], market, made.kind), language, market.locale)


@pytest.mark.parametrize(
    ("body", "parts", "where", "message"),
    [
        ("<mj-text>x</mj-text>\n<mj-text\n  colr='red'>x</mj-text>", {}, "templates/reply/message.mjml.j2:5", "no attribute colr"),
        ("{% for one in answer %}\n{% if loop.last %}\n<mj-bar />\n{% endif %}\n{% endfor %}", {},
         "templates/reply/message.mjml.j2:5", "no <mj-bar>"),
        ('{% include "_parts/own.mjml.j2" %}', {"templates/_parts/own.mjml.j2": "<mj-text>x</mj-text>\n<mj-spacer height='1em' />\n"},
         "templates/_parts/own.mjml.j2:2", "height of <mj-spacer>: expected a length in px or %, such as 12px; found '1em'"),
        ('{% from "_parts/own.mjml.j2" import gap %}{{ gap("x") }}\n{{ gap(\n"1em") }}',
         {"templates/_parts/own.mjml.j2": "{% macro gap(h) %}<mj-spacer height='{{ h }}px' />{% endmacro %}"},
         "templates/reply/message.mjml.j2:3", "height of <mj-spacer>: expected a length in px or %, such as 12px"),
        ("<mj-text>x</mj-text>", {"themes/plain/layout.mjml.j2": "<mjml>\n<mj-body>\n<mj-sektion>\n{% block column %}{% endblock %}\n"},
         "themes/plain/layout.mjml.j2:3", "no <mj-sektion>; did you mean mj-section?"),
        ('<mj-text color="{{ buyer_name }}">x</mj-text>', {}, "templates/reply/samples/", "color of <mj-text>: expected a colour"),
    ],
)  # fmt: skip
def test_errors_name_file_and_line_and_no_value_of_an_order(
    tmp_path: Path, body: str, parts: dict[str, str], where: str, message: str
) -> None:
    catalog = project(tmp_path, body, parts)
    with pytest.raises(FrankingError) as error:
        compose(catalog, "reply:mjml")
    told = str(error.value)
    assert message in told
    assert "Anna" not in told
    if "samples" not in where:  # the value of an order is given where the order comes from
        assert told.startswith(f"{tmp_path / where}:"), told


def test_a_theme_gives_defaults_for_all_its_messages(tmp_path: Path) -> None:
    toml = (ROOT / "themes/plain/theme.toml").read_text("utf-8")
    catalog = project(tmp_path, "<mj-button href='https://www.amazon.de/'>x</mj-button><mj-text>y</mj-text>", {
        "themes/plain/theme.toml": toml + '\n[mjml.mj-button]\nbackground-color = "#d9e8f5"\n\n[mjml.mj-text]\npadding = "3px"\n'
    })  # fmt: skip
    html = compose(catalog, "reply:mjml").html
    assert "#d9e8f5" in html and "#eeeeee" not in html
    assert re.search(r"padding:\s*3px", html)
    (tmp_path / "themes/plain/theme.toml").write_text(
        toml + '\n[mjml.mj-button]\nbackground-color = "#d9e8f5"\npaddding = "1px"\n'
    )
    line = len(toml.split("\n")) + 3
    with pytest.raises(
        FrankingError, match=rf"theme\.toml:{line}: <mj-button> has no attribute paddding; did you mean padding\?"
    ):
        compose(Catalog(tmp_path / "templates", tmp_path / "themes"), "reply:mjml")


def test_a_finding_in_a_default_of_the_theme_names_its_line(tmp_path: Path) -> None:
    toml = (ROOT / "themes/plain/theme.toml").read_text("utf-8") + '\n[mjml.mj-text]\nalign = "center"\n'
    catalog = project(
        tmp_path, "<mj-text>Order 302-4410982-1175338, as long as a line</mj-text>", {"themes/plain/theme.toml": toml}
    )
    made = Pipeline(catalog, catalog.kind("reply:mjml"), catalog.theme("plain"), load())
    market = locale_marketplace("en")
    order = sample_order(made.kind.samples[0], market, made.kind)
    inlined = made.compose(order, "en", market.locale)
    findings = made.placed(order, inlined, inspect(as_message(inlined), load()))
    found = next(f for f in findings if f.rule == "text-align")
    assert found.template is not None
    assert (Path(found.template.file).name, found.template.line) == (
        "theme.toml",
        1 + toml.split("\n").index('align = "center"'),
    )


def test_mj_all_of_a_message_overrides_defaults_of_single_components() -> None:
    html = to_html(column("<mj-text>x</mj-text>", '<mj-attributes><mj-all padding="7px" color="red" /></mj-attributes>'), "ltr")
    assert re.search(r"<td[^>]*padding:7px[^>]*>\s*<div[^>]*color:red", html), html


# -- the policy ---------------------------------------------------------------------------------------------------------


@cache
def all_kinds(folder: Path) -> Catalog:
    for name in ("templates", "themes"):
        shutil.copytree(ROOT / name, folder / name)
    for kind in KINDS:
        text = (folder / f"templates/{kind}/message.html.j2").read_text("utf-8")
        (folder / f"templates/{kind}/message.mjml.j2").write_text(text.replace("layout.html.j2", "layout.mjml.j2"))
    for theme in Catalog(ROOT / "templates", ROOT / "themes").theme_names():
        path = folder / f"themes/{theme}/layout.mjml.j2"
        assets = [a.cid for a in Catalog(ROOT / "templates", ROOT / "themes").theme(theme).assets]
        body = COMPONENTS if assets else re.sub("<mj-image[^>]*>", "", COMPONENTS)
        drawn = f'src="{{{{ image.source("{assets[0]}") }}}}" alt="{{{{ image.alt("{assets[0]}") }}}}"' if assets else ""
        body = re.sub(r'src="cid:\{logo\}" alt="[^"]*"', drawn, body)
        last = "</mj-wrapper>\n</mj-body>" if "</mj-wrapper>\n</mj-body>" in path.read_text() else "</mj-body>"
        path.write_text(path.read_text().replace(last, f"{last.removesuffix('</mj-body>')}{body}</mj-body>"))
    return Catalog(folder / "templates", folder / "themes")


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS)))
def test_every_component_with_its_defaults_is_permitted_in_every_kind(
    tmp_path_factory: pytest.TempPathFactory, number: int, kind: str
) -> None:
    catalog = all_kinds(tmp_path_factory.getbasetemp() / "mjml-all-kinds")
    theme, language = catalog.theme_names()[number % 4], ("en", "ar", "de")[number % 3]
    found = inspect(as_message(compose(catalog, f"{kind}:mjml", theme, language)), load())
    assert [(f.rule, f.message) for f in found if f.rule != "spelling"] == []


def test_the_components_of_that_test_are_all_but_those_that_cannot_be_permitted() -> None:
    used = set(re.findall(r"<(mj-[\w-]+)", COMPONENTS))
    body = {n for n in components() if n in components()["mj-body"].children or any(
        n in components()[c].children for c in ("mj-column", "mj-section", "mj-group", "mj-wrapper", "mj-navbar"))}  # fmt: skip
    assert body - used == NEVER
    for name in NEVER:
        assert f"`{name}`" in DOCS


def test_an_image_without_a_width_keeps_the_policy_s_share_at_every_width() -> None:
    html = to_html(column('<mj-text>A text</mj-text><mj-image src="cid:logo" alt="Fjord" />'), "ltr")
    assert inspect(Message("m", html), load(), select=["image-width"]) == []
    assert 'width="288"' in html


def test_what_the_converter_ignores_is_listed() -> None:
    """Fails when the converter learns one of these: then it leaves the table."""
    pairs = {
        "mj-hero": ("<mj-hero{}><mj-text>x</mj-text></mj-hero>", {"mode": "fluid-height", "border-radius": "9px"}),
        "mj-button": ("<mj-section><mj-column><mj-button href='https://a.example/'{}>x</mj-button></mj-column></mj-section>", {"title": "t"}),
        "mj-image": ("<mj-section><mj-column><mj-image src='cid:x'{} /></mj-column></mj-section>",
                     {"border-bottom": "1px solid red", "border-top": "1px solid red", "sizes": "50vw"}),
        "mj-table": ("<mj-section><mj-column><mj-table{}><tr><td>x</td></tr></mj-table></mj-column></mj-section>", {"role": "presentation"}),
        "mj-wrapper": ("<mj-wrapper{}><mj-section></mj-section><mj-section></mj-section></mj-wrapper>", {"gap": "9px"}),
    }  # fmt: skip
    for name, (body, attributes) in pairs.items():
        assert components()[name].ignored == set(attributes)
        for attribute, value in attributes.items():
            plain, given = (library()(document(body.format(a))) for a in ("", f' {attribute}="{value}"'))
            assert plain == given, (name, attribute)


def test_the_example_of_the_documentation_is_permitted(tmp_path: Path) -> None:
    example = re.search(r"```jinja\n(\{% extends \"layout\.mjml\.j2\" %\}.*?)```", DOCS, re.DOTALL)
    assert example is not None
    catalog = project(tmp_path, "", {"templates/order_confirmation/message.mjml.j2": example[1]})
    for theme, language in zip(catalog.theme_names(), ("en", "ar", "de", "ja"), strict=True):
        inlined = compose(catalog, "order_confirmation:mjml", theme, language)
        assert inspect(as_message(inlined), load()) == []
        assert inlined.text.count("302-") >= 1
