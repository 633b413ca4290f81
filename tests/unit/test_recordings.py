"""Recorded renderings: used where templates do nothing but put values out, and the same as the usual ones."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from franking.batch.locales import locale_marketplace, preferred_locale
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.model import Order, OrderItem
from franking.policy import load
from franking.shape_cache.fenced_renderer import FencedRenderer
from franking.shape_cache.recordings import Start
from tests.unit.shapes import alike, trial, variants

ROOT = Path(__file__).parents[2]
CATALOG = Catalog(ROOT / "templates", ROOT / "themes")
KINDS = CATALOG.kinds()
AT_ONCE = Start(messages=1, alike=1)


class Counted(FencedRenderer):
    """Notes how many messages the templates rendered."""

    rendered = 0

    def _usual(self, *args: object) -> object:  # type: ignore[override]
        self.rendered += 1
        return super()._usual(*args)  # type: ignore[arg-type]


def counted(made: Pipeline, start: Start = AT_ONCE) -> Counted:
    return Counted(made._renderer, start)


def others(order: Order) -> list[Order]:
    """Orders of other buyers: names, prices, products and days differ."""
    return [
        dataclasses.replace(
            order, id=f"302-7654321-{n:07d}", buyer_name=f"Anna {'Berta'[: n % 4 + 1]} O'Neil & Söhne", ship_city=f"Bad Ort {n}",
            purchased_at=order.purchased_at + timedelta(hours=31 * n),
            items=tuple(
                dataclasses.replace(item, title=f"{item.title} <{n}>", price=item.price and item.price + Decimal(n) / 10)
                for item in order.items
            ),
        )
        for n in range(8)
    ]  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_messages_of_each_kind_are_rendered_once_for_many(name: str) -> None:
    kind = CATALOG.kind(name)
    made = Pipeline(CATALOG, kind, CATALOG.theme("brand"), load())
    for language in ("en", "de", "ja"):
        fenced = counted(made)
        order = sample_order(kind.samples[0], locale_marketplace(language), kind)
        locale = preferred_locale(order)
        for one in others(order):
            draft, filled = fenced.render(one, language, locale)
            usual_draft, usual = FencedRenderer(made._renderer).render(one, language, locale)
            assert (draft, filled) == (usual_draft, usual)
        assert fenced.rendered == 3, "one is recorded, and two uses are compared"


def test_items_without_price_have_recordings_of_their_own() -> None:
    kind = CATALOG.kind("order_confirmation")
    made = Pipeline(CATALOG, kind, CATALOG.theme("brand"), load())
    fenced = counted(made)
    order = sample_order(kind.samples[0], locale_marketplace("en"), kind)
    unpriced = dataclasses.replace(order, items=tuple(dataclasses.replace(item, price=None) for item in order.items))
    for one in [each for pair in zip(others(order), others(unpriced), strict=True) for each in pair]:
        assert fenced.render(one, "en", "en_GB") == FencedRenderer(made._renderer).render(one, "en", "en_GB")
    assert fenced.rendered == 6


def test_what_a_template_asks_of_an_item_is_asked_only_where_there_is_one(tmp_path: Path) -> None:
    trial(tmp_path, "x")
    folder = tmp_path / "templates/trial"
    with (folder / "kind.toml").open("a", encoding="utf-8") as toml:
        toml.write('items = { type = "items", about = "i" }\ncurrency = { about = "c" }\n')
    shown = "{{ buyer_name }} {{ ship_city }} {{ item_count }} {% for item in items %}{% if item.price|money(currency) %}{{ item.price|money(currency) }}{% endif %}{% endfor %}"
    (folder / "message.html.j2").write_text(shown, "utf-8")
    catalog = Catalog(tmp_path / "templates", tmp_path / "themes")
    made = Pipeline(catalog, catalog.kind("trial"), catalog.theme("bare"), load())
    fenced = counted(made)
    item = OrderItem("A", "Lamp", 2, Decimal("3.50"), "")
    (order,) = variants(made, [("Anna", "Oslo", 1)])
    for count in (3, 3, 1, 1, 2, 3, 1, 3, 1, 1):
        one = dataclasses.replace(order, items=(item,) * count, currency="EUR")
        assert fenced.render(one, "en", "en_US") == FencedRenderer(made._renderer).render(one, "en", "en_US")
    assert fenced.rendered < 10


@pytest.mark.parametrize(
    "subject",
    [
        "Order {{ order_id }}", "{{ buyer_name }}: {{ order_id }}", "For {{ buyer_name }} ", "Yours", "{% if ship_city %}{{ ship_city }}{% endif %} x",
        "{{ buyer_name|upper }} {{ order_id }}", "{{ _('Hello %(v)s', v=buyer_name) }}", "{{ buyer_name ~ ' ' ~ order_id }}", "{{ buyer_name|e }}",
        "{{ item_count }}  of {{ order_id[:3] }}", "{% autoescape true %}{{ buyer_name }}{% endautoescape %}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", ["{{ title }}", "<p title='{{ title }}'>x</p>", "{{ title|safe }}", "{{ title|length }}", ""])
def test_subjects_come_out_the_same(tmp_path: Path, subject: str, body: str) -> None:
    made = trial(tmp_path, body)
    (tmp_path / "templates/trial/subject.txt.j2").write_text(subject, "utf-8")
    values = [
        ("Anna", "Oslo", 1),
        ("Berta & Co", "Ulm", 2),
        (" Carl  Otto", "", 1),
        ("", "Oslo", 1),
        ("Dora", "a  b", 1),
        ("<b>E</b>", "Ulm", 1),
    ]
    for order in variants(made, values * 2):
        alike(made, order)


def test_values_that_a_template_looks_into_are_the_same_in_a_recording(tmp_path: Path) -> None:
    made = trial(tmp_path, "{% if n > 3 %}many{% else %}few{% endif %} {{ w|upper }}")
    fenced = counted(made)
    values = [(f"Anna {i}", ("Oslo", "Ulm")[i % 2], (1, 5)[i // 2 % 2]) for i in range(80)]
    for order in variants(made, values):
        _, filled = fenced.render(order, "en", "en_US")
        assert f"{'many' if order.items[0].quantity > 3 else 'few'} {order.ship_city.upper()}" in filled.text()
    assert fenced.rendered < 20, "each city and number is rendered three times"
    recordings = fenced.recordings("en", "en_US")
    assert recordings is not None
    assert {key[0] for key in recordings._pins} == {"value"}


def test_a_title_without_the_order_id_is_one_value_as_usual(tmp_path: Path) -> None:
    made = trial(tmp_path, "x")
    (tmp_path / "templates/trial/subject.txt.j2").write_text("For {{ buyer_name }} in {{ ship_city }}", "utf-8")
    fenced = counted(made)
    for order in variants(made, [(f"Anna {i}", "Oslo", 1) for i in range(5)]):
        assert fenced.render(order, "en", "en_US") == FencedRenderer(made._renderer).render(order, "en", "en_US")
    assert fenced.rendered == 3


def test_texts_around_the_order_id_are_the_same_in_a_recording(tmp_path: Path) -> None:
    made = trial(tmp_path, "<p>{{ v }} and {{ w }}</p>{% if v %}x{% endif %}")
    orders = [
        dataclasses.replace(order, buyer_name=name.replace("{}", order.id))
        for order, name in zip(
            variants(made, [("", "Oslo", 1)] * 12),
            ["Anna {}", "Berta {}", "{}", "Anna {}, {}", "Anna", "{} & Co"] * 2,
            strict=True,
        )
    ]
    for order in orders:
        alike(made, order)


@pytest.mark.parametrize("condition", ["w", "not w", "w and v", "w or n > 3", "n and w", "(n - 1 if n > 1 else 0)"])
def test_empty_values_have_recordings_of_their_own(tmp_path: Path, condition: str) -> None:
    made = trial(tmp_path, f"{{% if {condition} %}}here{{% else %}}there{{% endif %}} {{{{ 'x' if {condition} else 'y' }}}}")
    for order in variants(made, [("Anna", "Oslo", 1), ("Berta", "", 1), ("", "Ulm", 5), ("Carl", "Ulm", 2), ("", "", 1)] * 4):
        alike(made, order)


@pytest.mark.parametrize(
    "body", ["{{ v|safe }}", "{% autoescape false %}{{ v }}{% endautoescape %}", "{% for c in v %}{{ c }}{% endfor %}"]
)
def test_what_cannot_be_recorded_is_rendered(tmp_path: Path, body: str) -> None:
    made = trial(tmp_path, body)
    fenced = counted(made)
    for order in variants(made, [(f"Anna {i} & Co", "Oslo", 1) for i in range(9)]):
        fenced.render(order, "en", "en_US")
    assert fenced.rendered == 9


def test_the_first_messages_are_not_recorded(tmp_path: Path) -> None:
    made = trial(tmp_path, "x")
    fenced = counted(made, Start(messages=5, alike=2))
    for order in variants(made, [("Anna", "Oslo", 1)] * 12):
        fenced.render(order, "en", "en_US")
    assert fenced.rendered == 5 + 1 + 2


def test_after_a_difference_no_recording_is_used(tmp_path: Path) -> None:
    made = trial(tmp_path, "x")
    fenced = counted(made)
    orders = variants(made, [("Anna", "Oslo", 1)] * 5)
    fenced.render(orders[0], "en", "en_US")
    recordings = fenced.recordings("en", "en_US")
    assert recordings is not None
    (recording,) = recordings._known.values()
    assert recording is not None
    recording._statics[0] += "y"  # as a fault in what is recorded would
    for order in orders[1:]:
        _, filled = fenced.render(order, "en", "en_US")
        assert "y<" not in filled.text()
    assert recordings.failed
    assert fenced.rendered == 5


def test_messages_from_right_to_left_are_not_recorded() -> None:
    kind = CATALOG.kind("order_confirmation")
    made = Pipeline(CATALOG, kind, CATALOG.theme("brand"), load())
    assert counted(made).recordings("ar", "ar_EG") is None
