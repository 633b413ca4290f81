"""The shape cache says the same as the ordinary way: byte for byte, finding for finding, whatever the values."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from franking.catalog import Catalog, sample_order
from franking.check import frank
from franking.model import Franked, Order, OrderItem
from franking.pipeline import Pipeline, Rejected, locale_marketplace
from franking.policy import load
from franking.render import Unfenceable
from franking.render.fences import has_fence
from franking.shapes import Shapes

TEMPLATES, THEMES = Path("templates"), Path("themes")
KINDS = sorted(p.name for p in TEMPLATES.iterdir() if (p / "kind.toml").exists() and not p.name.startswith("_"))
LANGUAGES = ["en", "de", "fr", "ja", "ar", "tr"]

HOSTILE = [
    "", " ", "Anna Berger", "O'Brien & Söhne <GmbH>", '"quoted"', "a  b", "two\nlines", "tab\there", "\u00a0", "x\u00a0y", "x\u202fy",
    "\ue000x\ue001", "\ue000<b>\ue001", "\ue002", "⸨3⸩", "⸰", "\u200e302-1", "\u202eevil", "\ud800", "\x00", "<script>alert(1)</script>",
    "&amp;", "&#34;", "%s %(name)s {{ 7*7 }}", "call +49 30 901820", "030 / 901820", "mail me at anna dot example dot com", "a@b.example",
    "😀", ":-)", "8-)", "10 % off your next order", "5 star review", "unsubscribe", "https://evil.example/x", "302-1234567-7654321",
    "000-0000000-0000000", "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalterung" * 3, "m" * 60, "i" * 19, "麻のキッチンタオル（3枚組）",
    "مصباح مكتب", "İstanbul ılık", "x" * 3000, "long text " * 250, "Frobnicatorr adress recieve", "e\u0301", "\u2028", "\ufeff", "-", "...",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.text("abcdeÄß '&<>\"-.,:;()@0123456789", max_size=60),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map(" ".join),
)


@cache
def pipeline(kind: str, theme: str) -> Pipeline:
    """A pipeline whose shapes are proven at the first message, and stay for the next examples."""
    catalog = Catalog(TEMPLATES, THEMES)
    made = Pipeline(catalog, catalog.kind(kind), catalog.theme(theme), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    return made


@cache
def samples(kind: str, language: str) -> list[Order]:
    """The kind's sample orders in a language."""
    made = Catalog(TEMPLATES, THEMES).kind(kind)
    return [sample_order(sample, locale_marketplace(language), made) for sample in made.samples]


def alike(made: Pipeline, order: Order, *, important: bool = False) -> bool:
    """Check both ways against each other; whether the fast one was taken."""
    assert made.shapes is not None
    before = made.shapes.stats.fast
    fast, whole = made.franked(order, important=important), made.whole(order, important=important)
    if isinstance(whole, Rejected):
        assert isinstance(fast, Rejected)
        assert fast.findings == whole.findings
        return False
    assert isinstance(fast, Franked)
    assert fast.inlined.html == whole.inlined.html
    assert fast.inlined.text == whole.inlined.text
    assert fast.warnings == whole.warnings
    drafts = [dataclasses.replace(franked.inlined.draft, html="") for franked in (fast, whole)]
    assert drafts[0] == drafts[1]
    return made.shapes.stats.fast > before


