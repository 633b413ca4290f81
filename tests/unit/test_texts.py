"""Damaged texts of orders, and the many that only look like it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale

from franking.model import Kind, Order, OrderItem
from franking.model.damage import damage, lost_name
from franking.model.mojibake import repaired
from franking.orders import open_orders
from franking.orders.details import open_details
from franking.permit import Context, permit
from franking.policy import load, marketplace

TEXTS: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "data" / "texts.yml").read_text("utf-8"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GERMANY = marketplace("Amazon.de")
assert GERMANY is not None
ORDER = Order(
    "302-1234567-1234567", GERMANY, NOW - timedelta(days=2), (OrderItem("S", "Lamp", 1),), "q7x2m9@marketplace.amazon.de",
    "Anna Beck", "Anna Beck", "unshipped", carrier="DHL", tracking_number="0034", ship_city="Köln",
)  # fmt: skip
KIND = Kind("order_confirmation", "", "", "", "contact", frozenset(["unshipped"]), frozenset(["items"]), ())
CONTEXT = Context(load(), NOW, "default", lambda _key: None)


@pytest.mark.parametrize("text", TEXTS["permitted"])
def test_what_people_write_passes_as_it_is(text: str) -> None:
    assert damage(text) == ""
    assert repaired(text) == text
    assert not isinstance(permit(replace(ORDER, buyer_name=text), KIND, CONTEXT), list)


LANGUAGES = (
    "en de fr it es nl sv pl ja tr pt ar ro cs sk hu da fi nb el ru uk bg he fa hi th ko zh vi lt lv et hr sr sl ga cy is ca eu gl "
    "ku smn br mt sq hy ka bn ta te si km my am az kk uz mn lo ne ur ps"
).split()


def test_names_of_the_world_pass_in_every_dress() -> None:
    """Names of countries and languages in sixty languages, as they stand in titles."""
    names: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        names.update(locale.territories.values(), locale.languages.values())
    assert len(names) > 20_000
    dressed = [
        text for name in sorted(names)[::4] for text in (f"„{name}“", f"{name.upper()}’S", f"« {name.upper()}\u00a0» {name}®")
    ]
    assert [text for text in dressed if damage(text) or repaired(text) != text] == []


def misread(text: str) -> str:
    """The text's UTF-8 as Windows-1252, with the five bytes that it does not have as the control characters of ISO-8859-1."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("language", "de fr it es nl sv pl ja tr pt ar ro da hu el ru he ko zh hi vi".split())
def test_double_encoding_is_taken_back_to_what_it_was_and_to_nothing_else(language: str) -> None:
    locale = Locale.parse(language)
    names = {name for plain in (*locale.territories.values(), *locale.languages.values()) for name in (plain, plain.upper())}
    names = {name for name in sorted(names)[::3] if not name.isascii()}
    kept = [name for name in names if (made := repaired(misread(name))) != name and made == misread(name)]
    assert all(repaired(misread(name)) in (name, misread(name)) for name in names)
    assert len(kept) <= max(8, len(names) // 50), kept
    assert all(repaired(misread(misread(name))) in (name, misread(misread(name))) for name in names)


def test_there_are_enough_of_them() -> None:
    assert len(TEXTS["permitted"]) >= 80


@pytest.mark.parametrize(("text", "before"), [(a, b) for a, b in TEXTS["repaired"].items() if b is not None])
def test_what_is_certainly_double_encoded_is_taken_back(text: str, before: str) -> None:
    assert repaired(text) == before
    assert damage(before) == ""
    assert repaired(before) == before
    assert "double-encoded" in damage(text) or "U+0" in damage(text)


@pytest.mark.parametrize(("text", "told"), TEXTS["refused"].items())
def test_what_is_damaged_is_refused_and_not_quoted(text: str, told: str) -> None:
    assert told in damage(text)
    assert damage(repaired(text)) != ""
    result = permit(replace(ORDER, buyer_name=text), KIND, CONTEXT)
    assert isinstance(result, list)
    assert [refusal.rule for refusal in result] == ["garbled"]
    assert text not in result[0].message


def test_half_a_character() -> None:
    assert "half a character, U+D83D" in damage("Candle \ud83d")


@pytest.mark.parametrize(("name", "lost"), [("??? ????", True), ("?.?", True), ("?", False), ("Anna ?", False), ("", False)])
def test_a_name_of_question_marks_is_lost(name: str, lost: bool) -> None:
    assert lost_name(name) is lost
    assert isinstance(permit(replace(ORDER, recipient_name=name), KIND, CONTEXT), list) is lost


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"buyer_name": "A\ufffd"}, "the buyer name holds"), ({"recipient_name": "A\ufffd"}, "the recipient name holds"),
        ({"ship_city": "A\ufffd"}, "the city holds"), ({"carrier": "A\ufffd"}, "the carrier holds"),
        ({"tracking_number": "A\ufffd"}, "the tracking number holds"), ({"currency": "A\ufffd"}, "the currency holds"),
        ({"items": (OrderItem("S", "Lamp", 1), OrderItem("S", "A\ufffd", 1))}, "the title of item 2 holds"),
        ({"items": (OrderItem("A\ufffd", "Lamp", 1),)}, "the SKU of item 1 holds"),
        ({"details": {"answer": "A\ufffd", "number": 3}}, "the detail answer holds"),
    ],
)  # fmt: skip
def test_every_text_that_a_template_can_show_is_looked_at(change: dict[str, Any], told: str) -> None:
    result = permit(replace(ORDER, **change), KIND, CONTEXT)
    assert isinstance(result, list)
    assert result[0].message.startswith(told)


def test_reports_answers_and_details_are_repaired_when_they_are_read(tmp_path: Path) -> None:
    header = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\tquantity-purchased\tship-city"
    row = "302-1234567-1234567\t1\t2026-11-20T08:15:42+00:00\ta@marketplace.amazon.de\tJÃ¼rgen\tS1\tTÃ¼r\t1\tKÃ¶ln"
    (tmp_path / "report.txt").write_text(f"{header}\n{row}\n", "utf-8")
    answer = {
        "AmazonOrderId": "302-1234567-1234567", "PurchaseDate": "2026-11-20T17:20:00Z", "MarketplaceId": "A1PA6795UKMFR9",
        "BuyerInfo": {"BuyerName": "JÃ¼rgen"}, "ShippingAddress": {"City": "KÃ¶ln"},
        "OrderItems": [{"Title": "TÃ¼r", "QuantityOrdered": 1}],
    }  # fmt: skip
    (tmp_path / "orders.json").write_text(json.dumps({"payload": {"Orders": [answer]}}), "utf-8")
    for name in ("report.txt", "orders.json"):
        (order,) = open_orders(tmp_path / name)
        assert isinstance(order, Order)
        assert (order.buyer_name, order.ship_city, order.items[0].title) == ("Jürgen", "Köln", "Tür")
    from franking.model import Variable

    (tmp_path / "details.csv").write_text("order-id,answer\n302-1234567-1234567,FÃ¼r Sie\n", "utf-8")
    adding = open_details(tmp_path / "details.csv", None, [Variable("answer", "", given=True)])
    assert adding.add(ORDER).details == {"answer": "Für Sie"}


def test_long_texts_are_judged_in_linear_time() -> None:
    for text in (
        "Ã" * 200_000,
        "&" * 200_000,
        "\u202a\u202c" * 100_000,
        "縺れ" * 100_000,
        "a\u0301" * 100_000,
        "?" * 200_000 + "x",
        "=?" * 99_999,
    ):
        damage(text)
        lost_name(text)
