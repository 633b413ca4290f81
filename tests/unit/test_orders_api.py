"""Orders as both versions of the API answer them, items joined from other answers, and what an answer that does not fit says."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from franking.errors import InputError
from franking.model import BrokenOrder, NotUnderstood, Order
from franking.orders import open_orders

V0: dict[str, Any] = {
    "AmazonOrderId": "302-6641207-3308129", "PurchaseDate": "2026-11-20T17:20:00Z", "LastUpdateDate": "2026-11-20T17:25:00Z",
    "OrderStatus": "Unshipped", "FulfillmentChannel": "MFN", "MarketplaceId": "A1PA6795UKMFR9", "SalesChannel": "Amazon.de",
    "OrderTotal": {"CurrencyCode": "EUR", "Amount": "39.80"}, "EarliestDeliveryDate": "2026-12-02T07:00:00Z",
    "LatestDeliveryDate": "2026-12-04T11:00:00Z", "BuyerInfo": {"BuyerEmail": "n3b5@marketplace.amazon.de", "BuyerName": "T. Beck"},
    "ShippingAddress": {"Name": "Tomasz Beck", "City": "Görlitz"},
}  # fmt: skip
V0_ITEM: dict[str, Any] = {
    "ASIN": "B0FP", "SellerSKU": "FP-1", "OrderItemId": "05015851154158", "Title": "Lampe", "QuantityOrdered": 2,
    "ItemPrice": {"CurrencyCode": "EUR", "Amount": "39.80"}, "IsGift": "false",
}  # fmt: skip
NEW: dict[str, Any] = {
    "orderId": "302-6641207-3308129", "createdTime": "2026-11-20T17:20:00Z", "lastUpdatedTime": "2026-11-20T17:25:00Z",
    "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9", "marketplaceName": "Amazon.de"},
    "buyer": {"buyerName": "T. Beck", "buyerEmail": "n3b5@marketplace.amazon.de"},
    "recipient": {"deliveryAddress": {"name": "Tomasz Beck", "city": "Görlitz"}},
    "proceeds": {"grandTotal": {"amount": "39.80", "currencyCode": "EUR"}},
    "fulfillment": {
        "fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT",
        "deliverByWindow": {"earliestDateTime": "2026-12-02T07:00:00Z", "latestDateTime": "2026-12-04T11:00:00Z"},
    },
    "orderItems": [
        {
            "orderItemId": "05015851154158", "quantityOrdered": 2,
            "product": {"asin": "B0FP", "title": "Lampe", "sellerSku": "FP-1",
                        "price": {"unitPrice": {"amount": "19.90", "currencyCode": "EUR"}}},
        }
    ],
}  # fmt: skip


def changed(base: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with one value set (or, for None as text ``-``, taken out); numbers in the path are places in lists."""
    made = copy.deepcopy(base)
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = made
    for step in steps:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if value == "-":
        del place[last]
    else:
        place[last] = value
    return made


def v0(*orders: dict[str, Any]) -> dict[str, Any]:
    return {"payload": {"Orders": list(orders)}}


def v0_items(order_id: str, *items: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"payload": {"AmazonOrderId": order_id, "OrderItems": list(items), **more}}


def save(folder: Path, text: object, name: str = "orders.json") -> Path:
    path = folder / name
    path.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), "utf-8")
    return path


def read(folder: Path, answers: object, *items: object) -> list[Order | BrokenOrder]:
    files = [save(folder, answer, f"items{n}.json") for n, answer in enumerate(items)]
    return list(open_orders(save(folder, answers), items=files))


def one(folder: Path, answers: object, *items: object) -> Order:
    (order,) = read(folder, answers, *items)
    assert isinstance(order, Order), order
    return order


def broken(folder: Path, answers: object, *items: object) -> str:
    (order,) = read(folder, answers, *items)
    assert isinstance(order, BrokenOrder), order
    assert order.rule in ("broken-row", "recipient")
    return order.problem