@given(data=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_comes_out_the_same_both_ways(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([*KINDS, "order_confirmation:mjml", "reply:mjml"]))
    made = pipeline(kind, data.draw(st.sampled_from(["plain", "brand", "label", "calm"])))
    order = data.draw(st.sampled_from(samples(kind, data.draw(st.sampled_from(LANGUAGES)))))
    alike(made, order)  # a clean one, so that there is a shape to take
    value: Callable[[str], str] = lambda kept: data.draw(st.one_of(st.just(kept), VALUES))  # noqa: E731
    items = tuple(
        OrderItem(item.sku, value(item.title), data.draw(st.sampled_from([item.quantity, 1, 2, 0, 12])),
                  data.draw(st.sampled_from([item.price, Decimal("9.99"), Decimal("123456789.10"), None])), item.asin)
        for item in order.items
    )  # fmt: skip
    varied = dataclasses.replace(
        order, items=items, buyer_name=value(order.buyer_name), recipient_name=value(order.recipient_name),
        ship_city=value(order.ship_city), carrier=value(order.carrier), tracking_number=value(order.tracking_number),
        details={name: value(v) if isinstance(v, str) else v for name, v in order.details.items()},
        id=data.draw(st.sampled_from([order.id, "302-0000001-0000002", "000-0000000-0000000", "305-7777777-1111111"])),
    )  # fmt: skip
    alike(made, varied, important=data.draw(st.booleans()))


@pytest.mark.parametrize("kind", [*KINDS, "order_confirmation:mjml", "reply:mjml"])
@pytest.mark.parametrize("theme", ["plain", "brand", "label", "calm"])
def test_ordinary_orders_of_every_kind_go_the_fast_way(kind: str, theme: str) -> None:
    made = pipeline(kind, theme)
    order = samples(kind, "de")[0]
    assert isinstance(made.whole(order), Franked)
    assert alike(made, order), made.shapes and made.shapes.stats
    other = dataclasses.replace(order, id="305-1234567-7654321", buyer_name="Émilie Grünwald", recipient_name="Émilie Grünwald")
    assert alike(made, other), made.shapes and made.shapes.stats


# What templates may do with a value, each in a place of its own; v and w are values, n a number.
PIECES = [
    "{{ v }}", "({{ v }})", "{{ v }}{{ w }}", "{{ v|safe }}", "{{ v|upper }}", "{{ v|length }}", "{{ v[:3] }}", "{{ v|replace('a', 'b') }}",
    "{% set x %}[{{ v }}]{% endset %}{{ x }}", "{% set x %}[{{ v }}]{% endset %}{{ x|length }}", "{% set x %}{{ v }}{% endset %}{{ x|upper }}",
    "{% set x %}{{ v }}{% endset %}{% if x %}full{% else %}empty{% endif %}", "{% set x %}{{ v }}{% endset %}{% if x == 'a' %}a{% endif %}",
    "{% set x %}{{ v }}{% endset %}{{ x[0] }}", "{% set x %}{{ v }}{% endset %}{{ x.split() }}", "{% set x %}{{ v }}{% endset %}{{ x ~ w }}",
    "{% set x %}{{ v }}{% endset %}{{ '%5s|' % x }}", "{% set x %}{{ v }}{% endset %}{{ x * n }}", "{% set x %}{{ v }}{% endset %}{{ [x, w]|join(', ') }}",
    "{% set x %}{{ v }}{% endset %}{{ (x or w) }}", "{% set x %}{{ v }}{% endset %}{{ w if x else n }}", "{% set x %}{{ v }}{% endset %}{{ x is eq(w) }}",
    "{% set x %}{{ v }}{% endset %}{% for c in x %}{{ c }}.{% endfor %}", "{% set x %}{{ v }}{% endset %}{{ ', '.join([x]) }}",
    "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(v) }}", "{% macro m(a) %}<b>{{ a }}</b>{% endmacro %}{{ m(m(v)) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(v)|length }}", "{% macro m(a) %}{{ caller() }}{% endmacro %}{% call m(1) %}{{ v }}{% endcall %}",
    "{% for c in v.split(' ') %}{{ loop.index }}:{{ c }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% if v %}{{ v }}{% endif %}",
    "{% if n > 3 %}many{% else %}few{% endif %}", "{% trans v=v %}Hello {{ v }}!{% endtrans %}", "{% trans n=n, v=v %}one {{ v }}{% pluralize %}{{ n }} of {{ v }}{% endtrans %}",
    "{{ _('Hello %(v)s', v=v) }}", "{{ _('%(v)8s|', v=v) }}", "{{ _('100%% %(v)s', v=v)|length }}", "{% autoescape false %}{{ v }}{% endautoescape %}",
    "{% autoescape false %}{{ w }}{% set x %}{{ v }}{% endset %}{{ x }}{% endautoescape %}", "{% filter upper %}{{ v }}{% endfilter %}", "{% filter trim %}{{ v }}{% endfilter %}",
    "<i title=\"{{ v }}\">t</i>", "<i style=\"padding-left:{{ n }}px\">t</i>", "<p style=\"margin-left:{{ n }}%\">t</p>", "<i class=\"{{ v }}\">t</i>", "<i data-x={{ v }}>t</i>",
    "<a href=\"https://www.amazon.de/x?o={{ order_id }}&amp;v={{ v }}\">link {{ w }}</a>", "<a href=\"{{ v }}\">a link</a>", "<a href=\"https://www.amazon.de/{{ v }}\">{{ v }}</a>",
    "<a href=\"https://www.amazon.de/y\">{{ v }}</a>", "<!-- {{ v }} -->", "<style>.a{margin-left:{{ n }}px}</style>", "<pre>{{ v }}</pre>", "<p style=\"white-space:pre-line\">{{ v }}</p>",
    "<table><tr><td>{{ v }}</td><td style=\"padding:0 15%\">t</td></tr></table>", "<table><tr><td>{{ v }}</td><td>{{ w }}</td></tr></table>",
    "<table width=\"100%\"><tr><td style=\"white-space:nowrap\">{{ v }}</td></tr></table>", "<table align=\"center\"><tr><td>{{ v }}</td></tr></table>",
    "<div style=\"float:left\">{{ v }}</div><div style=\"margin-left:15%\">t</div>", "<div style=\"display:flex\"><div>{{ v }}</div><div>t</div></div>",
    "<div style=\"display:inline-block;padding:0 10%\">{{ v }}</div>", "<span lang=\"fr\">{{ v }}</span>", "<code>{{ v }}</code>", "<br>{{ v }}<br>", "<p>{{ v }}</p>",
    "<svg><text>{{ v }}</text></svg>", "<textarea>{{ v }}</textarea>", "<ul><li>{{ v }}</li><li>{{ w }}</li></ul>", "<h1>{{ v }}</h1>", "{{ v|e }}", "{{ v|trim }}", "{{ v|default('x') }}",
    "<table style=\"margin:0 auto;font-size:40px\"><tr><td>{{ v }}</td></tr></table>", "<p>The zyxwvut is here.</p>",
]  # fmt: skip

KIND = """title = "Trial"
purpose = "order confirmation / confirm order details"
window = "contact"
states = ["unshipped"]
needs = []
duplicates_marketplace = true
[variables]
order_id = {{ about = "id" }}
buyer_name = {{ about = "v", optional = true }}
ship_city = {{ about = "w", optional = true }}
item_count = {{ type = "number", about = "n" }}
"""


def trial(folder: Path, body: str) -> Pipeline:
    """A pipeline for a template of one's own, in a bare theme."""
    (folder / "templates/trial/samples").mkdir(parents=True, exist_ok=True)
    (folder / "themes/bare").mkdir(parents=True, exist_ok=True)
    kind = folder / "templates/trial"
    (kind / "kind.toml").write_text(KIND.replace("{{", "{").replace("}}", "}"), "utf-8")
    (kind / "subject.txt.j2").write_text("Order {{ order_id }}\n", "utf-8")
    names = "{% set v = buyer_name %}{% set w = ship_city %}{% set n = item_count %}"
    (kind / "message.html.j2").write_text(
        names + '<!DOCTYPE html><html lang="{{ lang }}"><head><title>{{ title }}</title></head><body><p>Order {{ order_id }}'
        f" {{{{ v }}}} {{{{ w }}}} {{{{ n }}}}</p>\n{body}\n</body></html>", "utf-8")  # fmt: skip
    (folder / "themes/bare/theme.toml").write_text('[brand]\nname = "Northwind"\n', "utf-8")
    (folder / "themes/bare/theme.css").write_text("p { margin: 0 0 12px; }\n", "utf-8")
    (folder / "themes/bare/layout.html.j2").write_text("", "utf-8")
    (kind / "samples/one.json").write_text(
        '{"title": "One", "order": {"id": "302-1234567-7654321", "purchased_at": "2026-11-20T10:00:00", "buyer_name": "Anna",'
        ' "items": [{"sku": "A", "title": "Lamp", "quantity": 1}]}}', "utf-8")  # fmt: skip
    catalog = Catalog(folder / "templates", folder / "themes")
    made = Pipeline(catalog, catalog.kind("trial"), catalog.theme("bare"), load())
    made.shapes = Shapes(made._renderer, made._inline, made.policy, proven_at=1)
    return made


def variants(made: Pipeline, values: list[tuple[str, str, int]]) -> list[Order]:
    """Orders that give v, w and n their values."""
    order = sample_order(made.kind.samples[0], locale_marketplace("en"), made.kind)
    return [
        dataclasses.replace(order, buyer_name=v, ship_city=w, id=f"302-1234567-{i:07d}",
                            items=(OrderItem("A", "Lamp", n, None, ""),))
        for i, (v, w, n) in enumerate(values)
    ]  # fmt: skip


# Templates may repeat a value, so that the longest are left to the orders above.
SHORT = VALUES.filter(lambda value: len(value) < 500)
TRIPLES = st.tuples(SHORT, SHORT, st.sampled_from([1, 2, 12]))
PLAIN_TRIPLES = st.tuples(
    st.text("abcdefg hijk'&<\"", max_size=30),
    st.sampled_from(["Oslo", "a b", "Bad Homburg", "mmmmmmmmmmmm"]),
    st.sampled_from([1, 2, 30]),
)


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4, unique=True),
    values=st.lists(st.one_of(TRIPLES, PLAIN_TRIPLES, PLAIN_TRIPLES), min_size=2, max_size=6),
)
@example(
    pieces=["{% set x %}{{ v }}{% endset %}{% if x %}full{% else %}empty{% endif %}"],
    values=[("Anna", "Oslo", 1), ("", "Oslo", 1)],
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_template_comes_out_the_same_both_ways(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], values: list[tuple[str, str, int]]
) -> None:
    made = trial(tmp_path_factory.mktemp("trial"), "\n".join(pieces))
    for order in variants(made, values):
        alike(made, order)


