"""JSON that is damaged in every way, by every reader of JSON: read as it is, or refused by one line that says where, what was
found and what was expected; never a traceback, and never a value that may be personal."""

from __future__ import annotations

import codecs
import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from franking.catalog.samples import read_sample, sample_order
from franking.check.baseline import Baseline
from franking.errors import FrankingError, InputError
from franking.files.strict_json import BadJson, read_json
from franking.mail.calls import read_call
from franking.model import BrokenOrder
from franking.orders import open_orders
from franking.policy import marketplaces
from franking.sandbox.script import read_script

PRIVATE = ("Zoltan", "Quibell", "q7x9", "Gorlitz", "Sesame")  # in the documents where personal data may stand
GERMANY = next(place for place in marketplaces() if place.name == "Amazon.de")
V0: dict[str, Any] = {"payload": {"Orders": [{
    "AmazonOrderId": "302-6641207-3308129", "PurchaseDate": "2026-11-20T17:20:00Z", "LastUpdateDate": "2026-11-20T17:25:00Z",
    "OrderStatus": "Unshipped", "FulfillmentChannel": "MFN", "MarketplaceId": "A1PA6795UKMFR9",
    "OrderTotal": {"CurrencyCode": "EUR", "Amount": "39.80"},
    "BuyerInfo": {"BuyerEmail": "q7x9@marketplace.amazon.de", "BuyerName": "Zoltan"},
    "ShippingAddress": {"Name": "Zoltan Quibell", "City": "Gorlitz"},
    "OrderItems": [{"ASIN": "B0FP", "SellerSKU": "FP-1", "OrderItemId": "05015851154158", "Title": "Sesame", "QuantityOrdered": 2,
                    "ItemPrice": {"CurrencyCode": "EUR", "Amount": "39.80"}}],
}]}}  # fmt: skip
NEW: dict[str, Any] = {"orders": [{
    "orderId": "302-6641207-3308129", "createdTime": "2026-11-20T17:20:00Z",
    "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
    "buyer": {"buyerName": "Zoltan", "buyerEmail": "q7x9@marketplace.amazon.de"},
    "recipient": {"deliveryAddress": {"name": "Zoltan Quibell", "city": "Gorlitz"}},
    "proceeds": {"grandTotal": {"amount": "39.80", "currencyCode": "EUR"}},
    "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "deliverByWindow": {"latestDateTime": "2026-12-04T11:00:00Z"}},
    "orderItems": [{"orderItemId": "05015851154158", "quantityOrdered": 2,
                    "product": {"asin": "B0FP", "title": "Sesame", "price": {"unitPrice": {"amount": "1.90", "currencyCode": "EUR"}}}}],
    "packages": [{"packageStatus": {"status": "IN_TRANSIT"}, "carrier": "DHL", "shipTime": "2026-11-21T10:00:00Z", "trackingNumber": "q7x9"}],
}]}  # fmt: skip
BOL: dict[str, Any] = {"orders": [{
    "orderId": "A2K8290LP8", "orderPlacedDateTime": "2026-11-20T12:39:48+01:00",
    "shipmentDetails": {"firstName": "Zoltan", "surname": "Quibell", "city": "Gorlitz", "countryCode": "NL", "language": "nl",
                        "email": "2q7x9td4z4mizmx6dcdbsdbdcna@verkopen.bol.com"},
    "orderItems": [{"orderItemId": "2012345678", "cancellationRequest": False, "fulfilment": {"method": "FBR", "latestDeliveryDate": "2026-11-24"},
                    "offer": {"reference": "L-1"}, "product": {"ean": "0000007740404", "title": "Sesame"},
                    "quantity": 3, "quantityShipped": 0, "quantityCancelled": 0, "unitPrice": 12.99}],
}]}  # fmt: skip
BASELINE = {
    "schema": 1,
    "findings": [{"source": "a.html", "rule": "emoji", "path": "html: p", "message": "Sesame", "count": 2}],
}
SCRIPT = {
    "faults": [{"operation": "x", "order": "q7x9", "times": 2, "status": 503, "headers": {"a": "b"}, "drop": "before", "delay": 0.5}],
    "actions": {"1": ["a"]}, "disabled": {"1": {"a": "Sesame"}}, "locales": {"1": "de-DE"}, "rate": 5.0,
}  # fmt: skip
SAMPLE: dict[str, Any] = {"title": "A sample", "order": {
    "id": "302-1234567-7654321", "purchased_at": "2026-11-20T10:00:00", "buyer_name": "Zoltan", "delivered_at": "2026-11-22T10:00:00",
    "recipient_name": "Zoltan Quibell", "ship_city": "Gorlitz", "details": {"note": {"en": "Sesame"}}, "files": [],
    "items": [{"sku": "A", "title": "Sesame", "quantity": 1, "price": "39.80", "asin": "B0"}],
}}  # fmt: skip
CALL: dict[str, Any] = {
    "call": 1, "action": "warranty", "order": "302-1234567-7654321", "marketplace": "A1PA6795UKMFR9", "seller": "s", "text": "Zoltan",
    "covered": ["2026-11-20", "2027-11-20"], "files": [["a.pdf", "application/pdf", "U2VzYW1l"]],
}  # fmt: skip