FACTS = (
    "id", "purchased_at", "items", "buyer_email", "buyer_name", "recipient_name", "state", "currency", "delivered_at",
    "delivery_from", "delivery_to", "ship_city", "fulfilled_by_marketplace", "cancel_requested", "line",
    "ship_country", "ship_state", "fulfilment",
)  # fmt: skip


def test_both_versions_tell_the_same_order(tmp_path: Path) -> None:
    old, new = one(tmp_path, v0({**V0, "OrderItems": [V0_ITEM]})), one(tmp_path, {"orders": [NEW]})
    for fact in FACTS:
        assert getattr(old, fact) == getattr(new, fact), fact
    assert old.marketplace.name == new.marketplace.name == "Amazon.de"
    assert [(i.sku, i.title, i.quantity, i.price, i.asin) for i in new.items] == [
        ("FP-1", "Lampe", 2, Decimal("39.80"), "B0FP")
    ]
    assert (new.buyer_email, new.buyer_name, new.recipient_name, new.ship_city) == (
        "n3b5@marketplace.amazon.de", "T. Beck", "Tomasz Beck", "Görlitz"
    )  # fmt: skip


SECOND_V0, SECOND_NEW = {**V0, "AmazonOrderId": "302-0000000-0000002"}, {**NEW, "orderId": "302-0000000-0000002"}
BOTH = ["302-6641207-3308129", "302-0000000-0000002"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(v0(V0, SECOND_V0)),
        json.dumps(v0(V0, SECOND_V0), indent=2),
        json.dumps({"payload": V0}) + json.dumps({"payload": SECOND_V0}),  # getOrder, concatenated
        json.dumps(v0(V0)) + "\n" + json.dumps(v0(SECOND_V0)) + "\n",
        json.dumps(v0(V0), indent=2) + "\n" + json.dumps(v0(SECOND_V0), indent=2),
        json.dumps([v0(V0), v0(SECOND_V0)]),
        json.dumps([V0, SECOND_V0]),
        json.dumps(V0) + "\n\n" + json.dumps(SECOND_V0),
        json.dumps({"payload": {"Orders": [V0, SECOND_V0]}, "errors": []}),
        "\ufeff" + json.dumps(v0(V0, SECOND_V0)),
        json.dumps({"orders": [NEW, SECOND_NEW]}),
        json.dumps({"order": NEW}) + "\n" + json.dumps({"order": SECOND_NEW}),
        json.dumps([{"orders": [NEW]}, {"order": SECOND_NEW}]),
        json.dumps([NEW, SECOND_NEW]),
        json.dumps({"orders": [NEW]}) + json.dumps(v0(SECOND_V0)),
        json.dumps([v0(V0), v0(V0), v0(SECOND_V0)]),  # a page that was saved twice
    ],
    ids=lambda text: text[:24],
)
def test_answers_in_every_arrangement(tmp_path: Path, text: str) -> None:
    source = open_orders(save(tmp_path, text))
    assert [order.id for order in source if isinstance(order, Order)] == BOTH
    assert source.count == 2


def test_documents_larger_than_what_is_read_at_once(tmp_path: Path) -> None:
    pages = [v0(*({**V0, "AmazonOrderId": f"302-{page:07}-{n:07}"} for n in range(900))) for page in range(4)]
    text = "\n".join(json.dumps(page, indent=1 if n % 2 else None) for n, page in enumerate(pages))
    assert len(text) > 2 << 20
    found = list(open_orders(save(tmp_path, text)))
    assert len(found) == 3600
    assert all(isinstance(order, Order) for order in found)
    assert len({order.id for order in found}) == 3600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"payload": {\n"Orders": [}', ":2: no valid JSON"),
        (json.dumps(v0(V0)) + "\n\n{oops", ":3: no valid JSON"),
        (json.dumps(v0(V0), indent=1) + "\n]", ":30: no valid JSON"),
        ('{"payload": ' + "[" * 100_000, ":1: no valid JSON: nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", ":1: no valid JSON: a number with too many digits"),
        ("[1]", ":1: found a JSON number, expected an object"),
        ('[["x"]]', ":1: found a JSON list, expected an object"),
        ('{"a": 1}', ":1: found JSON without orders"),
        ('{"payload": null}', ":1: payload is no object"),
        ('{"payload": {"Orders": {}}}', ":1: found JSON without orders"),
        ('{"errors": [{"code": "Unauthorized", "message": "Access denied."}]}', ":1: the API returned an error, Unauthorized: Ac"),
        (json.dumps(v0(V0)) + '\n{"errors": [{"code": "QuotaExceeded"}]}', ":2: the API returned an error, QuotaExceeded"),
        ('{"errors": "x"}', ":1: the API returned an error"),
        (json.dumps(v0_items("302-6641207-3308129", V0_ITEM)), ":1: found a getOrderItems answer"),
        (json.dumps({"payload": {"BuyerEmail": "x@y.example"}}), ":1: found JSON without orders"),
    ],
    ids=lambda text: text[:32],
)  # fmt: skip
def test_what_is_no_answer_with_orders(tmp_path: Path, text: str, told: str) -> None:
    path = save(tmp_path, text)
    with pytest.raises(InputError) as error:
        list(open_orders(path))
    assert str(error.value).startswith(f"{path}{told}")
    assert "x@y.example" not in str(error.value)