@pytest.mark.parametrize("piece", PIECES)
def test_each_way_to_use_a_value(tmp_path: Path, piece: str) -> None:
    made = trial(tmp_path, piece)
    plain = [
        ("Anna", "Oslo", 1),
        ("Berta", "Bad Homburg", 1),
        ("Anna & Co", "Oslo", 1),
        ("", "Oslo", 12),
        ("a <b> \"c\" 'd'", "Ulm", 1),
    ]
    plain += [("a", "Oslo", 1), ("b", "Oslo", 1), ("Oslo", "Oslo", 1), ("zyxwvut", "Oslo", 1), ("b", "Oslo", 1)]
    widths = [
        ("m" * 12, "Ulm", 1),
        ("m" * 8, "Ulm", 1),
        ("i", "Ulm", 1),
        ("m" * 25, "Ulm", 1),
        ("m" * 9 + " iii", "Ulm", 1),
        ("Anna", "m" * 12, 1),
    ]
    for order in variants(made, [*plain, *widths]):
        alike(made, order)


def test_a_layout_that_hangs_on_a_value_is_checked_each_time(tmp_path: Path) -> None:
    made = trial(tmp_path, '<table style="margin:0 auto;font-size:40px"><tr><td>{{ v }}</td></tr></table>')
    wide, narrow = variants(made, [("m" * 12, "Ulm", 1), ("m" * 8, "Ulm", 1)])
    assert isinstance(made.whole(wide), Franked)
    assert isinstance(made.whole(narrow), Rejected), "the narrower table has wider margins"
    for order in (wide, narrow, wide):
        assert not alike(made, order)


