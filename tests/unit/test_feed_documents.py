"""Feeds as documents, judged by others: XML by libxml2 against a schema written here from the public documentation, and read back
by ElementTree; flat files read back by ``csv``."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from franking.errors import ConfigurationError, InputError
from franking.feeds import Acknowledgement, AdjustedItem, Adjustment, Shipment, documents
from franking.feeds.actions import Action
from franking.feeds.table import ADJUSTMENT, Element, faults

ORDER, ITEM = "302-1234567-1234567", "30441181101234"
WHEN = datetime(2026, 11, 26, 15, 4, 5, 678, tzinfo=UTC)


def leaf(name: str, body: str, occurs: str = "") -> str:
    return f'<xs:element name="{name}" {occurs}><xs:simpleType><xs:restriction base="xs:string">{body}</xs:restriction></xs:simpleType></xs:element>'


def tree(name: str, body: str, occurs: str = "") -> str:
    return f'<xs:element name="{name}" {occurs}><xs:complexType><xs:sequence>{body}</xs:sequence></xs:complexType></xs:element>'


OPTIONAL, ANY = 'minOccurs="0"', 'minOccurs="0" maxOccurs="unbounded"'
PIECES = '<xs:minExclusive value="0"/>'


def number(name: str, occurs: str = OPTIONAL) -> str:
    return f'<xs:element name="{name}" {occurs}><xs:simpleType><xs:restriction base="xs:integer">{PIECES}</xs:restriction></xs:simpleType></xs:element>'


def one_of(*values: str) -> str:
    return "".join(f'<xs:enumeration value="{value}"/>' for value in values)


AMOUNT = ('<xs:element name="Amount"><xs:complexType><xs:simpleContent><xs:extension base="money">'
          '<xs:attribute name="currency" use="required"><xs:simpleType><xs:restriction base="xs:string">'
          + one_of(*"USD GBP EUR JPY CAD CNY INR MXN BRL AUD TRY SGD SEK PLN AED SAR EGP".split())
          + "</xs:restriction></xs:simpleType></xs:attribute></xs:extension></xs:simpleContent></xs:complexType></xs:element>")  # fmt: skip
ORDER_ID = leaf("AmazonOrderID", r'<xs:pattern value="\d{3}-\d{7}-\d{7}"/>')
CODE = leaf("AmazonOrderItemCode", r'<xs:pattern value="\d{14}"/>')
SHORT = '<xs:maxLength value="50"/>'
BODIES = {
    "OrderAcknowledgement": ORDER_ID + leaf("StatusCode", one_of("Success", "Failure")) + tree("Item", CODE + leaf(
        "CancelReason", one_of(*"NoInventory ShippingAddressUndeliverable CustomerExchange BuyerCanceled GeneralAdjustment".split()),
        OPTIONAL) + number("Quantity"), ANY),
    "OrderAdjustment": ORDER_ID + leaf("ActionType", one_of("Refund", "Cancel"), OPTIONAL) + tree("AdjustedItem", CODE + leaf(
        "AdjustmentReason", one_of(*"NoInventory CustomerReturn GeneralAdjustment CouldNotShip DifferentItem Other".split()))
        + tree("ItemPriceAdjustments", tree("Component", leaf("Type", one_of(
            *"Principal Shipping Tax ShippingTax GiftWrap GiftWrapTax".split())) + AMOUNT, 'maxOccurs="unbounded"'), OPTIONAL)
        + number("QuantityCancelled") + number("Quantity"), 'maxOccurs="unbounded"'),
    "OrderFulfillment": ORDER_ID + '<xs:element name="FulfillmentDate" type="xs:dateTime"/>' + tree(
        "FulfillmentData", leaf("CarrierCode", '<xs:minLength value="2"/>') + leaf("CarrierName", SHORT, OPTIONAL)
        + leaf("ShippingMethod", SHORT, OPTIONAL) + leaf("ShipperTrackingNumber", SHORT, OPTIONAL))
        + tree("Item", CODE + number("Quantity"), ANY),
}  # fmt: skip


def schema(kind: str) -> etree.XMLSchema:
    header = tree("Header", leaf("DocumentVersion", one_of("1.01", "1.02")) + leaf("MerchantIdentifier", SHORT))
    message = tree(
        "Message", leaf("MessageID", r'<xs:pattern value="[1-9]\d{0,19}"/>') + tree(kind, BODIES[kind]), 'maxOccurs="unbounded"'
    )
    money = '<xs:simpleType name="money"><xs:restriction base="xs:decimal"><xs:fractionDigits value="2"/></xs:restriction></xs:simpleType>'
    text = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{money}'
        + tree("AmazonEnvelope", header + leaf("MessageType", one_of(kind)) + message)
        + "</xs:schema>"
    )
    return etree.XMLSchema(etree.fromstring(text))


SCHEMAS = {kind: schema(kind) for kind in BODIES}
ACTIONS: dict[str, Action] = {
    "OrderAcknowledgement": Acknowledgement(ORDER, "NoInventory", ((ITEM, 2), ("30441181101235", 1))),
    "OrderAdjustment": Adjustment(ORDER, "Refund", "CouldNotShip", "EUR", (
        AdjustedItem(ITEM, 2, (("Principal", Decimal("59.9")), ("Tax", Decimal("11.38")), ("Shipping", Decimal("1E+1")))),)),
    "OrderFulfillment": Shipment(ORDER, "Other", "Kurier & Söhne", "T<1>", WHEN.date(), WHEN, "Express", ((ITEM, 1),)),
}  # fmt: skip
CANCEL = Adjustment(ORDER, "Cancel", "NoInventory", "EUR", (AdjustedItem(ITEM, 1),))


@pytest.mark.parametrize("kind", BODIES)
def test_documents_are_what_the_documentation_says(kind: str) -> None:
    actions = [ACTIONS[kind], *([CANCEL] if kind == "OrderAdjustment" else [])]
    (made,) = documents(actions, "xml", "A2EXAMPLE")
    SCHEMAS[kind].assertValid(etree.fromstring(made.content))
    assert not made.content.startswith(b"\xef\xbb\xbf")
    assert made.content.decode("utf-8").startswith('<?xml version="1.0" encoding="UTF-8"?>')
    ids = [e.text for e in ElementTree.fromstring(made.content).iter("MessageID")]
    assert ids == [str(n) for n in range(1, len(actions) + 1)]
    assert [entry.number for entry in made.entries] == list(range(1, len(actions) + 1))


def test_the_schema_judges() -> None:
    """It refuses what each table refuses: order, values, a bare date, decimals."""
    (made,) = documents([ACTIONS["OrderFulfillment"]], "xml", "A2")
    for wrong in (made.content.replace(b"2026-11-26T15:04:05+00:00", b"2026-11-26"), made.content.replace(ORDER.encode(), b"1"),
                  made.content.replace(b"OrderFulfillment", b"OrderShipment")):  # fmt: skip
        assert not SCHEMAS["OrderFulfillment"].validate(etree.fromstring(wrong))


def test_each_kind_has_its_own_document() -> None:
    assert [d.feed_type for d in documents([*ACTIONS.values(), CANCEL], "xml", "A2")] == [
        "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA", "POST_ORDER_FULFILLMENT_DATA",
    ]  # fmt: skip
    with pytest.raises(ConfigurationError, match="amazon_merchant_id"):
        documents([CANCEL], "xml")


HOSTILE = ["&<>\"']]>", "<![CDATA[x]]>", "<!--", "&amp;&#0;&lol;", "emoji 🚚 and 漢字", "<?xml?>", "</CarrierName><CarrierName>", "x" * 50,
           "%PARAM;", "back\\slash", "\u00a0"]  # fmt: skip
REFUSED = ["nul\x00", "bell\x07", "tab\tin", "line\nend", "\ud800", "del\x7f", "c1\x85", "\ufffe", "x" * 51, "\U0001ffff"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_text(text: str) -> None:
    parcel = Shipment(ORDER, "Other", text, text, WHEN.date(), WHEN, text, ((ITEM, 1),))
    (made,) = documents([parcel], "xml", text)
    root = etree.fromstring(made.content, etree.XMLParser(resolve_entities=False))
    SCHEMAS["OrderFulfillment"].assertValid(root)
    for name in ("MerchantIdentifier", "CarrierName", "ShippingMethod", "ShipperTrackingNumber"):
        assert [e.text for e in ElementTree.fromstring(made.content).iter(name)] == [text]
    (flat,) = documents([parcel], "flat")
    (row,) = csv.DictReader(flat.content.decode("utf-8").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE)
    assert (row["carrier-name"], row["tracking-number"], row["ship-method"]) == (text, text, text)


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("form", ["xml", "flat"])
def test_other_texts_are_refused(text: str, form: str) -> None:
    parcel = Shipment(ORDER, "Other", text, "T", WHEN.date(), WHEN, "", ((ITEM, 1),))
    with pytest.raises(InputError) as caught:
        documents([parcel], form, "A2")  # type: ignore[arg-type]
    assert text not in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=50))
def test_any_text_is_text_or_refused(text: str) -> None:
    try:
        (made,) = documents([Shipment(ORDER, "Other", text, "T", WHEN.date(), WHEN, "", ((ITEM, 1),))], "xml", "A2")
    except InputError:
        return
    root = etree.fromstring(made.content)
    SCHEMAS["OrderFulfillment"].assertValid(root)
    assert root.findtext(".//CarrierName") == text


@pytest.mark.parametrize(
    "action",
    [
        Acknowledgement("1", "NoInventory", ((ITEM, 1),)), Acknowledgement(ORDER, "CouldNotShip", ((ITEM, 1),)),
        Acknowledgement(ORDER, "NoInventory", ((ITEM, 0),)), Adjustment(ORDER, "Cancel", "NoInventory", "EUR", ()),
        Adjustment(ORDER, "Refund", "Other", "CHF", (AdjustedItem(ITEM, 1, (("Principal", Decimal(1)),)),)),
        Adjustment(ORDER, "Refund", "Other", "EUR", (AdjustedItem(ITEM, 1, (("Principal", Decimal("1.005")),)),)),
        Adjustment(ORDER, "Refund", "Other", "EUR", (AdjustedItem(ITEM, 1, (("Wishes", Decimal(1)),)),)),
        Adjustment(ORDER, "Refund", "Other", "EUR", (AdjustedItem(ITEM, 1),)),
        Adjustment(ORDER, "Refund", "Other", "EUR", (AdjustedItem("1234567890123", 1, (("Principal", Decimal(1)),)),)),
        Shipment(ORDER, "dhl", "", "T", WHEN.date(), WHEN), Shipment(ORDER, "DHL", "", "T", WHEN.date()),
    ],
)  # fmt: skip
def test_what_the_table_forbids_is_no_document(action: Action) -> None:
    with pytest.raises(InputError):
        documents([action], "xml", "A2")


def test_the_order_of_elements_counts() -> None:
    children = (Element("AmazonOrderItemCode", ITEM), Element("QuantityCancelled", "1"), Element("AdjustmentReason", "Other"))
    wrong = Element("OrderAdjustment", children=(Element("AmazonOrderID", ORDER), Element("AdjustedItem", children=children)))
    assert any("AdjustmentReason" in fault for fault in faults(wrong, ADJUSTMENT))
    assert all(ORDER not in fault and ITEM not in fault for fault in faults(wrong, ADJUSTMENT))


def test_flat_files() -> None:
    day = Shipment(ORDER, "DHL", "", "T1", date(2026, 11, 26), None, "", ((ITEM, 1), ("7", 2)))
    adjusted, shipped = documents([CANCEL, ACTIONS["OrderAdjustment"], day], "flat")
    rows = list(csv.DictReader(adjusted.content.decode("utf-8").splitlines(), delimiter="\t"))
    assert rows[0]["quantity-cancelled"] == "1"
    assert (rows[1]["item-price-adj"], rows[1]["item-tax-adj"], rows[1]["shipping-price-adj"]) == ("59.90", "11.38", "10.00")
    assert (rows[1]["currency"], rows[1]["adjustment-reason-code"], rows[1]["quantity-cancelled"]) == (
        "EUR",
        "CouldNotShip",
        "",
    )
    rows = list(csv.DictReader(shipped.content.decode("utf-8").splitlines(), delimiter="\t"))
    assert [(r["order-item-id"], r["quantity"], r["ship-date"]) for r in rows] == [
        (ITEM, "1", "2026-11-26"),
        ("7", "2", "2026-11-26"),
    ]
    assert [(e.number, e.subjects) for e in shipped.entries] == [(1, (f"ship:{ITEM}:T1",)), (2, ("ship:7:T1",))]
    with pytest.raises(InputError, match="reason"):
        documents([Adjustment(ORDER, "Cancel", "Other", "EUR", (AdjustedItem(ITEM, 1),))], "flat")
    assert re.fullmatch(rb"[^\r]*\n", adjusted.content)