def test_json_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_bytes(json.dumps(v0(V0), ensure_ascii=False).encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8, as JSON is"):
        open_orders(path)
    (order,) = open_orders(path, encoding="latin-1")
    assert isinstance(order, Order)
    assert order.ship_city == "Görlitz"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("PurchaseDate", "-", "payload.Orders[1].PurchaseDate is missing"),
        ("PurchaseDate", "", "payload.Orders[1].PurchaseDate is empty"),
        ("PurchaseDate", "soon", "payload.Orders[1].PurchaseDate: 'aaaa' is not a date"),
        ("PurchaseDate", 5, "payload.Orders[1].PurchaseDate: found a JSON number, expected a text"),
        ("AmazonOrderId", "-", "payload.Orders[1].AmazonOrderId is missing"),
        ("BuyerInfo", "Anna", "payload.Orders[1].BuyerInfo: found a JSON text, expected an object"),
        ("BuyerInfo.BuyerEmail", ["x"], "payload.Orders[1].BuyerInfo.BuyerEmail: found a JSON list, expected a text"),
        ("MarketplaceId", "A0", "payload.Orders[1].MarketplaceId: 'a9' is not a known marketplace"),
        ("SalesChannel", "Amazon.fr", "payload.Orders[1].MarketplaceId and payload.Orders[1].SalesChannel name different"),
        ("OrderItems", {}, "payload.Orders[1].OrderItems: found a JSON object, expected a list"),
        ("OrderItems", [{"Title": "x"}], "payload.Orders[1].OrderItems[0].QuantityOrdered is missing"),
        ("OrderItems", [{"QuantityOrdered": -1}], "payload.Orders[1].OrderItems[0].QuantityOrdered: found a JSON number, expected a whole number"),
        ("OrderItems", [{"QuantityOrdered": "two"}], "payload.Orders[1].OrderItems[0].QuantityOrdered: found a JSON text, expected a whole number"),
        ("OrderItems", [{"QuantityOrdered": 1, "ItemPrice": {"Amount": "1,99"}}], "payload.Orders[1].OrderItems[0].ItemPrice.Amount: '9,99' is"),
        ("OrderItems", [{"QuantityOrdered": 1, "ItemPrice": {"Amount": "1", "CurrencyCode": "SEK"}}], "payload.Orders[1].OrderTotal.CurrencyCode and payload.Orders[1].OrderItems[0].ItemPrice.CurrencyCode name"),
        ("OrderItems", [{"QuantityOrdered": True}], "payload.Orders[1].OrderItems[0].QuantityOrdered: found a JSON truth value, expected a whole"),
        ("OrderItems", [{"QuantityOrdered": 1, "ItemPrice": {"Amount": "1.089"}}], "payload.Orders[1].OrderItems: the price of an item has more decimals than EUR"),
        ("LatestDeliveryDate", "x", "payload.Orders[1].LatestDeliveryDate: 'a' is not a date"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_v0_order_that_does_not_fit_names_its_path(tmp_path: Path, path: str, value: object, told: str) -> None:
    first, second = read(tmp_path, v0(SECOND_V0, changed(V0, path, value)))
    assert isinstance(first, Order)
    assert isinstance(second, BrokenOrder)
    assert second.problem.startswith(f"line 1: {told}"), second.problem
    assert "Anna" not in second.problem


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("createdTime", "-", "orders[1].createdTime is missing"),
        ("orderId", "-", "orders[1].orderId is missing"),
        ("salesChannel", "-", "orders[1].salesChannel is missing"),
        ("orderItems", "-", "orders[1].orderItems is missing"),
        ("orderItems.0.product", "-", "orders[1].orderItems[0].product is missing"),
        ("orderItems.0.quantityOrdered", 1.5, "orders[1].orderItems[0].quantityOrdered: found a JSON number, expected a whole number"),
        ("orderItems.0.quantityOrdered", True, "orders[1].orderItems[0].quantityOrdered: found a JSON truth value, expected a whole"),
        ("orderItems.0.product.price.unitPrice.amount", "19.9051", "orders[1].orderItems: the price of an item has more decimals than EUR"),
        ("salesChannel.marketplaceName", "Amazon.it", "orders[1].salesChannel.marketplaceId and orders[1].salesChannel.marketplaceName"),
        ("fulfillment.deliverByWindow.latestDateTime", "x", "orders[1].fulfillment.deliverByWindow.latestDateTime: 'a' is not a date"),
        ("proceeds.grandTotal.currencyCode", "SEK", "orders[1].proceeds.grandTotal.currencyCode and orders[1].orderItems[0] name"),
    ],
)  # fmt: skip
def test_a_2026_order_that_does_not_fit_names_its_path(tmp_path: Path, path: str, value: object, told: str) -> None:
    first, second = read(tmp_path, {"orders": [SECOND_NEW, changed(NEW, path, value)]})
    assert isinstance(first, Order)
    assert isinstance(second, BrokenOrder)
    assert second.problem.startswith(f"line 1: {told}"), second.problem


