"""Which feed an order's state asks for: states, quantities and amounts against what is done, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from franking.feeds import Acknowledgement, Adjustment, Choice, Wish, choose
from franking.feeds.refunds import Unclear
from franking.model import Marketplace, NotUnderstood, Order, OrderItem
from franking.orders import open_orders
from franking.policy import marketplace

ONE, TWO = "61200450098821", "61200450098822"


def place(name: str) -> Marketplace:
    found = marketplace(name)
    assert found is not None
    return found


def item(number: str, quantity: int, shipped: int | None, price: str | None = "20.00", **charges: str) -> OrderItem:
    amounts: dict[str, Decimal | NotUnderstood] = {name: Decimal(value) for name, value in charges.items()}
    return OrderItem("S", "Lamp", quantity, None if price is None else Decimal(price), "", number, shipped, amounts)


def order(state: str | NotUnderstood, *items: OrderItem, at: str = "Amazon.com", currency: str = "") -> Order:
    return Order("112-4471093-1120345", place(at), datetime(2026, 11, 20, tzinfo=UTC), items, state=state,
                 currency=currency or place(at).currency)  # fmt: skip


def chosen(one: Order, reason: str = "NoInventory", **wish: Any) -> Choice | str:
    """The choice, or the slug that it is refused by."""
    try:
        return choose(one, Wish(reason, **wish))
    except Unclear as problem:
        assert problem.needed
        return problem.slug


CASES = [
    ("unshipped", [(ONE, 2, 0), (TWO, 1, 0)], {}, "acknowledgement"),
    ("unshipped", [(ONE, 2, None), (TWO, 1, None)], {}, "acknowledgement"),
    ("unshipped", [(ONE, 2, 0), (TWO, 0, 0)], {}, "acknowledgement"),  # a piece that was cancelled before is none
    ("unshipped", [(ONE, 2, 0), (TWO, 1, 0)], {ONE: 0, TWO: 0}, "acknowledgement"),
    ("unshipped", [(ONE, 2, 0), (TWO, 1, 0)], {ONE: 0}, "part-of-unshipped"),
    ("unshipped", [(ONE, 2, 0)], {ONE: 1}, "part-of-unshipped"),
    ("unshipped", [(ONE, 2, 1)], {}, "state-contradictory"),
    ("partiallyshipped", [(ONE, 2, 1), (TWO, 1, 1)], {}, "cancellation"),
    ("partiallyshipped", [(ONE, 2, 0), (TWO, 1, 1)], {ONE: 1}, "cancellation"),
    ("partiallyshipped", [(ONE, 2, 0), (TWO, 1, 1)], {TWO: 0}, "refund"),
    ("partiallyshipped", [(ONE, 2, 1), (TWO, 1, 1)], {ONE: 2}, "state-mixed"),
    ("partiallyshipped", [(ONE, 2, 0), (TWO, 1, 1)], {ONE: 1, TWO: 1}, "state-mixed"),
    ("partiallyshipped", [(ONE, 2, None), (TWO, 1, 1)], {}, "quantities-unknown"),
    ("partiallyshipped", [(ONE, 2, 2), (TWO, 1, 1)], {}, "state-contradictory"),
    ("partiallyshipped", [(ONE, 2, 0), (TWO, 1, 0)], {}, "state-contradictory"),
    ("shipped", [(ONE, 2, 2)], {}, "refund"), ("shipped", [(ONE, 2, None)], {}, "refund"),
    ("invoiceunconfirmed", [(ONE, 2, 2)], {}, "refund"), ("undelivered", [(ONE, 1, 1)], {}, "refund"),
    ("shipped", [(ONE, 2, 2), (TWO, 1, 1)], {TWO: 1}, "refund"),
    ("shipped", [(ONE, 2, 1)], {}, "state-contradictory"), ("shipped", [(ONE, 2, 3)], {}, "state-contradictory"),
    ("shipped", [(ONE, 2, 2)], {ONE: 3}, "items-too-many"), ("shipped", [(ONE, 2, 2)], {TWO: 1}, "items-missing"),
    ("", [(ONE, 2, 0)], {}, "state-unknown"), ("pending", [(ONE, 2, 0)], {}, "state-pending"),
    ("canceled", [(ONE, 2, 0)], {}, "state-over"), ("returned", [(ONE, 2, 2)], {}, "state-over"),
    ("refunded", [(ONE, 2, 2)], {}, "state-over"), ("unfulfillable", [(ONE, 2, 0)], {}, "state-over"),
    ("unshipped", [], {}, "items-missing"), ("unshipped", [("", 1, 0)], {}, "items-missing"),
    ("unshipped", [(ONE, 1, 0), (ONE, 2, 0)], {}, "items-missing"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "items", "asked", "what"), CASES)
def test_the_state_chooses(
    state: str, items: list[tuple[str, int, int | None]], asked: dict[str, int], what: str
) -> None:  # fmt: skip
    found = chosen(order(state, *(item(n, q, s, str(10 * max(q, 1))) for n, q, s in items)), items=asked)
    if isinstance(found, str):
        assert found == what
        return
    assert found.what == what
    assert found.why
    assert isinstance(found.action, Acknowledgement if what == "acknowledgement" else Adjustment)


def test_a_state_that_is_not_understood_is_refused() -> None:
    assert chosen(order(NotUnderstood("column order-status", "Teleported"), item(ONE, 1, 0))) == "state-unknown"
    fba = replace(order("shipped", item(ONE, 1, 1)), fulfilled_by_marketplace=True)
    assert chosen(fba) == "order-fulfilled-by-marketplace"


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("unshipped", "NoInventory", "NoInventory"), ("unshipped", "CouldNotShip", "GeneralAdjustment"),
        ("unshipped", "CustomerCancel", "BuyerCanceled"), ("unshipped", "Undeliverable", "ShippingAddressUndeliverable"),
        ("unshipped", "Abandoned", "reason"), ("unshipped", "DifferentItem", "reason"),
        ("shipped", "CouldNotShip", "CouldNotShip"), ("shipped", "BuyerCanceled", "CustomerCancel"),
        ("shipped", "RejectOrder", "reason"), ("shipped", "MerchandiseNotReceived", "reason"),
    ],
)  # fmt: skip
def test_reasons_are_said_in_each_feed_s_words(state: str, reason: str, said: str) -> None:
    found = chosen(order(state, item(ONE, 1, None)), reason)
    if isinstance(found, str):
        assert found == said
    else:
        assert found.action.reason == said
        assert any(said in why and reason in why for why in found.why) is (said != reason)


def amounts(one: Order, **wish: Any) -> dict[str, str] | str:
    found = chosen(one, **wish)
    if isinstance(found, str):
        return found
    assert isinstance(found.action, Adjustment)
    return {name: str(value) for name, value in found.action.items[0].components}


@pytest.mark.parametrize(
    ("at", "one", "wish", "expected"),
    [
        ("Amazon.com", item(ONE, 2, 2, "119.80", tax="9.58", shipping="4.99", shipping_tax="0.40"), {},
         {"Principal": "119.80", "Tax": "9.58", "Shipping": "4.99", "ShippingTax": "0.40"}),
        ("Amazon.com", item(ONE, 2, 2, "119.80", tax="9.58"), {"items": {ONE: 1}}, {"Principal": "59.90", "Tax": "4.79"}),
        ("Amazon.com", item(ONE, 3, 3, "10.00"), {"items": {ONE: 1}}, "amounts-rounding"),
        ("Amazon.com", item(ONE, 3, 3, "10.00"), {}, {"Principal": "10.00"}),
        ("Amazon.com", item(ONE, 1, 1, "10.00", tax="0.00", gift_wrap="3.50"), {}, {"Principal": "10.00", "GiftWrap": "3.50"}),
        ("Amazon.de", item(ONE, 1, 1, "119.00", tax="19.00"), {}, "amounts-tax"),
        ("Amazon.de", item(ONE, 1, 1, "119.00", tax="19.00"), {"tax": "included"}, {"Principal": "119.00"}),
        ("Amazon.de", item(ONE, 1, 1, "119.00", tax="19.00"), {"tax": "separate"}, {"Principal": "119.00", "Tax": "19.00"}),
        ("Amazon.de", item(ONE, 1, 1, "119.00", tax="0.00"), {}, {"Principal": "119.00"}),
        ("Amazon.co.jp", item(ONE, 2, 2, "4980"), {}, {"Principal": "4980.00"}),
        ("Amazon.com", item(ONE, 1, 1, None), {}, "amounts-unknown"),
        ("Amazon.com", item(ONE, 1, 1, "10.00", item_promotion="1.00"), {}, "amounts-promotion"),
        ("Amazon.com", item(ONE, 1, 1, "10.00", shipping_promotion="-1.00"), {}, "amounts-promotion"),
    ],
)  # fmt: skip
def test_refunds_are_exact(at: str, one: OrderItem, wish: dict[str, Any], expected: object) -> None:
    assert amounts(order("shipped", one, at=at), **wish) == expected


def test_an_amount_that_cannot_be_read_and_another_currency_are_refused() -> None:
    unread = replace(item(ONE, 1, 1), charges={"tax": NotUnderstood("line 2: column item-tax", "'9,999' is no amount")})
    assert amounts(order("shipped", unread)) == "amounts-unknown"
    assert amounts(order("shipped", item(ONE, 1, 1), currency="EUR")) == "currency"


HEADER = ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased",
          "quantity-shipped", "quantity-to-ship", "currency", "item-price", "item-tax", "shipping-price",
          "item-promotion-discount", "sales-channel")  # fmt: skip


def report(folder: Path, *rows: tuple[str, ...]) -> Order:
    first = ("112-4471093-1120345", ONE, "2026-11-20T08:15:42+00:00", "a@marketplace.amazon.com", "S", "Lamp")
    lines = ["\t".join(HEADER)]
    lines += ["\t".join((first[0], number, *first[2:], *rest, "Amazon.com")) for number, *rest in rows]
    (folder / "r.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (found,) = list(open_orders(folder / "r.txt", charges=True))
    assert isinstance(found, Order)
    return found


def test_what_a_report_says_of_pieces_and_amounts(tmp_path: Path) -> None:
    found = report(
        tmp_path, (ONE, "2", "1", "1", "USD", "119.80", "9.58", "4.99", ""), (TWO, "1", "0", "1", "USD", "5.00", "x", "", "")
    )
    assert found.state == "partiallyshipped"
    assert [(i.number, i.quantity, i.shipped) for i in found.items] == [(ONE, 2, 1), (TWO, 1, 0)]
    assert found.items[0].charges == {"tax": Decimal("9.58"), "shipping": Decimal("4.99")}
    tax = (found.items[1].charges or {})["tax"]
    assert isinstance(tax, NotUnderstood)
    assert "item-tax" in tax.where
    choice = choose(found, Wish("NoInventory"))
    assert choice.action.subjects == (f"cancel:{ONE}", f"cancel:{TWO}")


def test_messages_read_reports_as_before(tmp_path: Path) -> None:
    report(tmp_path, (ONE, "2", "1", "1", "USD", "119.80", "x", "y", "z"))
    (plain,) = list(open_orders(tmp_path / "r.txt"))
    assert isinstance(plain, Order)
    assert (plain.state, plain.items[0].charges, plain.items[0].number) == ("unshipped", None, "")


def test_rows_of_one_item_with_other_amounts_contradict_each_other(tmp_path: Path) -> None:
    row = (ONE, "2", "0", "2", "USD", "119.80", "9.58", "4.99", "")
    text = tmp_path / "r.txt"
    report(tmp_path, row)
    lines = text.read_text("utf-8").splitlines()
    text.write_text("\n".join([*lines, lines[1].replace("9.58", "9.59")]) + "\n", "utf-8")
    (found,) = list(open_orders(text, charges=True))
    assert "item-tax" in getattr(found, "problem", "")