def test_a_word_is_right_for_the_orders_that_hold_it(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>The zyxwvut is here.</p>")
    assert [alike(made, order) for order in variants(made, [("zyxwvut", "Oslo", 1), ("Anna", "Oslo", 1), ("zyxwvut", "Ulm", 1)])] == [
        True, False, True,
    ]  # fmt: skip


def test_what_stands_in_the_structure_has_a_shape_of_its_own(tmp_path: Path) -> None:
    made = trial(tmp_path, '<p style="margin-left:{{ n }}%">t</p>')
    verdicts = [isinstance(made.franked(order), Franked) for order in variants(made, [("A", "B", n) for n in (5, 30, 5, 30)])]
    assert verdicts == [True, False, True, False]


def test_the_stats_say_how_and_why(tmp_path: Path) -> None:
    made = trial(tmp_path, "{{ v|safe }}")
    made.shapes = Shapes(made._renderer, made._inline, made.policy)
    for order in variants(made, [("Anna", "Oslo", 1)] * 5 + [("two\nlines", "Oslo", 1), ("a@b.example", "Oslo", 1)]):
        made.franked(order)
    stats = made.shapes.stats
    assert stats.fast == 4
    assert stats.slow == Counter({"the first message of its shape": 2, "unusual characters or spaces in a value": 1})


def test_the_cache_holds_no_more_than_its_limit(tmp_path: Path) -> None:
    made = trial(tmp_path, "{{ v|safe }}")
    made.shapes = Shapes(made._renderer, made._inline, made.policy, limit=3_000_000, proven_at=1)
    for order in variants(made, [(f"name {'x' * i}", "Oslo", 1) for i in range(40)]):
        alike(made, order)
    assert made.shapes._size <= 3_000_000
    assert 1 < len(made.shapes._skeletons) < 40


def test_structures_of_one_skeleton_are_bounded_too(tmp_path: Path) -> None:
    made = trial(tmp_path, '<p class="{{ v }}">t</p>')
    made.shapes = Shapes(made._renderer, made._inline, made.policy, limit=3_000_000, proven_at=1)
    names = [f"n{i}" for i in range(20)]
    for order in variants(made, [(name, "Oslo", 1) for name in names for _ in range(3)]):
        alike(made, order)
    assert made.shapes.stats.fast >= 20, "a structure that comes again has a shape"
    assert made.shapes._size <= 3_000_000
    (skeleton,) = made.shapes._skeletons.values()
    assert 1 < len(skeleton.shapes) < 20


def test_a_megabyte_of_value_costs_no_shape(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>t</p>")
    (order,) = variants(made, [("word " * 200_000, "Oslo", 1)])
    assert made.shapes is not None
    assert made.shapes.frank(order, "en", "en_US", str) is None
    assert made.shapes._size < 100_000


def test_fences_in_an_order_are_no_fences(tmp_path: Path) -> None:
    made = trial(tmp_path, "{{ v|safe }}")
    (order,) = variants(made, [("\ue000<b>x</b>\ue001", "Oslo", 1)])
    with pytest.raises(Unfenceable, match="private-use"):
        made._renderer.fenced(order, "en", "en_US")
    alike(made, order)


def test_fences_are_found_in_containers() -> None:
    assert has_fence(["a", ("b", {"c": "\ue000x\ue001"})])
    assert not has_fence(["a", ("b", {"c": 3}), None])


def test_only_the_checker_makes_franked_messages_of_shapes(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>t</p>")
    order = variants(made, [("Anna", "Oslo", 1)])[0]
    franked = made.franked(order)
    assert isinstance(franked, Franked)
    again = frank(made.compose(order), made.policy)
    assert isinstance(again, Franked)
    assert again.inlined.html == franked.inlined.html