def test_a_path_in_a_list_of_answers_and_in_later_lines(tmp_path: Path) -> None:
    wrong = changed(V0, "PurchaseDate", "-")
    assert broken(tmp_path, [v0(), v0(wrong)]) == "line 1: [1].payload.Orders[0].PurchaseDate is missing"
    assert broken(tmp_path, json.dumps(v0()) + "\n" + json.dumps(wrong)).startswith("line 2: found") is False
    assert (
        broken(tmp_path, json.dumps(v0()) + "\n" + json.dumps({"payload": wrong})) == "line 2: payload.PurchaseDate is missing"
    )


@pytest.mark.parametrize(
    ("address", "rule", "told"),
    [
        ("a@marketplace.amazon.fr", "", "Amazon.fr"),
        ("a@m.marketplace.amazon.co.jp", "", "Amazon.co.jp"),
        ("me@example.com", "recipient", "payload.Orders[0].BuyerInfo.BuyerEmail: the buyer address is a private one"),
        (
            "",
            "broken-row",
            "payload.Orders[0].MarketplaceId and payload.Orders[0].SalesChannel: neither they nor a buyer address",
        ),
    ],
)
def test_without_a_marketplace_the_address_tells_it(tmp_path: Path, address: str, rule: str, told: str) -> None:
    bare = changed(changed(changed(V0, "MarketplaceId", "-"), "SalesChannel", "-"), "BuyerInfo.BuyerEmail", address)
    (order,) = read(tmp_path, v0(bare))
    if isinstance(order, BrokenOrder):
        assert (order.rule, order.problem[8 : 8 + len(told)]) == (rule, told)
    else:
        assert (rule, order.marketplace.name) == ("", told)


def test_an_order_in_overlapping_pages_counts_as_it_was_last_updated(tmp_path: Path) -> None:
    later = {**V0, "OrderStatus": "Canceled", "LastUpdateDate": "2026-11-21T09:00:00Z"}
    for pages in ([v0(V0), v0(later)], [v0(later), v0(V0)]):
        assert one(tmp_path, pages).state == "canceled"
    unclear = {**V0, "OrderStatus": "Canceled"}
    assert "are one order and contradict each other" in broken(tmp_path, [v0(V0), v0(unclear)])