def orders(path: Path) -> str:
    """What is wrong, "" for nothing."""
    return "; ".join(f"{path}:{order.problem}" for order in open_orders(path) if isinstance(order, BrokenOrder))


@dataclass(frozen=True)
class Reader:
    document: dict[str, Any]
    read: Callable[[Path], object]
    names_the_file: bool = True


READERS = {
    "orders v0": Reader(V0, orders),
    "orders 2026": Reader(NEW, orders),
    "bol": Reader(BOL, orders),
    "baseline": Reader(BASELINE, Baseline.read),
    "script": Reader(SCRIPT, read_script),
    "sample": Reader(SAMPLE, lambda path: sample_order(read_sample(path), GERMANY)),
    "stored call": Reader(CALL, lambda path: read_call(path.read_bytes()), names_the_file=False),
}
DAMAGES: dict[str, object] = {
    "null": None, "a list": [[]], "an object": {"a": {}}, "a text": "word", "a number": 7.5, "a truth value": True,
    "a huge number": 10**30, "a negative number": -1, "an empty list": [], "an empty object": {}, "an empty text": "",
}  # fmt: skip


def fault(reader: Reader, path: Path) -> str:
    """The one line that refuses a document; "" where it is read."""
    try:
        found = reader.read(path)
    except FrankingError as error:
        found = str(error)
        assert found.startswith(f"{path}:") or not reader.names_the_file
    told = found if isinstance(found, str) else ""
    assert "\n" not in told
    assert not [private for private in PRIVATE if private in told.replace(str(path), "")], told
    assert not re.search(r"pydantic|validation error|Traceback|<class", told), told
    return told


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document, the whole one first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from places(one, (*path, step))


def damaged(document: dict[str, Any], path: tuple[str | int, ...], value: object) -> object:
    if not path:
        return value
    made = copy.deepcopy(document)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


def without(document: dict[str, Any], path: tuple[str | int, ...]) -> object:
    made = copy.deepcopy(document)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return made


