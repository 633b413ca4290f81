"""Macros recalled by their arguments: what is made again is what would be made afresh."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from babel.support import NullTranslations
from jinja2 import DictLoader

from franking.catalog import untranslated
from franking.rendering.environment import make_environment
from franking.rendering.isolation import Sandbox
from franking.rendering.values import Item
from franking.shape_cache.fences import CLOSE, OPEN, FencedEnvironment

PARTS = """{% macro show(x) %}[{{ x }}]{% endmacro %}
{% macro row(item) %}<td>{{ item.title }}</td><td>{{ item.price }}</td><td>{{ item.quantity }}</td>{% endmacro %}
{% macro each(list) %}{% for x in list %}{{ show(x) }}{% endfor %}{% endmacro %}
{% macro told(x) %}{{ _("Hello") }} {{ x }}{% endmacro %}"""


def environment(kind: Any, name: str, body: str) -> Any:
    files = {"p.html.j2": PARTS, "t.html.j2": f'{{% from "p.html.j2" import {name} %}}{body}'}
    return make_environment(kind, DictLoader(files), NullTranslations(), "en_US")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("show", ["a", "b", "a", "<b>", "&lt;b&gt;", 1, True, "1", Decimal("1"), Decimal("1.0"), Decimal("1.00"), None, "None", 0, False, ""]),
        ("each", [["a", "b"], ["ab"], ["a", ["b"]], [], [[]], ("a", "b"), ["a", "b"], [1], [True], [Decimal("1")]]),
        ("row", [Item("A", 1, Decimal("1.0"), "s"), Item("A", 1, Decimal("1.00"), "s"), Item("A", 1, None, "s"), Item("A", 1, Decimal("1.0"), "s")]),
    ],
)  # fmt: skip
def test_what_is_recalled_is_what_would_be_made(name: str, values: list[Any]) -> None:
    """Values that are equal, and are written in two ways, among them."""
    plain = environment(Sandbox, name, f"{{{{ {name}(v) }}}}").get_template("t.html.j2")
    fenced = environment(FencedEnvironment, name, f"{{{{ {name}(v) }}}}").get_template("t.html.j2")
    for value in values * 2:
        assert fenced.render(v=value).replace(OPEN, "").replace(CLOSE, "") == plain.render(v=value), value


def test_the_order_s_id_is_fenced_each_time() -> None:
    made = environment(FencedEnvironment, "show", "{{ show(v) }}")
    template = made.get_template("t.html.j2")
    for identity in ("302-1", "302-2"):
        made.order_id = identity
        assert template.render(v=f"see {identity}") == f"[see {OPEN}{identity}{CLOSE}]"
    # A text that another order's ID is in is a text like any other; this order's is fenced though it was recalled.
    made.order_id = "302-1"
    assert template.render(v="see 302-2") == f"[{OPEN}see 302-2{CLOSE}]"
    made.order_id = "302-2"
    assert template.render(v="see 302-2") == f"[see {OPEN}302-2{CLOSE}]"


def test_an_item_with_the_order_s_id_is_fenced_each_time() -> None:
    made = environment(FencedEnvironment, "row", "{{ row(v) }}")
    template = made.get_template("t.html.j2")
    for identity in ("302-1", "302-2"):
        made.order_id = identity
        assert f"{OPEN}{identity}{CLOSE}" in template.render(v=Item(f"Lamp for {identity}", 1, None, "s"))
    assert not made.recalled._texts


def test_what_cannot_be_described_is_made_each_time() -> None:
    made = environment(FencedEnvironment, "show", "{{ show(v) }}")
    template = made.get_template("t.html.j2")
    for value in ({"a": 1}, [{"a": 1}], {"a": 2}):
        assert template.render(v=value).replace(OPEN, "").replace(CLOSE, "").count("a") == 1
    assert not made.recalled._texts


def test_what_is_not_translated_is_noted_each_time() -> None:
    from franking.catalog.translations import Catalogue

    files = {"p.html.j2": PARTS, "t.html.j2": '{% from "p.html.j2" import told %}{{ told(v) }}'}
    template = make_environment(FencedEnvironment, DictLoader(files), Catalogue(), "de_DE").get_template("t.html.j2")
    for _ in range(3):
        lost: list[str] = []
        noting = untranslated.set(lost)
        template.render(v="a")
        untranslated.reset(noting)
        assert lost == ["Hello"]


def test_rows_are_recalled_at_all() -> None:
    made = environment(FencedEnvironment, "row", "{{ row(v) }}")
    template = made.get_template("t.html.j2")
    for _ in range(3):
        template.render(v=Item("A", 1, Decimal("1.0"), "s"))
    assert len(made.recalled._texts) == 1
    for number in range(3000):  # and never too many
        template.render(v=Item("A", number, None, "s"))
    assert len(made.recalled._texts) <= 1024