def test_more_pages_than_the_file_holds_are_told(tmp_path: Path) -> None:
    first = {"payload": {"Orders": [V0], "NextToken": "x"}}
    assert "the file does not contain all orders" in open_orders(save(tmp_path, first)).notes[0]
    assert open_orders(save(tmp_path, [first, v0(SECOND_V0)])).notes == ()
    assert open_orders(save(tmp_path, {"orders": [NEW], "pagination": {"nextToken": "x"}})).notes != ()
    assert open_orders(save(tmp_path, {"orders": [NEW], "pagination": {}})).notes == ()


# --- items of other answers


ID = "302-6641207-3308129"
OTHER = {**V0_ITEM, "OrderItemId": "05015851154159", "SellerSKU": "FP-2", "Title": "Tisch", "QuantityOrdered": 1}


@pytest.mark.parametrize(
    "files",
    [
        [v0_items(ID, V0_ITEM, OTHER)],
        [v0_items(ID, V0_ITEM), v0_items(ID, OTHER)],
        [[v0_items("302-0000000-0000002"), v0_items(ID, V0_ITEM, OTHER)]],
        ["\n".join(json.dumps(v0_items(ID, item)) for item in (V0_ITEM, OTHER))],
        [v0_items(ID, V0_ITEM, NextToken="x"), v0_items(ID, OTHER)],
        [v0_items(ID, V0_ITEM, OTHER), v0_items(ID, V0_ITEM)],  # saved twice
        [{"AmazonOrderId": ID, "OrderItems": [V0_ITEM, OTHER]}],
    ],
    ids=["one", "two-files", "list", "lines", "pages", "twice", "bare"],
)
def test_items_are_joined(tmp_path: Path, files: list[object]) -> None:
    assert [item.title for item in one(tmp_path, v0(V0), *files).items] == ["Lampe", "Tisch"]


def test_a_v0_order_holds_no_items_of_its_own(tmp_path: Path) -> None:
    assert one(tmp_path, v0(V0)).items == ()
    assert one(tmp_path, v0(V0), v0_items("302-0000000-0000002", V0_ITEM)).items == ()


def test_embedded_items_and_joined_ones_are_one_list(tmp_path: Path) -> None:
    assert len(one(tmp_path, v0({**V0, "OrderItems": [V0_ITEM]}), v0_items(ID, V0_ITEM, OTHER)).items) == 2
    unnumbered = changed(V0_ITEM, "OrderItemId", "-")
    assert len(one(tmp_path, v0({**V0, "OrderItems": [unnumbered]}), v0_items(ID, V0_ITEM)).items) == 1
    assert len(one(tmp_path, v0({**V0, "OrderItems": [unnumbered, unnumbered]})).items) == 2


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([v0_items(ID, V0_ITEM, NextToken="x")], "line 1: items0.json line 1: payload.NextToken: the order has more items"),
        ([v0_items(ID, V0_ITEM), v0_items(ID, {**V0_ITEM, "QuantityOrdered": 3})],
         "line 1: items1.json line 1: payload.OrderItems[0]: the same item as in items0.json line 1: payload.OrderItems[0] with another QuantityOrdered"),
        ([v0_items(ID, V0_ITEM, {**V0_ITEM, "Title": "Tisch"})],
         "line 1: items0.json line 1: payload.OrderItems[1]: the same item as in items0.json line 1: payload.OrderItems[0] with another Title"),
        ([v0_items(ID, changed(V0_ITEM, "QuantityOrdered", "-"))],
         "line 1: items0.json line 1: payload.OrderItems[0].QuantityOrdered is missing"),
    ],
    ids=["more-pages", "other-quantity", "other-title", "no-quantity"],
)  # fmt: skip
def test_items_that_do_not_fit_refuse_their_order(tmp_path: Path, files: list[object], told: str) -> None:
    assert broken(tmp_path, v0(V0), *files).startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (v0(V0), ":1: found JSON without order items, expected getOrderItems answers"),
        ({"payload": {"OrderItems": []}}, ":1: payload.AmazonOrderId is missing"),
        ({"errors": [{"code": "InvalidInput"}]}, ":1: the API returned an error, InvalidInput"),
        ("{", ":1: no valid JSON"),
    ],
)
def test_a_file_of_items_that_is_none(tmp_path: Path, content: object, told: str) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, v0(V0), content)
    assert str(error.value).startswith(f"{tmp_path / 'items0.json'}{told}")


