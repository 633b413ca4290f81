"""Actions as documents: one for each type of feed, validated by the table before anybody sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from franking.errors import ConfigurationError, FrankingError, InputError
from franking.feeds import flat, xml
from franking.feeds.actions import Acknowledgement, Action, Adjustment, Shipment
from franking.feeds.carriers import OTHER
from franking.feeds.reasons import FLAT_REASONS
from franking.feeds.table import MESSAGES, Element, envelope_of, faults

Form = Literal["xml", "flat"]
XML_TYPE, FLAT_TYPE = "text/xml; charset=UTF-8", "text/tab-separated-values; charset=UTF-8"
FEED_TYPES = {
    "OrderAcknowledgement": "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "OrderAdjustment": "POST_PAYMENT_ADJUSTMENT_DATA",
    "OrderFulfillment": "POST_ORDER_FULFILLMENT_DATA",
}
FLAT_ADJUSTMENT, FLAT_FULFILLMENT = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", "POST_FLAT_FILE_FULFILLMENT_DATA"
_MOST_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What the processing report calls a number: a message of an XML document, a record of a flat file."""

    number: int
    order_id: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A document that is ready to be submitted."""

    feed_type: str
    content_type: str
    content: bytes = field(repr=False)
    entries: tuple[Entry, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def ending(self) -> str:
        """Of a file that holds it."""
        return "xml" if self.content_type == XML_TYPE else "txt"


def documents(actions: Sequence[Action], form: Form, merchant: str = "") -> list[FeedDocument]:
    """The documents of actions. ``merchant`` is the seller's identifier, which XML names in its header. Raises
    ``InputError`` for what the table does not permit, ``ConfigurationError`` where the identifier is missing."""
    found: list[FeedDocument] = []
    for kind, of_kind in (
        ("OrderAcknowledgement", [a for a in actions if isinstance(a, Acknowledgement)]),
        ("OrderAdjustment", [a for a in actions if isinstance(a, Adjustment)]),
        ("OrderFulfillment", [a for a in actions if isinstance(a, Shipment)]),
    ):
        if of_kind:
            plain = form == "xml" or kind == "OrderAcknowledgement"
            found.append(_xml(kind, of_kind, merchant) if plain else _flat(kind, of_kind))
    return found


def _xml(kind: str, actions: Sequence[Action], merchant: str) -> FeedDocument:
    if not merchant:
        raise ConfigurationError(
            "no amazon_merchant_id: set it in franking.toml to the seller account's Merchant Token (Seller Central, Account "
            "Info), which feeds in XML name"
        )
    messages = tuple(
        Element("Message", children=(Element("MessageID", str(number)), _element(action)))
        for number, action in enumerate(actions, start=1)
    )
    header = Element("Header", children=(Element("DocumentVersion", "1.01"), Element("MerchantIdentifier", merchant)))
    root = Element("AmazonEnvelope", children=(header, Element("MessageType", kind), *messages))
    _judge(kind, list(faults(root, envelope_of(MESSAGES[kind]))))
    entries = tuple(Entry(n, action.order_id, action.subjects) for n, action in enumerate(actions, start=1))
    return FeedDocument(FEED_TYPES[kind], XML_TYPE, xml.written(root), entries)


def _flat(kind: str, actions: Sequence[Action]) -> FeedDocument:
    rows: list[dict[str, str]] = []
    entries: list[Entry] = []
    for action in actions:
        made = _adjusted_rows(action) if isinstance(action, Adjustment) else _shipped_rows(action)
        for row, subject in zip(made, action.subjects, strict=True):
            rows.append(row)
            entries.append(Entry(len(rows), action.order_id, (subject,)))
    columns = flat.ADJUSTMENT if kind == "OrderAdjustment" else flat.FULFILLMENT
    _judge(kind, list(flat.faults(rows, columns)))
    feed_type = FLAT_ADJUSTMENT if kind == "OrderAdjustment" else FLAT_FULFILLMENT
    return FeedDocument(feed_type, FLAT_TYPE, flat.written(rows, columns), tuple(entries))


def _judge(kind: str, found: list[str]) -> None:
    if found:
        more = f"; and {len(found) - _MOST_FAULTS} more" if len(found) > _MOST_FAULTS else ""
        raise InputError(f"{kind}: not what the marketplace takes: {'; '.join(found[:_MOST_FAULTS])}{more}")


def amount(value: Decimal) -> str:
    """An amount without an exponent; at most two decimals, which is exact."""
    exact = value.quantize(Decimal("0.01"))
    if exact != value:
        raise InputError("an amount with more than two decimals, which the marketplace does not take")
    return format(exact, "f")


def _some(name: str, text: str) -> tuple[Element, ...]:
    return (Element(name, text),) if text else ()


def _element(action: Action) -> Element:
    order = Element("AmazonOrderID", action.order_id)
    if isinstance(action, Acknowledgement):
        items = [
            Element("Item", children=(Element("AmazonOrderItemCode", number), Element("CancelReason", action.reason),
                                      Element("Quantity", str(quantity))))
            for number, quantity in action.items
        ]  # fmt: skip
        return Element("OrderAcknowledgement", children=(order, Element("StatusCode", "Failure"), *items))
    if isinstance(action, Adjustment):
        adjusted = [_adjusted(action, number) for number in range(len(action.items))]
        return Element("OrderAdjustment", children=(order, Element("ActionType", action.action), *adjusted))
    if action.at is None:
        raise InputError("a shipment without the time of day, which XML needs; expected such as 2026-11-26T15:00:00+01:00")
    moment = action.at.replace(microsecond=0).isoformat()
    data = (
        Element("CarrierCode", action.carrier_code), *_some("CarrierName", action.carrier_name),
        *_some("ShippingMethod", action.method), *_some("ShipperTrackingNumber", action.tracking_number),
    )  # fmt: skip
    parcels = [
        Element("Item", children=(Element("AmazonOrderItemCode", number), Element("Quantity", str(quantity))))
        for number, quantity in action.items
    ]
    return Element("OrderFulfillment", children=(
        order, Element("FulfillmentDate", moment), Element("FulfillmentData", children=data), *parcels,
    ))  # fmt: skip


def _adjusted(action: Adjustment, place: int) -> Element:
    item = action.items[place]
    components = tuple(
        Element("Component", children=(
            Element("Type", name), Element("Amount", amount(value), attributes=(("currency", action.currency),)),
        ))
        for name, value in item.components
    )  # fmt: skip
    prices = (Element("ItemPriceAdjustments", children=components),) if components else ()
    pieces = Element("QuantityCancelled" if action.action == "Cancel" else "Quantity", str(item.quantity))
    return Element("AdjustedItem", children=(
        Element("AmazonOrderItemCode", item.number), Element("AdjustmentReason", action.reason), *prices, pieces,
    ))  # fmt: skip


def _adjusted_rows(action: Adjustment) -> list[dict[str, str]]:
    if action.reason not in FLAT_REASONS:
        raise InputError(f"the flat file takes no reason {action.reason}; expected {', '.join(sorted(FLAT_REASONS))}, or XML")
    rows = []
    for item in action.items:
        row = {"order-id": action.order_id, "order-item-id": item.number, "adjustment-reason-code": action.reason,
               "currency": action.currency}  # fmt: skip
        row |= {flat.COMPONENT_COLUMNS[name]: amount(value) for name, value in item.components}
        if action.action == "Cancel":
            row["quantity-cancelled"] = str(item.quantity)
        rows.append(row)
    return rows


def _shipped_rows(action: Action) -> list[dict[str, str]]:
    if not isinstance(action, Shipment):
        raise FrankingError("an acknowledgement has no flat file here")
    common = {"order-id": action.order_id, "ship-date": action.day.isoformat(), "carrier-code": action.carrier_code,
              "carrier-name": action.carrier_name if action.carrier_code == OTHER else "",
              "tracking-number": action.tracking_number, "ship-method": action.method}  # fmt: skip
    return [common | {"order-item-id": number, "quantity": str(n)} for number, n in action.items] or [common]
