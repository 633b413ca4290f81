"""``franking import``: each construct of each dialect, what is asked instead of guessed, and that no text is lost."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from franking.catalog import Catalog, sample_order
from franking.cli.main import app
from franking.errors import InputError
from franking.importing.importer import Result, Wish, import_template, write_files
from franking.policy import load, marketplaces
from franking.rendering import Renderer

POLICY = load()


def picture(width: int) -> bytes:
    """A PNG of a width."""
    stream = io.BytesIO()
    Image.new("RGB", (width, 20), "navy").save(stream, "PNG")
    return stream.getvalue()


def wish(folder: Path, source: str, name: str = "mail.html", dialect: str | None = None) -> Wish:
    """The wish to import a source."""
    (folder / name).write_text(source, "utf-8")
    return Wish(folder / name, "imported", "imported", "Northwind", folder / "templates", folder / "themes", dialect)


def taken(folder: Path, source: str, dialect: str | None = None) -> Result:
    return import_template(wish(folder, source, dialect=dialect), POLICY)


def page(body: str) -> str:
    return f"<html><head><title>About your order</title></head><body><p>{body}</p></body></html>"


def message(result: Result) -> str:
    return next(content.decode() for file, content in result.files.items() if file.name == "message.html.j2")


def shown(folder: Path, result: Result, wanted: Wish, **changes: object) -> str:
    """The words of the rendered sample; ``changes`` are to its order."""
    if not (folder / "templates").exists():
        write_files(result, wanted)
    catalog = Catalog(folder / "templates", folder / "themes")
    kind = catalog.kind("imported")
    market = next(m for m in marketplaces() if m.domain == "amazon.com")
    order = replace(sample_order(kind.samples[0], market, kind), **changes)  # type: ignore[arg-type]  # fields by name
    html = Renderer(catalog, kind, catalog.theme("imported")).render(order, "en", "en_US").html
    body = html.partition("<body")[2].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


# dialect, source, a part of the Jinja2 template, the words of the rendered sample
TABLE = [
    ("handlebars", "No. {{order.number}}", "No. %(order_id)s", "No. 302-4410982-1175338"),
    ("handlebars", "{{#if trackingNumber}}T {{trackingNumber}}{{else}}none{{/if}}", "{% if tracking_number %}", "T 0034043411010019283746"),
    ("handlebars", "{{#unless tracking_number}}x{{else}}there{{/unless}}", "{% if not tracking_number %}", "there"),
    ("handlebars", "{{#if missing}}a{{else if carrier}}by {{carrier}}{{/if}}", "{% elif carrier %}", "a"),
    ("handlebars", "{{#each items}}{{name}} {{qty}}; {{/each}}", "{% for item in items %}", "Desk lamp, solid oak, warm white 1; Wool rug, moss green 2;"),
    ("handlebars", "{{#each order.lineItems as |row|}}{{row.title}}, {{/each}}", "item.title", "Desk lamp, solid oak, warm white, Wool rug, moss green,"),
    ("handlebars", "{{#with order}}for {{number}}{{/with}}{{!-- no --}}", "order_id", "for 302-4410982-1175338"),
    ("django", "{% for item in order.items.all %}{{ item.product.title }} {{ item.quantity|intcomma }}, {% endfor %}", "{{ item.quantity|number }}",
     "Desk lamp, solid oak, warm white 1, Wool rug, moss green 2,"),
    ("liquid", "{% for line in line_items %}{% assign t = line.title | strip %}{{ t }}. {% endfor %}", "{{ item.title }}",
     "Desk lamp, solid oak, warm white. Wool rug, moss green."),
    ("mailchimp", "*|UPPER:ORDER_ID|* *|TITLE:FNAME|*", "{{ order_id|upper }}", "302-4410982-1175338 Anna Berger"),
    ("handlebars", "{{#if (gt item_count 2)}}many{{/if}}", "item_count > 2", "many"),
    ("handlebars", "Of {{formatDate order.date 'LL'}}", "purchased_at|day", "Of November 20, 2026"),
    ("handlebars", "Sum {{currency order.total}}", "total|money(currency)", "Sum $338.90"),
    ("handlebars", "{{#each items}}{{@index}} {{../carrier}} {{/each}}", "loop.index0", "0 DHL 1 DHL"),
    ("handlebars", "{{~carrier~}} \\{{x}}", "carrier", "DHL {{x}}"),
    ("sendgrid", "{{#equals carrier 'DHL'}}yellow{{/equals}}", 'carrier == "DHL"', "yellow"),
    ("sendgrid", "Hi {{insert first_name 'default=you'}}", 'buyer_name or "you"', "Hi Anna Berger"),
    ("sendgrid", "{{#greaterThan item_count 5}}many{{else}}few{{/greaterThan}}", "item_count > 5", "few"),
    ("mustache", "{{#items}}{{title}} {{/items}}{{^items}}nothing{{/items}}", "{% for item in items %}", "Desk lamp, solid oak, warm white Wool rug, moss green"),
    ("mustache", "{{#tracking_number}}T {{tracking_number}}{{/tracking_number}}", "{% if tracking_number %}", "T 0034043411010019283746"),
    ("mustache", "{{! no }}Hi {{&first_name}}", "buyer_name", "Hi Anna Berger"),
    ("postmark", "{{#each receipt_details}}{{description}} {{amount}} {{/each}}", "item.price|money(currency)", "Desk lamp, solid oak, warm white $89.90 Wool rug, moss green $249.00"),
    ("postmark", "{{^carrier}}none{{/carrier}}{{#carrier}}by {{.}}{{/carrier}}", "{% if not carrier %}", "by DHL"),
    ("liquid", "{% if order.total > 100 %}big{% elsif carrier %}x{% else %}small{% endif %}", "total > 100", "big"),
    ("liquid", "{% unless carrier %}x{% else %}by {{ carrier | upcase }}{% endunless %}", "carrier", "by DHL"),
    ("liquid", "{% for line in line_items %}{{ line.title }} {{ line.quantity }} {{ forloop.index }}. {% endfor %}", "{% for item in items %}", "Desk lamp, solid oak, warm white 1 1. Wool rug, moss green 2 2."),
    ("liquid", "{% case carrier %}{% when 'UPS' %}u{% when 'DHL', 'DP' %}d{% else %}o{% endcase %}", "{% elif", "d"),
    ("liquid", "{% assign who = customer.first_name %}Hi {{ who }}", "buyer_name", "Hi Anna Berger"),
    ("liquid", "Of {{ created_at | date: '%d' }}, {{ total_price | money }}", "|day", "Of November 20, 2026, $338.90"),
    ("liquid", "Hi {{ first_name | default: 'you' }}{% comment %}no{% endcomment %}", 'or "you"', "Hi Anna Berger"),
    ("liquid", "{% if carrier contains 'HL' and tracking_number != blank %}ok{% endif %}", '"HL" in carrier', "ok"),
    ("liquid", "{% raw %}{{ x }}{% endraw %} {{ carrier }}", "carrier", "{{ x }} DHL"),
    ("mailchimp", "Hi *|FNAME|*", "buyer_name", "Hi Anna Berger"),
    ("mailchimp", "*|IF:TRACKING_NUMBER|*T*|ELSE:|*none*|END:IF|*", "{% if tracking_number %}", "T"),
    ("mailchimp", "*|IFNOT:CARRIER|*x*|ELSEIF:CARRIER=DHL|*d*|END:IF|*", 'carrier == "DHL"', "d"),
    ("mailchimp", "From *|LIST:COMPANY|*", "theme.brand", "From Northwind"),
    ("klaviyo", "Hi {{ person.first_name|default:'you' }}, {{ event|lookup:'Order Number' }}", "order_id", "Hi Anna Berger, 302-4410982-1175338"),
    ("klaviyo", "{% for item in event.extra.line_items %}{{ item.title }} {% endfor %}", "{% for item in items %}", "Desk lamp, solid oak, warm white Wool rug, moss green"),
    ("klaviyo", "{% if person.first_name %}Hi{% endif %} {{ organization.name }}", "theme.brand", "Hi Northwind"),
    ("django", "{% load i18n %}{% trans 'Thank you' %} {{ user.first_name|default:'you' }}", "Thank you", "Thank you Anna Berger"),
    ("django", "{% for p in products %}{{ forloop.counter }} {{ p.name }} {% empty %}none{% endfor %}", "{% else %}", "1 Desk lamp, solid oak, warm white 2 Wool rug, moss green"),
    ("django", "{% if carrier and not gone %}{% blocktrans %}By {{ carrier }}{% endblocktrans %}{% endif %}", "(carrier and not gone)", ""),
    ("django", "{% with no=order.number %}No. {{ no }}{% endwith %} {{ order_date|date:'Y' }}", "order_id", "No. 302-4410982-1175338 November 20, 2026"),
    ("jinja", "{% set no = order.number %}No. {{ no }} {{ total|default('') }}", "order_id", "No. 302-4410982-1175338 $338.90"),
    ("jinja", "{% if (item_count > 1) and carrier is defined %}{{ _('Some words') }}{% endif %}", "Some words", "Some words"),
    ("jinja", "{% for i in items %}{{ loop.index }} {{ i.name|upper }} {% endfor %}", "item.title|upper", "1 DESK LAMP, SOLID OAK, WARM WHITE 2 WOOL RUG, MOSS GREEN"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "source", "jinja", "words"), TABLE)
def test_each_construct(tmp_path: Path, dialect: str, source: str, jinja: str, words: str) -> None:
    wanted = wish(tmp_path, page(source), dialect=dialect)
    result = import_template(wanted, POLICY)
    assert result.rendered, result.findings
    assert jinja in message(result)
    assert shown(tmp_path, result, wanted) == words


@pytest.mark.parametrize(
    ("source", "dialect"),
    [
        ("{{#if a}}x{{/if}}", "handlebars"), ("{{#equals a 'b'}}x{{/equals}}", "handlebars"), ("*|FNAME|*", "mailchimp"),
        ("{% unless a %}x{% endunless %}", "liquid"), ("{{ a|default:'b' }}", "django"), ("{{ person.first_name }}", "klaviyo"),
        ("{{ a|default('b') }}", "jinja"), ("{{{ @content }}}", "postmark"), ("plain words", "html"),
        ("{{#a}}x{{/a}}", None), ("{{ a }}", None),
    ],
)  # fmt: skip
def test_the_dialect_is_found_by_its_marks_or_all_read_it_alike(tmp_path: Path, source: str, dialect: str | None) -> None:
    result = taken(tmp_path, page(source))
    assert dialect is None or result.dialect == dialect


@pytest.mark.parametrize(
    "source",
    ["{% for a in b limit:3 %}x{% endfor %}{{ a|b('c') }}", "*|FNAME|* {{ a.b }} {{#if c}}d{{/if}}"],
)
def test_an_ambiguous_source_is_refused_with_the_candidates(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError, match="expected --from with one of: "):
        taken(tmp_path, page(source))


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        ("{{#if a}}b{{/if}}\n{{weird x=1}}", 2, "weird"),
        ("{{#if a}}b{{/if}}\n\n{{#repeat 3}}c{{/repeat}}", 3, "repeat"),
        ("{{#if a}}{{coupon}}{{/if}}", 1, "no order has 'coupon'"),
        ("{{#if a}}b{{/if}}\n{{name}}", 2, "buyer_name, recipient_name, theme.brand"),
        ("{{#if a}}b{{/if}}\n{{#each people}}{{age}}{{/each}}", 2, "'people' is no list of an order"),
        ("{{#if a}}b{{/if}}\n{{#each items}}{{colour}}{{/each}}", 2, "no 'colour'"),
        ("{{#if a}}b{{/if}}\n{{> nowhere}}", 2, "nowhere"),
        ("{{#if (lookup a b)}}c{{/if}}", 1, "is not understood: you decide it"),
        ("{% unless a %}{% endunless %}\n{{ b | times: 3 }}", 2, "'times'"),
        ("{% unless a %}{% endunless %}\n{% tablerow a in b %}", 2, "tablerow"),
        ("*|FNAME|*\n*|RSSITEMS:|*c*|END:RSSITEMS|*", 2, "RSSITEMS"),
        ("{{#if a}}b{{/if}}\n<b {{#if x}}class='y'{{/if}}>c</b>", 2, "within a tag"),
        ("{{#if a}}b{{/if}}\n<b style='color:{{x}}'>c</b>", 2, "in the attribute 'style'"),
        ("<img src='https://pictures.example/a.png' alt='Our shop'>", 1, "is remote"),
        ("words\n<img src='no.png' alt='Our shop'>", 2, "no file below"),
        ("{{#if a}}b{{/if}}\n<img src='{{x}}' alt='Our shop'>", 2, "whose address is a value"),
        ("{{#if a}}b{{/if}}\n{% elif x %}", 2, "is kept as text"),
        ("<!--[if mso]><i>c</i><![endif]-->", 1, "conditional comment"),
        ("{{#if a}}b{{/if}}\n{{{carrier}}}", 2, "is escaped"),
        ("{% unless a %}b{% endunless %}\n{% if fulfillment.item_count == item_count %}c{% endif %}", 2, "both item_count"),
    ],
)
def test_what_is_not_understood_is_reported_with_its_line(tmp_path: Path, source: str, line: int, text: str) -> None:
    result = taken(tmp_path, page(source))
    found = [d for d in result.decisions if text in d.message]
    assert {d.line for d in found} == {line}, result.decisions
    assert found[0].file == str(tmp_path / "mail.html")


@pytest.mark.parametrize(
    "source", ["{{#if a}}b", "{{#if a}}b{{/each}}", "{% if a %}b{% endfor %}", "*|IF:A|*b", "b{{/if}}{{#if c}}{{/if}}"]
)
def test_blocks_that_do_not_match_are_refused_with_file_and_line(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError, match=r"mail\.html:\d+: (?:found|expected)"):
        taken(tmp_path, page(source))


def test_hostile_values_stay_text(tmp_path: Path) -> None:
    wanted = wish(tmp_path, page("{{{first_name}}} {{{coupon}}} {{#if carrier}}<a title='{{carrier}}'>x</a>{{/if}}"))
    result = import_template(wanted, POLICY)
    write_files(result, wanted)
    catalog = Catalog(tmp_path / "templates", tmp_path / "themes")
    kind = catalog.kind("imported")
    market = next(m for m in marketplaces() if m.domain == "amazon.com")
    evil = "<script>x</script>\"' onload="
    order = replace(sample_order(kind.samples[0], market, kind), buyer_name=evil, carrier=evil, details={"coupon": evil})
    html = Renderer(catalog, kind, catalog.theme("imported")).render(order, "en", "en_US").html
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3
    assert 'title="&lt;script' in html


def test_source_syntax_of_jinja_stays_text(tmp_path: Path) -> None:
    wanted = wish(tmp_path, page("*|FNAME|* {{ 7*7 }} {% x %} {# y #} <a title='{{ 7*7 }}'>z</a>"), dialect="mailchimp")
    assert shown(tmp_path, import_template(wanted, POLICY), wanted) == "Anna Berger {{ 7*7 }} {% x %} {# y #} z"


def test_styles_images_and_partials(tmp_path: Path) -> None:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "foot.hbs").write_text("<p class=a>From {{shop.name}}</p>")
    (tmp_path / "logo.png").write_bytes(picture(120))
    (tmp_path / "site.css").write_text(".b { padding: 3px }")
    data = base64.b64encode(picture(90)).decode()
    wanted = wish(
        tmp_path,
        "<head><link rel='stylesheet' href='site.css'><style>.a { margin: 1px; font-family: Arial; color: {{c}} }</style></head>"
        f"<body><img src='logo.png' alt='Northwind' width=120><img src='data:image/png;base64,{data}' alt='Line'>{{{{> foot}}}}</body>",
    )
    result = import_template(wanted, POLICY)
    assert result.rendered, result.findings
    text = message(result)
    assert '{{ image("logo", width=120) }}' in text
    assert '{{ image("image", width=' in text
    css = result.files[tmp_path / "themes" / "imported" / "theme.css"].decode()
    assert ".b { padding: 3px }" in css
    assert "margin: 1px" in css
    assert "color" not in css
    assert "Arial" not in css
    assert "From Northwind" in shown(tmp_path, result, wanted)
    theme = Catalog(tmp_path / "templates", tmp_path / "themes").theme("imported")
    assert {(asset.file, asset.alt) for asset in theme.assets} == {("logo.png", "Northwind"), ("image.png", "Line")}


def test_no_file_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture(120))
    (tmp_path / "secret.hbs").write_text("never")
    (tmp_path / "in").mkdir()
    result = taken(tmp_path / "in", page("<img src='../secret.png' alt='Shop'>{{> ../secret}}{{#if a}}{{/if}}"))
    assert not [file for file in result.files if file.suffix == ".png"]
    assert "never" not in message(result)


def test_the_edited_table_decides(tmp_path: Path) -> None:
    wanted = wish(tmp_path, page("{{#if a}}{{/if}}Dear {{name}} {{coupon}}"))
    write_files(import_template(wanted, POLICY), wanted)
    table = tmp_path / "templates" / "imported" / "fields.toml"
    assert '"name" = "given"' in table.read_text("utf-8")
    assert "did you mean buyer_name or recipient_name" in table.read_text("utf-8")
    table.write_text(
        table.read_text("utf-8")
        .replace('"name" = "given"', '"name" = "buyer_name"')
        .replace('"coupon" = "given"', '"coupon" = ""')
    )
    again = replace(wanted, fields=table, replace=True)
    write_files(import_template(again, POLICY), again)
    assert shown(tmp_path, import_template(again, POLICY), again) == "Dear Anna Berger"
    table.write_text('[fields]\n"a" = "given"\n"name" = "buyername"\n')
    with pytest.raises(InputError, match=r"fields\.toml:3: found 'buyername'.*did you mean 'buyer_name'"):
        import_template(again, POLICY)


def test_a_kind_of_the_project_is_not_overwritten(tmp_path: Path) -> None:
    wanted = wish(tmp_path, page("words"))
    (tmp_path / "templates" / "imported").mkdir(parents=True)
    for one in (wanted, replace(wanted, replace=True)):
        with pytest.raises(InputError, match="exists already; nothing was changed"):
            write_files(import_template(one, POLICY), one)
    assert not (tmp_path / "themes").exists()


def test_a_folder_with_several_messages_is_refused(tmp_path: Path) -> None:
    for name in ("one.html", "two.hbs", "_part.hbs"):
        (tmp_path / name).write_text("x")
    with pytest.raises(InputError, match=r"found 2 templates \(one\.html, two\.hbs\)"):
        import_template(replace(wish(tmp_path, "x", "one.html"), path=tmp_path), POLICY)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "mail.hbs").write_text(page("Hi {{first_name}}, {{#if carrier}}by {{carrier}}{{/if}}, order {{order_id}}"))
    arguments = [
        "import",
        str(tmp_path / "mail.hbs"),
        "--kind",
        "parcel",
        "--brand",
        "Northwind",
        "--out",
        str(tmp_path / "out"),
    ]
    dry = CliRunner().invoke(app, [*arguments, "--dry-run", "--format", "json"])
    assert dry.exit_code == 0, dry.output
    found = json.loads(dry.stdout)
    assert (found["schema"], found["dialect"], found["verdict"], found["rendered"]) == (1, "handlebars", "permitted", True)
    assert not (tmp_path / "out").exists()
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert (tmp_path / "out" / "templates" / "parcel" / "message.html.j2").is_file()
    assert (tmp_path / "out" / "themes" / "parcel" / "theme.css").is_file()


WORDS = st.lists(
    st.sampled_from("alder birch cedar elm fir hazel juniper larch maple oak pine rowan spruce willow".split()),
    min_size=1,
    max_size=3,
)
PIECES = st.recursive(
    WORDS.map(lambda w: " ".join(w) + " "),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        inner.map(lambda x: f"<p>{x}</p>"),
        inner.map(lambda x: f"<b>{x}</b>"),
        inner.map(lambda x: f"<table><tr><td style='color:red'>{x}</td></tr></table>"),
        inner.map(lambda x: "{{#if a}}" + x + "{{else}}larch {{/if}}"),
        inner.map(lambda x: "{{#each items}}" + x + "{{title}}{{/each}}"),
        inner.map(lambda x: "{{#each crowd}}" + x + "{{/each}}"),
        inner.map(lambda x: "{{#odd 1}}" + x + "{{/odd}}"),
        inner.map(lambda x: f"<img src='https://a.example/b.png' alt='hazel'>{x}"),
        inner.map(lambda x: f"100 % {x} {{{{who}}}} &amp; "),
    ),
    max_leaves=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_no_word_of_the_source_is_lost(tmp_path: Path, source: str) -> None:
    result = taken(tmp_path, page(source + "{{#if a}}{{/if}}"))
    kept = re.sub(r"<[^>]*>", " ", message(result)) + " ".join(d.message for d in result.decisions)
    plain = re.sub(r"\{\{.*?\}\}|<(?!img)[^>]*>|<img[^>]*alt='|'>", " ", source)
    found, wanted = kept.split(), re.findall(r"[a-z]{3,}", plain.replace("&amp;", ""))
    counts = {word: len(re.findall(rf"\b{word}\b", " ".join(found))) for word in wanted}
    assert {word: n for word, n in counts.items() if n < wanted.count(word)} == {}
    assert result.rendered, result.findings
