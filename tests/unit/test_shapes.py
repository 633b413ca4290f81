"""The shape cache says the same as the ordinary way: byte for byte, finding for finding, whatever the values."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline, Rejected
from franking.catalog import Catalog, sample_order
from franking.check import frank
from franking.model import Franked, Order, OrderItem, Thread
from franking.policy import load
from franking.shape_cache.fenced_renderer import FencedRenderer
from franking.shape_cache.fences import Unfenceable, has_fence
from franking.shape_cache.shapes import Shapes
from tests.unit.shapes import VALUES, alike, trial, variants

TEMPLATES, THEMES = Path("templates"), Path("themes")
KINDS = sorted(p.name for p in TEMPLATES.iterdir() if (p / "kind.toml").exists() and not p.name.startswith("_"))
LANGUAGES = ["en", "de", "fr", "ja", "ar", "tr"]


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
    thread = Thread(data.draw(st.text("aÄ🎉[]:-)", min_size=1, max_size=30)), "<1@amazon.example>", ("<0@amazon.example>",))
    alike(made, dataclasses.replace(varied, thread=data.draw(st.sampled_from([None, thread]))))


@pytest.mark.parametrize("kind", [*KINDS, "order_confirmation:mjml", "reply:mjml"])
@pytest.mark.parametrize("theme", ["plain", "brand", "label", "calm"])
def test_ordinary_orders_of_every_kind_go_the_fast_way(kind: str, theme: str) -> None:
    made = pipeline.__wrapped__(kind, theme)  # one of its own: five odd messages of a skeleton let it go the ordinary way
    order = samples(kind, "de")[0]
    assert isinstance(made.whole(order), Franked)
    assert alike(made, order), made.shapes and made.shapes.stats
    other = dataclasses.replace(order, id="305-1234567-7654321", buyer_name="Émilie Grünwald", recipient_name="Émilie Grünwald")
    assert alike(made, other), made.shapes and made.shapes.stats


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
    assert isinstance(made.shapes, Shapes)
    assert made.shapes.frank(order, "en", "en_US") is None
    assert made.shapes._size < 100_000


def test_fences_in_an_order_are_no_fences(tmp_path: Path) -> None:
    made = trial(tmp_path, "{{ v|safe }}")
    (order,) = variants(made, [("\ue000<b>x</b>\ue001", "Oslo", 1)])
    with pytest.raises(Unfenceable, match="private-use"):
        FencedRenderer(made._renderer).render(order, "en", "en_US")
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


ARABIC = [
    "Anna Berger",
    "Shelf (2)",
    "آنا",
    "آنا (Anna)",
    "\u2067x",
    "x\u2069",
    "x\u202c",
    '<span dir="auto">',
    "</span>x",
    "<bdi>",
    "50 %",
    "",
    "-",
    "3",
    "\u200f",
    "O'Brien & Co",
]


@pytest.mark.parametrize("theme", ["plain", "brand", "label", "calm"])
@pytest.mark.parametrize("kind", ["order_confirmation", "delivery_scheduling", "reply", "order_confirmation:mjml"])
def test_arabic_messages_come_out_the_same_both_ways(kind: str, theme: str) -> None:
    made = pipeline.__wrapped__(kind, theme)
    order = samples(kind, "ar")[0]
    fast = [alike(made, order)]
    for number, name in enumerate(ARABIC):
        titled = tuple(dataclasses.replace(item, title=name or item.title) for item in order.items)
        one = dataclasses.replace(order, id=f"302-1234567-{number:07d}", buyer_name=name, recipient_name=name, items=titled)
        fast.append(alike(made, one))
    whole = made.whole(dataclasses.replace(order, buyer_name="آنا (Anna)", recipient_name="آنا (Anna)"))
    assert isinstance(whole, Franked)
    assert len(re.findall('<span dir="auto"[ >]', whole.inlined.html)) == whole.inlined.html.count("</span>") > 0
    assert whole.inlined.text.count("\u2068") == whole.inlined.text.count("\u2069") > 0
    assert any(fast) == (not kind.startswith("order"))  # direction marks in orders' numbers and prices ask for the ordinary way


BODIES = [
    '<p title="{{ v }}">{{ v }} ({{ n }})</p>', '<p>{{ _("Hello %(name)s", name=v) }}</p>', '<ul><li>{{ v }}: {{ w }}</ul>',
    '<p>{{ v }} <q>{{ w }}</q> m<sup>{{ n }}</sup></p>', '<table><tr><td>{{ v }}</td><td>{{ w }}</td></tr></table>',
    '<p><a href="https://www.amazon.sa/x?{{ n }}">{{ v }}</a></p>', "<pre>{{ v }}\n  {{ w }}</pre>",
    "{% set both %}{{ v }} {{ w }}{% endset %}<p>{{ both }}</p>", "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}<p>{{ m(v) }} {{ m(w) }}</p>",
    '<p>{{ v|upper }} {{ v ~ w }} {{ "%s (%s)"|format(v, w) }}</p>', "<p>{% if v %}{{ v }}{% else %}x{% endif %} {{ n + 1 }}</p>",
    '<p style="visibility:hidden"><b style="visibility:visible">{{ v }}</b></p><p>{{ w }}</p>', "<p>{{ ngettext('%(num)s piece', '%(num)s pieces', n) }} {{ v }}</p>",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_arabic_templates_come_out_the_same_both_ways(tmp_path: Path, body: str) -> None:
    (tmp_path / "templates/locales").mkdir(parents=True)
    (tmp_path / "templates/locales/ar.po").write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgid "Hello %(name)s"\nmsgstr "مرحبًا %(name)s،"\n\n'
        'msgid "%(num)s piece"\nmsgid_plural "%(num)s pieces"\nmsgstr[0] "قطعة %(num)s"\nmsgstr[1] "%(num)s قطع"\n', "utf-8"
    )  # fmt: skip
    made = trial(tmp_path, body)
    arabic = sample_order(made.kind.samples[0], locale_marketplace("ar"), made.kind)
    fast = [
        alike(made, dataclasses.replace(order, marketplace=arabic.marketplace))
        for order in variants(
            made, [(name, other, n) for n, (name, other) in enumerate(zip(ARABIC, reversed(ARABIC), strict=True), 1)] * 2
        )
    ]
    assert any(fast)