def test_items_that_are_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "items.json").write_bytes(
        json.dumps(v0_items(ID, {**V0_ITEM, "Title": "Tür"}), ensure_ascii=False).encode("cp1252")
    )
    with pytest.raises(InputError, match="not UTF-8, as JSON is"):
        open_orders(save(tmp_path, v0(V0)), items=[tmp_path / "items.json"])


def test_items_for_a_report_and_a_missing_file_of_items(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; expected getOrderItems answers"):
        open_orders(save(tmp_path, v0(V0)), items=[tmp_path / "none.json"])
    report = Path(__file__).parents[2] / "docs" / "examples" / "amazon.com-unshipped.txt"
    with pytest.raises(InputError, match="a report contains its items"):
        open_orders(report, items=[save(tmp_path, v0_items(ID, V0_ITEM))])


# --- wishes to cancel, states, parcels


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"IsBuyerRequestedCancel": "true", "BuyerCancelReason": "Found cheaper"}, True),
        ({"IsBuyerRequestedCancel": "TRUE"}, True),
        ({"IsBuyerRequestedCancel": True}, True),
        ({"BuyerCancelReason": "Found cheaper"}, True),
        ({"IsBuyerRequestedCancel": "false"}, False),
        ({"IsBuyerRequestedCancel": False, "BuyerCancelReason": ""}, False),
        ({"IsBuyerRequestedCancel": None}, False),
        ({}, False),
        (None, False),
        ({"IsBuyerRequestedCancel": "maybe"}, "maybe"),
        ({"IsBuyerRequestedCancel": "yes"}, "yes"),
        ({"IsBuyerRequestedCancel": 1}, "int"),
        ({"IsBuyerRequestedCancel": "false", "BuyerCancelReason": "x"}, "false, with a reason"),
    ],
)
def test_the_wish_to_cancel_in_v0(tmp_path: Path, wish: object, expected: object) -> None:
    item = {**OTHER, "BuyerRequestedCancel": wish}
    where = "payload.OrderItems[1].BuyerRequestedCancel.IsBuyerRequestedCancel"
    found = one(tmp_path, v0(V0), v0_items(ID, V0_ITEM, item)).cancel_requested
    assert found == (expected if isinstance(expected, bool) else NotUnderstood(where, str(expected)))
    embedded = one(tmp_path, v0({**V0, "OrderItems": [V0_ITEM, item]})).cancel_requested
    assert isinstance(embedded, bool) == isinstance(found, bool)


@pytest.mark.parametrize(
    ("cancellation", "expected", "quantity"),
    [
        ({"cancellationRequest": {"requester": "BUYER", "cancelReason": "Changed mind"}}, True, 2),
        ({"cancellationRequest": {"requester": "buyer"}}, True, 2),
        ({"cancellationRequest": {"requester": "ROBOT"}}, "ROBOT", 2),
        ({"cancellationRequest": {}}, "", 2),
        ({"cancellationRequest": None}, False, 2),
        ({}, False, 2),
        (None, False, 2),
        ({"cancellationExecution": {"cancelledBy": "MERCHANT"}}, False, 0),
        ({"cancellationRequest": {"requester": "BUYER"}, "cancellationExecution": {"cancelledBy": "MERCHANT"}}, True, 0),
    ],
)
def test_the_wish_to_cancel_in_2026(tmp_path: Path, cancellation: object, expected: object, quantity: int) -> None:
    order = one(tmp_path, {"orders": [changed(NEW, "orderItems.0.cancellation", cancellation)]})
    where = "orders[0].orderItems[0].cancellation.cancellationRequest.requester"
    assert order.cancel_requested == (expected if isinstance(expected, bool) else NotUnderstood(where, str(expected)))
    assert order.items[0].quantity == quantity