@pytest.mark.parametrize("name", READERS)
def test_the_whole_document_is_read(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    for start in (b"", codecs.BOM_UTF8):
        path = tmp_path / "given.json"
        path.write_bytes(start + json.dumps(reader.document).encode())
        assert fault(reader, path) == ""


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", READERS)
def test_a_wrong_value_at_every_place(name: str, damage: str, tmp_path: Path) -> None:
    reader, path = READERS[name], tmp_path / "given.json"
    for place in places(reader.document):
        path.write_text(json.dumps(damaged(reader.document, place, DAMAGES[damage])), "utf-8")
        fault(reader, path)


@pytest.mark.parametrize("name", READERS)
def test_a_missing_value_at_every_place(name: str, tmp_path: Path) -> None:
    reader, path = READERS[name], tmp_path / "given.json"
    for place in places(reader.document):
        if place:
            path.write_text(json.dumps(without(reader.document, place)), "utf-8")
            fault(reader, path)


@pytest.mark.parametrize(
    ("name", "place", "value", "told"),
    [
        ("orders v0", "payload.Orders.0.OrderItems.0.QuantityOrdered", 10**30, "payload.Orders[0].OrderItems[0].QuantityOrdered: found a JSON number, expected a number below 1000000000"),
        ("orders v0", "payload.Orders.0.OrderItems.0.QuantityOrdered", None, "payload.Orders[0].OrderItems[0].QuantityOrdered: found a JSON null, expected a whole number, not negative"),
        ("orders v0", "payload.Orders.0.OrderItems", {}, "payload.Orders[0].OrderItems: found a JSON object, expected a list"),
        ("orders v0", "payload.Orders.0.BuyerInfo", [], "payload.Orders[0].BuyerInfo: found a JSON list, expected an object"),
        ("orders 2026", "orders.0.orderItems.0.product.price.unitPrice", "1", "orders[0].orderItems[0].product.price.unitPrice: found a JSON text, expected an object"),
        ("bol", "orders.0.orderItems.0.product.title", [[1]], "orders[0].orderItems[0].product.title: found a JSON list, expected a text"),
        ("baseline", "findings.0.count", "2", "findings[0].count: found a JSON text, expected a whole number, not negative; expected a file written by --write-baseline"),
        ("baseline", "findings", {}, "findings: found a JSON object, expected a list"),
        ("baseline", "schema", 2, "schema: found a JSON number, expected 1"),
        ("script", "faults.0.drop", "between", "faults[0].drop: found a JSON text, expected '', 'before', 'after' or 'within'"),
        ("script", "faults.0.delays", 3, "faults[0]: the name 'delays' is not known here"),
        ("script", "actions.1", "a", "actions.1: found a JSON text, expected a list"),
        ("script", "faults.0.status", 6000, "faults[0].status: found a JSON number, expected a number up to 599"),
        ("sample", "order.items.0.price", "much", "order.items[0].price: found a JSON text, expected a number"),
        ("sample", "order.purchased_at", "yesterday", "order.purchased_at: found a JSON text, expected a moment such as 2026-11-20T08:15:42Z"),
        ("sample", "order.details.note.en", ["a"], "order.details.note: found a JSON object, expected a text"),
        ("sample", "order.files.0", "../secret.pdf", "order.files[0]: no such file beside the sample"),
        ("stored call", "files.0.2", "%", "files[0][2]: found a JSON text, expected Base64"),
        ("stored call", "call", 2, "call: found a JSON number, expected 1"),
    ],
)  # fmt: skip
def test_what_is_told(name: str, place: str, value: object, told: str, tmp_path: Path) -> None:
    reader, path = READERS[name], tmp_path / "given.json"
    document = copy.deepcopy(reader.document)
    at: Any = document
    *steps, last = (int(step) if step.isdigit() and name != "script" else step for step in place.split("."))
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    if isinstance(at, list) and isinstance(last, int) and last == len(at):
        at.append(value)
    else:
        at[last] = value
    path.write_text(json.dumps(document), "utf-8")
    assert told in fault(reader, path)


BROKEN_TEXTS: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "NaN": (lambda text: text.replace('"!"', "NaN"), "NaN is no number in JSON"),
    "Infinity": (lambda text: text.replace('"!"', "Infinity"), "Infinity is no number in JSON"),
    "-Infinity": (lambda text: text.replace('"!"', "[-Infinity]"), "-Infinity is no number in JSON"),
    "a float without end": (lambda text: text.replace('"!"', "1e999"), "a number too large"),
    "five thousand digits": (lambda text: text.replace('"!"', "9" * 5000), "number"),
    "a name twice": (lambda text: text.replace('"!"', '{"twice": 1,\n"twice": 2}'), "the name 'twice' is there twice"),
    "a secret name twice": (lambda text: text.replace('"!"', '{"Zoltan Q": 1, "Zoltan Q": 1}'), "the name is there twice"),
    "trailing text": (lambda text: text + "\n} more", ""),
    "cut in the middle": (lambda text: text[: len(text) // 2], ""),
    "deep nesting": (lambda text: text.replace('"!"', "[" * 100_000), "nested too deep"),
    "nothing": (lambda text: "", ""),
    "Latin-1": (lambda text: text.replace("!", "Größe").encode("latin-1"), "UTF-8"),
    "a comment": (lambda text: text.replace('"!"', '"!" // why'), ""),
    "single quotes": (lambda text: text.replace('"!"', "'!'"), ""),
}


@pytest.mark.parametrize("damage", BROKEN_TEXTS)
@pytest.mark.parametrize("name", READERS)
def test_a_text_that_is_no_json_with_one_reading(name: str, damage: str, tmp_path: Path) -> None:
    reader, path = READERS[name], tmp_path / "given.json"
    made, told = BROKEN_TEXTS[damage]
    text = made(json.dumps(reader.document, indent=1)[:-2] + ',\n "extra": "!"\n}')
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = fault(reader, path)
    assert found
    assert told in found
    if told.endswith("in JSON"):
        lines = len(json.dumps(reader.document, indent=1).splitlines())
        assert f":{lines}:" in found or not reader.names_the_file


@pytest.mark.parametrize("name", ["baseline", "script", "sample", "stored call"])
def test_half_a_surrogate_pair(name: str, tmp_path: Path) -> None:
    reader, path = READERS[name], tmp_path / "given.json"
    path.write_text(json.dumps(reader.document).replace("Sesame", "\\ud83d").replace("Zoltan", "\\ud83d"), "utf-8")
    assert "half of a surrogate pair" in fault(reader, path)


@pytest.mark.parametrize("name", ["orders v0", "orders 2026", "bol"])
def test_an_order_with_half_a_surrogate_pair_is_garbled_not_unreadable(name: str, tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    path.write_text(json.dumps(READERS[name].document).replace("Sesame", "A\\ud83d"), "utf-8")
    (order,) = open_orders(path)
    assert not isinstance(order, BrokenOrder)
    assert [item.title for item in order.items] == ["A\ufffd"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1, "a": 2}', 1),
        ('{\n"b": [\n1,\n{"a": 1,\n"a": 2}],\n"c": 3}', 5),
        ("[\n\n\nNaN\n]", 4),
        ("\n\n[1e400]", 3),
        ("{\n", 2),
    ],
)
def test_the_line_of_what_can_be_read_in_two_ways(text: str, line: int) -> None:
    with pytest.raises(BadJson) as caught:
        read_json(text)
    assert caught.value.line == line


def test_the_line_of_an_order_file_of_several_answers(tmp_path: Path) -> None:
    path = tmp_path / "given.json"
    path.write_text(json.dumps(V0) + '\n\n{"payload": {\n"Orders": [],\n"Orders": []}}\n', "utf-8")
    with pytest.raises(InputError, match=r"given.json:5: no valid JSON: the name 'Orders' is there twice"):
        list(open_orders(path))
