"""Every guard of the shape cache is reached by a message of its own: it goes the ordinary way, by the reason that the guard
gives, and comes out as it would without the cache."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog
from franking.model import Order
from franking.policy import load
from franking.shape_cache import macro_cache, patterns, quoted, shape, shapes, value_proof
from franking.shape_cache.shapes import Shapes
from tests.unit import test_shapes
from tests.unit.shapes import alike, trial, variants

WIDE = "<table><tr><td>{{ v }}</td></tr></table>"
GUARDS: list[tuple[str, str, list[tuple[str, str, int]]]] = [
    ("the template cuts a value's text", r'{{ "\ue001"|safe }}{{ v }}', [("Anna", "Oslo", 1)]),
    ("private-use characters in a value", "{% set x %}{{ v }}{% endset %}<p>{{ x|join('-') }}</p>", [("Anna", "Oslo", 1)]),
    ("private-use characters in a template", "{{ v }} \ue000", [("Anna", "Oslo", 1)]),
    ("a value in a URL", '<a href="https://www.amazon.com/x?v={{ v }}">a link there</a>', [("Anna", "Oslo", 1), ("Bad Homburg", "Oslo", 1)]),
    ("a value with a very long word", WIDE, [("Anna", "Oslo", 1), ("m" * 60, "Oslo", 1)]),
    ("the widths of values depend on the spacing or case of their letters",
     '<table><tr><td style="letter-spacing:3px">{{ v }}</td></tr></table>', [("Anna", "Oslo", 1)]),
    ("the layout rules depend on the values", '<table style="margin:0 auto;font-size:40px"><tr><td>{{ v }}</td></tr></table>', [("m" * 12, "Ulm", 1)]),
    ("the template looks into rendered text (the filter upper)", "{% set x %}{{ v }}{% endset %}{{ x|upper }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (an attribute)", "{% set x %}{{ v }}{% endset %}{{ x.upper() }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (a subscript)", "{% set x %}{{ v }}{% endset %}{{ x[0] }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (the operator *)", "{% set x %}{{ v }}{% endset %}{{ x * 2 }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (a method)", "{% set x %}{{ v }}{% endset %}{{ ','.join([x]) }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (a condition)", "{% set x %}{{ v }}{% endset %}{{ 1 if x else 2 }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (a comparison)", "{% set x %}{{ v }}{% endset %}{% if x == 'a' %}a{% endif %}", [("Anna", "Oslo", 1)]),
    ("the direction of the text depends on the values", '<p><span dir="auto" style="padding-left:2px">{{ v }}</span></p>', [("Anna", "Oslo", 1)]),
    ("the direction of the text depends on the values", '<style>span::before{content:"x"}</style><p><span dir="auto">{{ v }}</span></p>', [("Anna", "Oslo", 1)]),
    ("the width of <div> depends on the values", '<table><tr><td>{{ v }}<div style="background-image:linear-gradient(white,white);height:9px;width:30px"></div></td></tr></table>', [("Anna", "Oslo", 1)]),
    ("whether a box is centred depends on the values", '<div style="display:flex;justify-content:center"><div>{{ v }}</div></div>', [("Anna", "Oslo", 1)]),
    ("a rule looks closer at a value", "<p>t</p>", [("Anna", "Oslo", 1), ("call +49 30 901820", "Oslo", 1)]),
    ("unusual characters or spaces in a value", "<p>t</p>", [("two  spaces", "Oslo", 1)]),
    ("padding-left of <td> depends on the values", '<table><tr><td>{{ v }}</td><td style="padding:0 15%">t</td></tr></table>', [("Anna", "Oslo", 1)]),
    ("a rule looks closer at a value", '<a href="https://www.amazon.com/{{ v }}">a link there</a>', [("Anna", "Oslo", 1), ("unsubscribe", "Oslo", 1)]),
    ("a rule looks closer at a value", "<p>t</p>", [("Anna", "Oslo", 1), ("000-0000000-0000000", "Oslo", 1)]),
    ("a rule looks closer at a value", "<p>t</p>", [("Anna", "Oslo", 1), ("302-9999999-9999999", "Oslo", 1)]),
    ("the template looks into rendered text (the filter sort)", "{% set x %}{{ v }}{% endset %}{{ [[x], [v]]|sort|length }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (the filter dictsort)", "{% set x %}{{ v }}{% endset %}{{ {'a': x}|dictsort|length }}", [("Anna", "Oslo", 1)]),
    ("the template looks into rendered text (the filter center)", "{% set x %}{{ v }}{% endset %}{{ 'a'|center(width=x) }}", [("Anna", "Oslo", 1)]),
    ("the fenced rendering failed (ZeroDivisionError)", "{{ 1 // (n - 1) }}", [("Anna", "Oslo", 1)]),
    ("a space ends a value, as in an attribute without quotes", "<p title={{ v }}>t</p>", [("Anna", "Oslo", 1), ("Anna Lee", "Oslo", 1)]),
    ("a value completes a tag or character reference of the template", "<p>{{ v }}<{{ w }}</p>", [("Anna", "1 Ulm", 1)] * 2 + [("Anna", "b", 1)]),
    ("a value completes a tag or character reference of the template", "<p>&{{ v }}; t</p>", [("Anna", "Oslo", 1), ("lt", "Oslo", 1)]),
    ("a value completes a tag or character reference of the template", "<p>&l{{ v }}; t</p>", [("Anna", "Oslo", 1), ("t", "Oslo", 1)]),
    ("a value completes a tag or character reference of the template", "<p title='&#{{ v }};'>t</p>", [("Anna", "Oslo", 1), ("65", "Oslo", 1)]),
    ("the first message of its shape", "<a href='https://www.amazon.com/x'>it is at https://www.amazon.com/{{ v }}</a>", [("Anna", "Oslo", 1), ("x", "Oslo", 1)]),
    ("the first message of its shape", "<a href='https://www.amazon.com/{{ v }}'>it is at https://www.amazon.com/x</a>", [("Anna", "Oslo", 1), ("x", "Oslo", 1)]),
    ("special characters are joined", "<p>⸨0⸰⸩</p>", [("Anna", "Oslo", 1)]),
    ("a value is cut or changed", "<p>⸨ t</p>", [("Anna", "Oslo", 1)]),
    ("the direction of the text depends on the values", '<p dir="auto">{{ v }}</p>', [("Anna", "Oslo", 1)]),
    ("findings in the message from which the shape was made", "<p>t</p>", [("mail me at a@b.example", "Oslo", 1)] * 6),
]  # fmt: skip


def slow(made: Pipeline, orders: Sequence[Order]) -> set[str]:
    """Why orders went the ordinary way; each comes out the same both ways."""
    assert isinstance(made.shapes, Shapes)
    for order in orders:
        alike(made, order)
    return set(made.shapes.stats.slow)


@pytest.mark.parametrize(("reason", "body", "values"), GUARDS, ids=[f"{guard[0]} - {n}" for n, guard in enumerate(GUARDS)])
def test_each_guard(reason: str, body: str, values: list[tuple[str, str, int]], tmp_path: Path) -> None:
    made = trial(tmp_path, body)
    assert reason in slow(made, variants(made, values))


# Layouts around a value that settle nothing for the rules; "" is the fast way.
LAYOUTS = [
    '<table><tr><td style="white-space:nowrap">{{ v }}</td></tr></table>', "<table><tr><td>{{ v }}</td><td>{{ w }}</td></tr></table>",
    '<table><tr><td style="overflow-wrap:anywhere">{{ v }}</td></tr></table>', '<table><tr><td style="word-break:break-all">{{ v }}</td></tr></table>',
    '<table style="table-layout:fixed;width:300px"><tr><td>{{ v }}</td><td>t</td></tr></table>',
    '<table><tr><td colspan="2">{{ v }}</td></tr></table>', "<table><colgroup><col><col></colgroup><tr><td>{{ v }}</td></tr></table>",
    "<table><tr><td><table><tr><td>{{ v }}</td></tr></table></td></tr></table>",
    '<div style="display:table-cell">{{ v }}</div>', '<div style="display:flex"><div>{{ v }}</div><div>t</div></div>',
    '<div style="float:left">{{ v }}</div><div>t</div>', '<p>t <span style="display:inline-block">{{ v }}</span></p>',
    '<p><span style="display:inline-block">{{ v }}</span><span style="display:inline-block">t</span></p>',
    '<p><span style="display:inline-block">{{ v }}</span></p>', '<table><tr><td>{{ v }} <span style="display:none"></span></td></tr></table>',
    '<div style="display:none">{{ v }}</div>', '<p style="letter-spacing:3px">{{ v }}</p>', '<p>Hello <span lang="fr">bonjour</span> {{ v }}</p>',
    "<pre>{{ v }}</pre>", "<svg><text>{{ v }}</text></svg>", "<textarea>{{ v }}</textarea>", "<!-- {{ v }} -->", '<i title="{{ v }}">t</i>',
    "<ul><li>{{ v }}</li></ul>", "<code>{{ v }}</code>", "<br>{{ v }}<br>", "<h1>{{ v }}</h1>", "{{ v|e }} {{ v|trim }}", "<q>{{ v }}</q>",
    "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(v) }}{{ m(m(w)) }}{{ m(a=n) }}", "{% for c in [v, w] %}{{ loop.index }}{{ c }}{% endfor %}",
    "{% trans v=v %}Hello {{ v }}!{% endtrans %}{{ _('Bye') }}{{ _('%(v)s', v=v) }}", "{% autoescape false %}{{ v }}{% endautoescape %}",
    "{% set x %}{{ v }}{% endset %}{{ x ~ w }}{{ [x, w]|join(', ') }}", "{% if not v and (n > 3 or w) %}a{% endif %}{{ w if n > 1 else v }}",
    "{% set a, b = [v, w] %}{{ a }}{{ b }}{{ 'x' + v }}{{ v.split(' ')|length }}{{ theme.brand }}", "{{ -n }}{{ n * 2 }}{{ [1, 2][0] }}",
    "{% for c in [v, w] if c %}{{ c }}{% endfor %}", "{{ none }}{{ '<b>x</b>'|safe }}{{ '\u200e' }}{{ '\u200ex' ~ v }}",
    '<a href="https://www.amazon.com/x?o={{ order_id }}">your order {{ w }}</a>', "<p>The zyxwvut is here.</p>",
    '<table width="100%"><tr><td colspan="2">{{ v }}</td></tr></table>', '<p><span dir="auto">{{ v }}</span></p>', "{{ lang.upper() }}", "<pre>a&#13;b {{ v }}</pre>",
]  # fmt: skip


@pytest.mark.parametrize("body", LAYOUTS)
def test_each_layout_and_use_of_a_value(body: str, tmp_path: Path) -> None:
    made = trial(tmp_path, body)
    for order in variants(made, [("Anna", "Oslo", 1), ("zyxwvut & Co", "Ulm", 12)]):
        alike(made, order)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (lambda html: html.replace("Oslo", "OSLO"), "the message comes out differently by its shape"),
        (lambda html: html.replace("&amp;", "&amp;amp;"), "a value's characters come out as others"),
        (lambda html: re.sub(r'<p style="display:\s*none;?">(.*?)</p>', r"<!--\1-->", html), "values in the structure"),
    ],
)
def test_an_inliner_that_changes_texts(written: Callable[[str], str], reason: str, tmp_path: Path) -> None:
    made = trial(tmp_path, '<p style="display:{{ v }}">{{ w }}</p>')
    usual = made._inline
    made._inline = lambda draft: dataclasses.replace(inlined := usual(draft), html=written(inlined.html))
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    assert reason in slow(
        made, variants(made, [(v, w, 1) for v in ("block", "none") for w in ("Oslo", "Anna", "A & B") for _ in "12"])
    )


def test_a_value_where_mjml_takes_only_some(tmp_path: Path) -> None:
    made = trial(tmp_path, "")
    (tmp_path / "themes/bare/layout.mjml.j2").write_text("", "utf-8")
    (tmp_path / "templates/trial/message.html.j2").unlink()
    (tmp_path / "templates/trial/message.mjml.j2").write_text(
        '<mjml lang="{{ lang }}"><mj-body><mj-section><mj-column><mj-text {{ buyer_name }}="12px">Your order {{ order_id }} is '
        "packed, {{ ship_city }} {{ item_count }} {{ title }}.</mj-text></mj-column></mj-section></mj-body></mjml>", "utf-8")  # fmt: skip
    catalog = Catalog(tmp_path / "templates", tmp_path / "themes")
    made = Pipeline(catalog, catalog.kind("trial:mjml"), catalog.theme("bare"), made.policy)
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    assert "the markup cannot be read with marks for values" in slow(made, variants(made, [("padding-top", "Oslo", 1)]))


def test_a_message_that_says_enough_by_its_values_only(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>Thank you!</p>")
    made = Pipeline(made._catalog, made.kind, made.theme, load("amazon-strict"))
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    town = "Oslo on the west side of the fjord near the old harbour and the big fish market"
    assert "the text around the values has too little content" in slow(made, variants(made, [("Anna", town, 1)]))


def rewritten(folder: Path, made: Pipeline, name: str, text: str) -> None:
    (folder / "templates" / made.kind.name / name).write_text(text, "utf-8")


def test_everything_in_a_box_that_values_move(tmp_path: Path) -> None:
    made = trial(tmp_path, "")
    rewritten(tmp_path, made, "message.html.j2", '<!DOCTYPE html><html lang="{{ lang }}"><body><table><tr><td>Your order {{ order_id }} is being '
              "packed {{ buyer_name }} {{ ship_city }} {{ item_count }}</td></tr></table></body></html>")  # fmt: skip
    assert "the message's inset depends on the values" in slow(made, variants(made, [("Anna", "Oslo", 1)] * 2))


@pytest.mark.parametrize("subject", ["", "x" * 300, "[Important] {{ order_id }}"])
def test_a_subject_that_the_ordinary_way_refuses(subject: str, tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>t</p>")
    rewritten(tmp_path, made, "subject.txt.j2", f"{subject}{{# #}}\n")
    assert "the subject is empty, too long, no text, or marked as important" in slow(
        made, variants(made, [("Anna", "Oslo", 1)])
    )


def test_a_style_sheet_with_fences(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>t</p>")
    (tmp_path / "themes/bare/theme.css").write_text("p::after { content: '\ue000'; }\n", "utf-8")
    catalog = Catalog(tmp_path / "templates", tmp_path / "themes")
    made = Pipeline(catalog, catalog.kind("trial"), catalog.theme("bare"), made.policy)
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    assert "private-use characters in a value" in slow(made, variants(made, [("Anna", "Oslo", 1)]))


@pytest.mark.parametrize(
    ("catalogue", "reason"),
    [('msgid "Hello"\nmsgstr "Hal\ue000lo"\n', "private-use characters in a translation"), ("", "texts without a translation")],
)
def test_translations(catalogue: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "templates/locales").mkdir(parents=True)
    (tmp_path / "templates/locales/ja.po").write_text(
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n{catalogue}', "utf-8"
    )
    made = trial(tmp_path, '<p>{{ _("Hello") }} {{ gettext("Hello") }}</p>')
    japanese = [
        dataclasses.replace(order, marketplace=locale_marketplace("ja")) for order in variants(made, [("Anna", "Ulm", 1)] * 2)
    ]
    assert reason in slow(made, japanese)


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_REMEMBERED", "_MOST"):
        for module in (value_proof, patterns, quoted, macro_cache):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, 3)
    made = trial(
        tmp_path,
        '{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}<p>{{ v }} to {{ w }} {{ m(v) }}</p><a href="https://www.amazon.com/x?{{ n }}">your order {{ w }}</a>',
    )
    for order in variants(made, [(f"Anna & {c * 3}", f"Ulm <{c}>", n) for n, c in enumerate("abcdefghij")] * 2):
        alike(made, order)
    assert made.shapes is not None
    assert made.shapes.stats.fast


def test_a_shape_has_so_many_proofs_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_MOST_PROOFS", 2)
    made = trial(tmp_path, WIDE)
    found = slow(made, variants(made, [("a", "Oslo", 1), ("m" * 7, "Oslo", 1), ("m" * 14, "Oslo", 1), ("a", "Oslo", 1)]))
    assert "too many widths of values in one shape" in found
    assert made.shapes is not None
    assert made.shapes.stats.fast == 3


def test_the_least_used_shapes_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "_MOST_WAITING", 2)
    made = trial(tmp_path, '<p class="{{ v }}">t {{ w|safe }}</p>')
    made.shapes = Shapes(made._renderer, made._inline, made.policy, limit=1_500_000)
    names = [(f"n{i}", w, 1) for w in ("Oslo", "Ulm") for i in range(4) for _ in range(4)]
    for order in variants(made, [*names, *[(f"x{i}", "Ulm", 1) for i in range(4)]]):
        alike(made, order)
    assert made.shapes.stats.slow["the first message of its shape"] > 8
    assert made.shapes._size <= 1_500_000


def test_ordinary_orders_of_a_kind_with_items_and_in_mjml() -> None:
    for kind in ("order_confirmation", "reply:mjml"):
        made = test_shapes.pipeline.__wrapped__(kind, "brand")
        order = test_shapes.samples(kind, "en")[0]
        titled = tuple(dataclasses.replace(item, title="Lamp \ue000") for item in order.items)
        for one in (order, order, dataclasses.replace(order, buyer_name="Émilie"), dataclasses.replace(order, items=titled)):
            alike(made, one)