def test_what_is_left_of_an_item_that_was_cancelled_in_part(tmp_path: Path) -> None:
    made = changed(NEW, "orderItems.0.cancellation", {"cancellationExecution": {"cancelledBy": "MERCHANT"}})
    made = changed(made, "orderItems.0.fulfillment", {"quantityFulfilled": 0, "quantityUnfulfilled": 1})
    (item,) = one(tmp_path, {"orders": [made]}).items
    assert item.quantity == 1
    assert item.price == Decimal("19.90")  # of the piece that is left


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("PENDING_AVAILABILITY", "pendingavailability"), ("PENDING", "pending"), ("UNSHIPPED", "unshipped"),
        ("PARTIALLY_SHIPPED", "partiallyshipped"), ("SHIPPED", "shipped"), ("CANCELLED", "canceled"),
        ("UNFULFILLABLE", "unfulfillable"), ("TELEPORTED", NotUnderstood("orders[0].fulfillment.fulfillmentStatus", "TELEPORTED")),
    ],
)  # fmt: skip
def test_states_of_2026(tmp_path: Path, written: str, state: object) -> None:
    assert one(tmp_path, {"orders": [changed(NEW, "fulfillment.fulfillmentStatus", written)]}).state == state


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Canceled", "canceled"), ("PartiallyShipped", "partiallyshipped"), ("InvoiceUnconfirmed", "invoiceunconfirmed"),
        ("Teleported", NotUnderstood("payload.Orders[0].OrderStatus", "Teleported")),
    ],
)  # fmt: skip
def test_states_of_v0(tmp_path: Path, written: str, state: object) -> None:
    assert one(tmp_path, v0({**V0, "OrderStatus": written})).state == state


def parcel(status: str, carrier: str = "DHL", number: str = "0034", time: str = "2026-11-21T10:00:00Z") -> dict[str, Any]:
    return {"packageReferenceId": "1", "packageStatus": {"status": status}, "carrier": carrier, "trackingNumber": number, "shipTime": time}  # fmt: skip


@pytest.mark.parametrize(
    ("parcels", "state", "tracking"),
    [
        ([parcel("SHIPPED")], "shipped", "0034"),
        ([parcel("IN_TRANSIT"), parcel("CANCELLED", number="9")], "shipped", "0034"),
        ([parcel("PENDING")], "shipped", ""),
        ([parcel("SHIPPED"), parcel("SHIPPED", number="0035")], "shipped", ""),  # one message names one parcel
        ([parcel("UNDELIVERABLE")], "undelivered", "0034"),
        ([], "shipped", ""),
    ],
)
def test_parcels(tmp_path: Path, parcels: list[dict[str, Any]], state: str, tracking: str) -> None:
    made = changed(changed(NEW, "packages", parcels), "fulfillment.fulfillmentStatus", "SHIPPED")
    order = one(tmp_path, {"orders": [made]})
    assert (order.state, order.tracking_number) == (state, tracking)


MODELS = os.environ.get("FRANKING_SP_API")


def examples() -> Iterator[tuple[str, Any]]:
    """The sandbox answers of the public API models, which the project does not contain."""
    for file in ("ordersV0.json", "orders_2026-01-01.json"):
        for path, verbs in json.loads((Path(str(MODELS)) / file).read_text("utf-8"))["paths"].items():
            for case in (
                verbs.get("get", {}).get("responses", {}).get("200", {}).get("x-amzn-api-sandbox", {}).get("static", [])
            ):
                yield path, case["response"]


@pytest.mark.skipif(MODELS is None, reason="FRANKING_SP_API names no folder with the API models")
def test_every_documented_answer_is_read(tmp_path: Path) -> None:
    seen = 0
    for path, answer in examples():
        if path.endswith(("/orders", "/{orderId}")):
            found = read(tmp_path, answer)
            assert found
            assert all(isinstance(order, Order) for order in found)
            seen += 1
    assert seen == 11
