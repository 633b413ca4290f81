"""Kinds, themes and templates: what they may hold, what a broken one says, and that values stay text."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.check import as_message, inspect
from franking.errors import FrankingError
from franking.model import Order, OrderItem
from franking.permit import Context
from franking.policy import load, marketplace
from franking.preview.session import Choice, PreviewSession
from franking.rendering import plain_text

ROOT = Path(__file__).parents[2]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """A copy of the project's templates and themes, to be broken."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    shutil.copytree(ROOT / "themes", tmp_path / "themes")
    return Catalog(tmp_path / "templates", tmp_path / "themes")


def pipeline(catalog: Catalog, kind: str = "order_confirmation", theme: str = "brand") -> Pipeline:
    return Pipeline(catalog, catalog.kind(kind), catalog.theme(theme), load())


def an_order(catalog: Catalog, kind: str = "order_confirmation", market: str = "Amazon.de") -> Order:
    place = marketplace(market)
    assert place is not None
    read = catalog.kind(kind)
    return sample_order(next(s for s in read.samples if s.name == "plain"), place, read)


REAL = Catalog(ROOT / "templates", ROOT / "themes")


@pytest.mark.parametrize("kind", REAL.kinds())
@pytest.mark.parametrize("theme", REAL.theme_names())
@pytest.mark.parametrize("language", REAL.languages())
def test_every_sample_passes_the_checker(kind: str, theme: str, language: str) -> None:
    made = pipeline(REAL, kind, theme)
    market = locale_marketplace(language)
    assert made.kind.samples
    for sample in made.kind.samples:
        inlined = made.compose(sample_order(sample, market, made.kind), language, market.locale)
        assert inspect(as_message(inlined), load()) == []
        assert f'lang="{language}"' in inlined.html


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "message.html.j2",
            "{{ greeting(buyer_name) }}",
            "{{ buyer_nam }}",
            "message.html.j2:6: variable 'buyer_nam' is not declared",
        ),
        ("message.html.j2", "{{ greeting(buyer_name) }}", "{{ ", "message.html.j2:7: "),
        (
            "message.html.j2",
            "{{ item_table(items, currency, total) }}",
            "",
            "kind.toml:13: variable 'items' is declared, but no template",
        ),
        ("kind.toml", "order_id = { about", "nonsense = { about", "kind.toml:9: no order has a 'nonsense'"),
        (
            "kind.toml",
            'window = "contact"',
            'window = "ever"',
            "kind.toml:3: window: input should be 'contact', 'review' or 'none'",
        ),
        ("kind.toml", "[variables]", "[variables", "kind.toml:8: "),
        ("kind.toml", "title = ", "titel = ", "kind.toml:1: titel: extra inputs are not permitted"),
        ("kind.toml", "title = ", "titel = ", "not permitted; did you mean 'title'?"),
        ("kind.toml", "about = ", "abuot = ", "not permitted; did you mean 'about'?"),
        ("message.html.j2", "_parts/order", "_parts/odrer", "templates/; did you mean '_parts/order.html.j2'?"),
        ("message.html.j2", "{{ ", "{{ order_di }}{{ ", "under [variables]; did you mean 'order_id'?"),
        ("message.html.j2", "{{ ", "{{ 1|nubmer }}{{ ", "there is no filter 'nubmer'; did you mean 'number'?"),
        ("message.html.j2", "{{ ", "{{ theme.brnad }}{{ ", "the theme has no 'brnad'; did you mean 'brand'?"),
        ("message.html.j2", "_parts/order.html.j2", "../../secret", "template '../../secret' does not exist"),
        ("samples/plain.json", '"id"', '"number"', "plain.json: order.id is missing"),
        ("samples/plain.json", '"items"', '"itmes"', "plain.json: order: the name 'itmes' is not known here"),
        ("samples/plain.json", "{", "", "plain.json:2: no valid JSON"),
    ],
)
def test_a_broken_kind_names_file_line_and_expectation(catalog: Catalog, file: str, old: str, new: str, message: str) -> None:
    edit(catalog.templates / "order_confirmation" / file, old, new)
    with pytest.raises(FrankingError) as error:
        pipeline(catalog).compose(an_order(catalog))
    assert message in str(error.value)


def test_an_item_has_known_fields(catalog: Catalog) -> None:
    edit(catalog.templates / "_parts" / "order.html.j2", "isolated(item.title) }}</li>", "isolated(item.titel) }}</li>")
    with pytest.raises(FrankingError, match=r"order.html.j2:\d+: an item has no 'titel'; expected one of: price"):
        pipeline(catalog)


