"""Rows of one order: what repeats counts once, what contradicts is refused, and what a row's words mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from franking.batch.reports import broken_refusal, read_orders
from franking.model import BrokenOrder, NotUnderstood, Order
from franking.orders import open_orders

NEW = [
    ("order-id", "302-1234567-1234567"), ("order-item-id", "61200450098821"), ("purchase-date", "2026-11-20T08:15:42+00:00"),
    ("buyer-email", "q7x2m9@marketplace.amazon.de"), ("buyer-name", "Anna Beck"), ("sku", "S1"), ("product-name", "Lamp"),
    ("quantity-purchased", "1"), ("quantity-to-ship", "1"), ("recipient-name", "Anna Beck"), ("ship-city", "Köln"),
    ("currency", "EUR"), ("item-price", "9.90"), ("sales-channel", "Amazon.de"), ("is-buyer-requested-cancellation", ""),
    ("buyer-requested-cancel-reason", ""), ("verge-of-cancellation", "false"), ("reporting-date", "2026-11-21"),
]  # fmt: skip
SHIPMENTS = [
    ("amazon-order-id", "302-1234567-1234567"), ("shipment-id", "DX1"), ("shipment-item-id", "DN1"),
    ("amazon-order-item-id", "3044118"), ("purchase-date", "2026-11-10T07:15:00+00:00"),
    ("shipment-date", "2026-11-11T02:00:00+00:00"), ("buyer-email", "q7x2m9@marketplace.amazon.de"), ("buyer-name", "Anna Beck"),
    ("sku", "S1"), ("product-name", "Lamp"), ("quantity-shipped", "1"), ("currency", "EUR"), ("item-price", "9.90"),
    ("carrier", "DHL"), ("tracking-number", "0034"), ("estimated-arrival-date", "2026-11-13T19:00:00+01:00"),
    ("sales-channel", "Amazon.de"),
]  # fmt: skip
ALL = [
    ("amazon-order-id", "302-1234567-1234567"), ("purchase-date", "2026-11-20T08:15:42+00:00"), ("order-status", "Shipped"),
    ("sales-channel", "Amazon.de"), ("product-name", "Lamp"), ("sku", "S1"), ("quantity", "1"), ("currency", "EUR"),
    ("item-price", "9.90"), ("ship-city", "Köln"), ("is-buyer-requested-cancellation", "false"),
]  # fmt: skip
Change = dict[str, str]


def report(
    folder: Path, columns: list[tuple[str, str]], *changes: Change, name: str = "report.txt"
) -> list[Order | BrokenOrder]:
    lines = ["\t".join(column for column, _ in columns)]
    lines += ["\t".join(change.get(column, value) for column, value in columns) for change in changes]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return list(open_orders(path))


def one(folder: Path, columns: list[tuple[str, str]], *changes: Change) -> Order:
    (order,) = report(folder, columns, *changes)
    assert isinstance(order, Order), order
    return order


@pytest.mark.parametrize("columns", [NEW, SHIPMENTS, ALL], ids=["new", "shipments", "all"])
def test_a_row_that_stands_twice_counts_once(tmp_path: Path, columns: list[tuple[str, str]]) -> None:
    assert [item.quantity for item in one(tmp_path, columns, {}, {}, {}).items] == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"reporting-date": "2026-11-22"},  # from two downloads that overlap
        {"item-price": "9.9"},
        {"buyer-email": "", "buyer-name": "", "sales-channel": ""},  # a row that dropped cells
        {"buyer-name": "ANNA  BECK"},
    ],
    ids=["reported-twice", "price-written-shorter", "cells-dropped", "name-in-capitals"],
)
def test_a_row_repeated_with_what_no_message_shows_counts_once(tmp_path: Path, change: Change) -> None:
    order = one(tmp_path, NEW, {}, change)
    assert (len(order.items), order.buyer_name, order.buyer_email) == (1, "Anna Beck", "q7x2m9@marketplace.amazon.de")
    assert len(one(tmp_path, NEW, change, {}).items) == 1


@pytest.mark.parametrize(
    ("columns", "first", "second"),
    [
        (NEW, {}, {"order-item-id": "61200450098822"}),  # the same pair of order and SKU
        (NEW, {}, {"order-item-id": "61200450098822", "quantity-purchased": "2"}),
        (SHIPMENTS, {}, {"shipment-item-id": "DN2"}),  # one item in two parcels
        (SHIPMENTS, {}, {"shipment-id": "DX2", "shipment-item-id": "DN2", "tracking-number": "0035"}),
        (ALL, {}, {"quantity": "2"}),
    ],
    ids=["other-item", "other-item-other-quantity", "other-part", "other-shipment", "no-item-number"],
)
def test_the_same_sku_under_two_numbers_is_two_items(
    tmp_path: Path, columns: list[tuple[str, str]], first: Change, second: Change
) -> None:
    assert [item.sku for item in one(tmp_path, columns, first, second).items] == ["S1", "S1"]


@pytest.mark.parametrize(
    ("columns", "change", "told"),
    [
        (NEW, {"product-name": "Table"}, "line 3: the same item as in line 2 with another product-name"),
        (NEW, {"quantity-purchased": "2"}, "line 3: the same item as in line 2 with another quantity-purchased"),
        (NEW, {"item-price": "8.90"}, "line 3: the same item as in line 2 with another item-price"),
        (NEW, {"sku": "S2"}, "line 3: the same item as in line 2 with another sku"),
        (NEW, {"quantity-to-ship": "0"}, "line 3: the same item as in line 2 with another quantity-to-ship"),
        (SHIPMENTS, {"tracking-number": "0099"}, "line 3: the same item as in line 2 with another tracking-number"),
        (NEW, {"order-item-id": "2", "buyer-name": "Bert Cohn"}, "lines 2 and 3: column buyer-name: rows of one order"),
        (NEW, {"order-item-id": "2", "sales-channel": "Amazon.fr"}, "lines 2 and 3: column sales-channel: rows of one order"),
        (NEW, {"order-item-id": "2", "purchase-date": "2026-11-21T08:15:42+00:00"}, "lines 2 and 3: column purchase-date: rows"),
        (NEW, {"order-item-id": "2", "currency": "SEK"}, "lines 2 and 3: column currency: rows of one order"),
        (NEW, {"order-item-id": "2", "recipient-name": "Bert Cohn"}, "lines 2 and 3: column recipient-name: rows of one order"),
        (ALL, {"sku": "S2", "order-status": "Cancelled"}, "lines 2 and 3: column order-status: rows of one order"),
    ],
    ids=lambda value: "" if not isinstance(value, dict) else ",".join(value),
)  # fmt: skip
def test_rows_that_contradict_each_other_are_refused(
    tmp_path: Path, columns: list[tuple[str, str]], change: Change, told: str
) -> None:
    (broken,) = report(tmp_path, columns, {}, change)
    assert isinstance(broken, BrokenOrder)
    assert broken.problem.startswith(told)
    assert (broken.rule, broken.id) == ("broken-row", "302-1234567-1234567")
    assert not any(value in broken.problem for value in change.values() if len(value) > 2)


def test_a_repetition_fills_what_the_first_row_dropped(tmp_path: Path) -> None:
    for rows in ([{"item-price": ""}, {}], [{}, {"item-price": ""}]):
        (item,) = one(tmp_path, NEW, *rows).items
        assert str(item.price) == "9.90"


def test_an_item_number_that_a_spreadsheet_rounded_tells_no_items_apart(tmp_path: Path) -> None:
    rounded = {"order-item-id": "6.12005E+13"}
    (broken,) = report(tmp_path, NEW, rounded, {**rounded, "product-name": "Table"})
    assert isinstance(broken, BrokenOrder)
    assert "order-item-id, which a spreadsheet has rounded" in broken.problem
    assert len(one(tmp_path, NEW, rounded).items) == 1


@pytest.mark.parametrize(
    "written", ["2026-11-20T08:15:42Z", "2026-11-20T09:15:42+01:00", "2026-11-20 08:15:42+00:00", "20.11.2026 09:15:42 MEZ"]
)
def test_one_moment_may_be_written_in_several_ways(tmp_path: Path, written: str) -> None:
    assert len(one(tmp_path, NEW, {}, {"order-item-id": "2", "purchase-date": written}).items) == 2


def test_an_order_has_arrived_when_its_last_part_has(tmp_path: Path) -> None:
    later = {"shipment-item-id": "DN2", "estimated-arrival-date": "2026-11-20T19:00:00+01:00"}
    for rows in ([{}, later], [later, {}]):
        arrived = one(tmp_path, SHIPMENTS, *rows).delivered_at
        assert arrived is not None
        assert arrived.day == 20


@pytest.mark.parametrize(
    ("addresses", "kept"),
    [
        (["a1@marketplace.amazon.de", "a1@marketplace.amazon.de"], "a1@marketplace.amazon.de"),
        (["a1@marketplace.amazon.de", "A1@Marketplace.Amazon.DE"], "a1@marketplace.amazon.de"),
        (["", "a1@marketplace.amazon.de"], "a1@marketplace.amazon.de"),
        (["a1@marketplace.amazon.de", "b2@marketplace.amazon.de"], "a1@marketplace.amazon.de, b2@marketplace.amazon.de"),
        (["a1@marketplace.amazon.de", "a1@marketplace.amazon.fr"], "a1@marketplace.amazon.de, a1@marketplace.amazon.fr"),
        (["me@example.com", "Me@example.com"], "me@example.com, Me@example.com"),
        (["me@example.com", "me@EXAMPLE.com"], "me@example.com"),
    ],
)
def test_all_the_addresses_of_an_order_are_kept(tmp_path: Path, addresses: list[str], kept: str) -> None:
    rows = [{"order-item-id": str(n), "buyer-email": address} for n, address in enumerate(addresses)]
    assert one(tmp_path, NEW, *rows).buyer_email == kept


@pytest.mark.parametrize(
    ("address", "marketplace"),
    [
        ("a1@marketplace.amazon.de", "Amazon.de"), ("a1@MARKETPLACE.AMAZON.CO.UK", "Amazon.co.uk"),
        ("a1@m.marketplace.amazon.co.jp", "Amazon.co.jp"), ("a1@marketplace.amazon.co.jp", "Amazon.co.jp"),
        ("a1+b2c3@marketplace.amazon.com.br", "Amazon.com.br"), ("a@marketplace.amazon.com.tr", "Amazon.com.tr"),
    ],
)  # fmt: skip
def test_a_relay_address_tells_the_marketplace(tmp_path: Path, address: str, marketplace: str) -> None:
    assert one(tmp_path, NEW, {"sales-channel": "", "buyer-email": address}).marketplace.name == marketplace


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("somebody@example.com", "column buyer-email: the buyer address is a private one"),
        ("somebody@gmail.com", "column buyer-email: the buyer address is a private one"),
        ("a1@marketplace.amazon.de.example.com", "column buyer-email: the buyer address only resembles a marketplace's"),
        ("a1@marketplace-amazon.de", "column buyer-email: the buyer address only resembles a marketplace's"),
        ("blacklisted-a1@marketplace.amazon.de", "column buyer-email: the buyer address is marked as blacklisted"),
        (
            "a1@marketplace.amazon.de b2@marketplace.amazon.de",
            "column buyer-email: the order names more than one buyer address",
        ),
        ("no address", "column buyer-email: the buyer address is no valid email address"),
    ],
)
def test_without_a_channel_the_address_itself_is_what_is_wrong(tmp_path: Path, address: str, told: str) -> None:
    (broken,) = report(tmp_path, NEW, {"sales-channel": "", "buyer-email": address})
    assert isinstance(broken, BrokenOrder)
    refused = broken_refusal(broken)
    assert refused.rule == "recipient"
    assert refused.message.startswith(f"line 2: {told}")
    assert "sales-channel" not in refused.message
    assert "relay_only = false" in refused.hint


def test_without_a_channel_and_an_address_both_are_named(tmp_path: Path) -> None:
    (broken,) = report(tmp_path, NEW, {"sales-channel": "", "buyer-email": ""})
    assert isinstance(broken, BrokenOrder)
    assert broken.problem == "line 2: neither sales-channel nor a buyer address identifies the marketplace; pass --marketplace"


def wish(order: Order | BrokenOrder) -> object:
    assert isinstance(order, Order)
    found = order.cancel_requested
    return found if isinstance(found, bool) else (found.where, found.shown)


FLAG, REASON = "is-buyer-requested-cancellation", "buyer-requested-cancel-reason"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{}], False),
        ([{FLAG: "false"}], False),
        ([{FLAG: "FALSE"}], False),
        ([{FLAG: "true"}], True),
        ([{FLAG: "TRUE", REASON: "Found cheaper"}], True),
        ([{REASON: "Found cheaper"}], True),
        ([{"verge-of-cancellation": "true"}], False),
        ([{FLAG: "false"}, {FLAG: "true", "order-item-id": "2"}], True),
        ([{FLAG: "false"}, {FLAG: "true"}], True),  # one item in two reports
        ([{FLAG: "perhaps"}], (f"column {FLAG} in line 2", "perhaps")),
        ([{FLAG: "false"}, {FLAG: "WAHR", "order-item-id": "2"}], True),  # as a spreadsheet saves it
        ([{FLAG: "FALSCH"}], False),
        ([{FLAG: "FAUX"}], False),
        ([{FLAG: "VERDADERO"}], True),
        ([{FLAG: "FALSO"}, {FLAG: "VERO", "order-item-id": "2"}], True),
        ([{FLAG: "No", REASON: "-"}], False),
        ([{FLAG: "false", REASON: "N/A"}], False),
        ([{FLAG: "true", REASON: "N/A"}], True),
        ([{FLAG: "0"}], (f"column {FLAG} in line 2", "9")),
        ([{FLAG: "perhaps"}, {FLAG: "true", "order-item-id": "2"}], True),
        ([{FLAG: "false", REASON: "Found cheaper"}], (f"column {FLAG} in line 2", "false, with a reason")),
        ([{FLAG: "q7@example.com"}], (f"column {FLAG} in line 2", "a9@aaaaaaa.aaa")),
    ],
)
def test_the_wish_to_cancel_in_reports(tmp_path: Path, rows: list[Change], expected: object) -> None:
    (order,) = report(tmp_path, NEW, *rows)
    assert wish(order) == expected


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Unshipped", "unshipped"), ("PartiallyShipped", "partiallyshipped"), ("Partially Shipped", "partiallyshipped"),
        ("PARTIALLY_SHIPPED", "partiallyshipped"), ("Canceled", "canceled"), ("Cancelled", "canceled"),
        ("CANCELLED", "canceled"), ("Pending", "pending"), ("PendingAvailability", "pendingavailability"),
        ("PENDING_AVAILABILITY", "pendingavailability"), ("InvoiceUnconfirmed", "invoiceunconfirmed"),
        ("Unfulfillable", "unfulfillable"), ("Shipped - Delivered to Buyer", "shipped"),
        ("Shipped - Returned to Seller", "returned"), ("Shipped - Lost in Transit", "undelivered"), ("", ""),
    ],
)  # fmt: skip
def test_states_have_one_spelling(tmp_path: Path, written: str, state: str) -> None:
    assert one(tmp_path, ALL, {"order-status": written}).state == state


@pytest.mark.parametrize("written", ["Teleported", "ON_HOLD", "Complete", "Shipped - Eaten by a dog"])
def test_an_unknown_state_is_kept_as_unknown(tmp_path: Path, written: str) -> None:
    assert one(tmp_path, ALL, {"order-status": written}).state == NotUnderstood("column order-status", written)


@pytest.mark.parametrize(
    ("change", "state", "cancelled"),
    [
        ({"order-status": "Cancelled"}, "canceled", False),
        ({"order-status": "Teleported"}, NotUnderstood("column order-status", "Teleported"), False),
        ({"purchase-date": "soon"}, NotUnderstood("line 2 of --states", "a row that cannot be read"), False),
        ({"is-buyer-requested-cancellation": "true"}, "shipped", True),
        ({"order-status": ""}, "unshipped", False),
        ({"amazon-order-id": "302-0000000-0000000", "order-status": "Cancelled"}, "unshipped", False),
    ],
)
def test_a_second_report_tells_states_and_wishes(tmp_path: Path, change: Change, state: object, cancelled: bool) -> None:
    report(tmp_path, NEW, {})
    report(tmp_path, ALL, change, name="states.txt")
    (order,) = read_orders(open_orders(tmp_path / "report.txt"), tmp_path / "states.txt")
    assert isinstance(order, Order)
    assert (order.state, order.cancel_requested) == (state, cancelled)


def test_a_japanese_name_of_one_character_is_no_western_noise(tmp_path: Path) -> None:
    """In cp1252 the bytes of 林 are a dash and Ñ."""
    path = tmp_path / "report.txt"
    report(
        tmp_path,
        NEW,
        {"buyer-name": "林", "ship-city": "Tokyo", "sales-channel": "Amazon.co.jp", "currency": "JPY", "item-price": "980"},
    )
    path.write_bytes(path.read_bytes().decode("utf-8").replace("Köln", "Tokyo").encode("cp932"))
    (order,) = open_orders(path)
    assert isinstance(order, Order)
    assert order.buyer_name == "林"


def test_a_report_whose_one_row_is_in_another_encoding_says_how_to_name_it(tmp_path: Path) -> None:
    """A seller with one order a day has no other rows to tell the encoding by."""
    path = tmp_path / "report.txt"
    report(tmp_path, NEW, {"buyer-name": "々", "sales-channel": "Amazon.de"})
    path.write_bytes(path.read_bytes().decode("utf-8").replace("ö", "oe").encode("cp932"))
    (broken,) = open_orders(path)
    assert isinstance(broken, BrokenOrder)
    assert "is not UTF-8" in broken.problem
    assert "--encoding" in broken.hint
    (order,) = open_orders(path, encoding="cp932")
    assert isinstance(order, Order)
    assert order.buyer_name == "々"