def test_a_failing_expression_names_its_line_and_no_data(catalog: Catalog) -> None:
    edit(catalog.templates / "order_confirmation" / "message.html.j2", "{{ greeting(buyer_name) }}", "{{ buyer_name|int|day }}")
    with pytest.raises(FrankingError) as error:
        pipeline(catalog).compose(an_order(catalog))
    assert "message.html.j2:6: " in str(error.value)
    assert "Anna" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('sha256 = "', 'sha256 = "0', "theme.toml:12: assets.0.sha256: string should match pattern"),
        ('file = "logo.png"', 'file = "../theme.css"', "is outside the theme's assets folder"),
        ('file = "logo.png"', 'file = "missing.png"', "theme.toml:9: asset 'missing.png': no such file"),
        (
            'purpose = "logo"',
            'purpose = "photo"',
            "theme.toml:11: assets.0.purpose: input should be 'logo', 'symbol' or 'decoration'",
        ),
    ],
)
def test_a_broken_theme_names_file_line_and_expectation(catalog: Catalog, old: str, new: str, message: str) -> None:
    edit(catalog.themes / "brand" / "theme.toml", old, new)
    with pytest.raises(FrankingError) as error:
        catalog.theme("brand")
    assert message in str(error.value)


def test_a_changed_asset_is_noticed(catalog: Catalog) -> None:
    (catalog.themes / "brand" / "assets" / "logo.png").write_bytes(b"other")
    with pytest.raises(FrankingError, match=r"has sha256 .* not the registered one"):
        catalog.theme("brand")


def test_a_theme_cannot_leave_its_style_element(catalog: Catalog) -> None:
    edit(catalog.themes / "brand" / "theme.css", "h1 {", "</style><script>1</script> h1 {")
    with pytest.raises(FrankingError, match=r"theme.css:8: found '</'"):
        catalog.theme("brand")


@pytest.mark.parametrize("name", ["nosuch", "../templates", "a/b", "", "BRAND", "brand/../plain"])
def test_unknown_names(catalog: Catalog, name: str) -> None:
    with pytest.raises(FrankingError, match="expected"):
        catalog.theme(name)
    with pytest.raises(FrankingError, match="unknown kind"):
        catalog.kind(name)


@pytest.mark.parametrize("broken", ['msgstr ""', None])
def test_an_untranslated_text_is_an_error_in_send_and_a_warning_in_preview(catalog: Catalog, broken: str | None) -> None:
    if broken is not None:
        edit(catalog.templates / "locales" / "de.po", 'msgstr "Wie war Ihre Bestellung?"', broken)
    else:  # a text that no catalogue has met yet
        edit(catalog.templates / "review_request" / "message.html.j2", '_("How was your order?")', '_("How is it?")')
    order = replace(an_order(catalog, "review_request"), state="shipped")
    result = pipeline(catalog, "review_request").prepare(
        order, Context(load(), datetime(2026, 11, 25, tzinfo=UTC), "s", lambda _key: None)
    )
    assert isinstance(result, Rejected)
    assert [(f.rule, f.severity) for f in result.findings] == [("translation", "error")]
    assert "1 text has no de translation" in result.findings[0].message
    shown = PreviewSession(catalog, load()).show(Choice("review_request", "plain", "de", "plain"))
    assert shown["verdict"] == "permitted"
    assert next((f["rule"], f["severity"]) for f in shown["findings"]) == ("translation", "warning")


HOSTILE = st.text(alphabet=st.characters(), max_size=60) | st.sampled_from(
    ["{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>", "</td><td align=center>", "' onmouseover='x", "&amp;<b>", "\r\nBcc: x@y.z",
     "a" * 5000, "\ud800", "\ue000\uf8ff", "{{ ''.__class__ }}", "<!--", "]]>", "%(name)s", "%s"]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE)
def test_values_stay_text(name: str, title: str) -> None:
    made = pipeline(REAL, theme="plain")
    plain = an_order(REAL)
    order = replace(plain, buyer_name=name, items=(OrderItem("S", title, 1, None),))
    inlined = made.compose(order)
    structure = {"active-content", "insecure-url", "text-align", "font-family", "font-color", "image-alt", "link-text"}
    assert not {f.rule for f in inspect(as_message(inlined), load())} & structure
    assert "49" not in inlined.draft.subject
    assert "\n" not in inlined.draft.subject
    assert "\r" not in inlined.draft.subject


@pytest.mark.parametrize("inliner", ["css-inline", "premailer"])
def test_both_inliners_pass_the_checker(inliner: str) -> None:
    kind, theme = REAL.kind("order_confirmation"), REAL.theme("brand")
    made = Pipeline(REAL, kind, theme, load(), inliner)  # type: ignore[arg-type]
    inlined = made.compose(an_order(REAL))
    assert inspect(as_message(inlined), load()) == []
    assert 'style="' in inlined.html


def test_plain_text() -> None:
    html = """<body><div style="display:none">preheader</div><h1>Hello</h1><p>One<br>two &amp; <b>three</b></p><p>&nbsp;</p><p></p>
    <table><tr><td>Order</td><td>1-2</td></tr></table><table><tr><th>Item</th><th>Qty</th></tr><tr><td>A</td><td>2</td></tr></table>
    <ol><li>first</li><li>second</li></ol><a href="https://a.example/x">See it</a><br><br><br><br><br>end</body>"""
    assert plain_text(html) == (
        "Hello\n\nOne\ntwo & three\n\nOrder: 1-2\n\nItem | Qty\nA | 2\n\n1. first\n2. second\n\nSee it (https://a.example/x)\n\nend\n"
    )


@given(st.text(alphabet="<>/abp \n&;divtrl", max_size=120))
def test_plain_text_keeps_the_rule_about_newlines(html: str) -> None:
    text = plain_text(html)
    assert "\n\n\n" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "line"),
    [
        ("order_confirmation/message.html.j2", "<p>{% trans", '<p\n align="center">{% trans', "text-align", 8),
        (
            "review_request/message.html.j2",
            '<a href="{{ review_url }}">',
            '<a href="http://www.amazon.de/{{ review_url }}">',
            "insecure-url",
            10,
        ),
        ("_parts/order.html.j2", '<td class="title">', '<td class="title" align="right">', "text-align", 34),
        ("order_confirmation/subject.txt.j2", "{{ _(", "🎁 {{ _(", "emoji", 1),
    ],
)
def test_findings_point_at_the_template_line(catalog: Catalog, file: str, old: str, new: str, rule: str, line: int) -> None:
    path = catalog.templates / file
    edit(path, old, new)
    assert new.split("\n")[-1] in path.read_text("utf-8").splitlines()[line - 1]
    kind = file.partition("/")[0] if not file.startswith("_") else "order_confirmation"
    made = pipeline(catalog, kind)
    order = an_order(catalog, kind)
    inlined = made.compose(order)
    findings = made.placed(order, inlined, inspect(as_message(inlined), load()))
    part = "subject" if "subject" in file else "html"  # the layout's <title> repeats the subject, and is found as well
    places = {(f.template.file, f.template.line) for f in findings if f.rule == rule and f.part == part and f.template}
    assert places == {(str(path), line)}


def test_a_theme_s_element_points_into_the_theme(catalog: Catalog) -> None:
    path = catalog.themes / "brand" / "layout.html.j2"
    edit(path, '<td class="main">', '<td class="main" align="center">')
    made = pipeline(catalog)
    order = an_order(catalog)
    inlined = made.compose(order)
    findings = made.placed(order, inlined, inspect(as_message(inlined), load()))
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if 'class="main"' in text)
    assert {(f.template.file, f.template.line) for f in findings if f.template} == {(str(path), line)}


def test_a_rendered_message_brings_its_marketplace_links_and_assets(catalog: Catalog) -> None:
    """Rules that need the kind or the theme are on for what Franking renders."""
    path = catalog.templates / "order_confirmation"
    edit(path / "kind.toml", "[variables]", '[links.allowed]\n"dhl.example" = "the carrier\'s tracking page"\n\n[variables]')
    edit(
        path / "message.html.j2",
        "{% endblock %}",
        '<p><a href="https://dhl.example/x">Parcel</a> <a href="https://www.amazon.fr/x">Order</a>'
        ' <img src="cid:lamp" alt="Lamp" width="90"> call 030 901820</p>\n{% endblock %}',
    )
    findings = inspect(as_message(pipeline(catalog).compose(an_order(catalog))), load())
    assert {(f.rule, f.part) for f in findings} == {
        ("external-link", "html"), ("image-provenance", "html"), ("phone-number", "html"), ("phone-number", "text"),
        ("spelling", "html"),  # English in a German message
    }  # fmt: skip


def test_a_kind_declares_phones_and_attachments_with_reasons(catalog: Catalog) -> None:
    path = catalog.templates / "order_confirmation"
    edit(path / "kind.toml", "[variables]", """[phones.allowed]
"+49 30 901820" = "the carrier's hotline"

[[attachments.allowed]]
purpose = "invoice"
files = ["invoice-*.pdf"]
types = ["application/pdf"]
max_bytes = 2_000_000
reason = "the tax office asks for it"

[variables]""")  # fmt: skip
    edit(path / "message.html.j2", "{% endblock %}", "<p>030 901820 or 030 901821</p>\n{% endblock %}")
    message = as_message(pipeline(catalog).compose(an_order(catalog)))
    assert message.allowed_attachments is not None
    assert [a.purpose for a in message.allowed_attachments] == ["invoice"]
    found = [f for f in inspect(message, load(), select=["phone-number"]) if f.part == "html"]
    assert len(found) == 1  # only the number that is not declared
    edit(path / "kind.toml", 'purpose = "invoice"', 'purpose = "catalogue"')
    with pytest.raises(FrankingError, match=r"kind.toml:\d+: attachments.allowed.0.purpose"):
        catalog.kind("order_confirmation")


@pytest.mark.parametrize("written", ["[Important]", "[IMPORTANT]", "[ important ]", "［Important］", "【important】"])
def test_no_subject_is_marked_as_important(catalog: Catalog, written: str) -> None:
    edit(catalog.templates / "order_confirmation" / "subject.txt.j2", "{{", f"{written} {{{{")
    made = pipeline(catalog)
    with pytest.raises(FrankingError, match=r"subject.txt.j2:1: found \[Important\]"):
        made.compose(an_order(catalog))
    assert [isinstance(made.franked(an_order(catalog)), Rejected) for _ in range(4)] == [True] * 4  # by the shape, too
