"""The table of what feeds hold: elements in their order, how often, how long, which values.

Source: Amazon's public feed documentation of the message types, as of August 2026. The marketplace's own schema files are
confidential, and none is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from franking.feeds.carriers import CARRIER_CODES
from franking.feeds.reasons import ADJUSTMENT_REASONS, CANCEL_REASONS

MANY = 1_000_000
CURRENCIES = frozenset("USD GBP EUR JPY CAD CNY INR MXN BRL AUD TRY SGD SEK PLN AED SAR EGP".split())
COMPONENTS = (
    "Principal", "Shipping", "Tax", "ShippingTax", "RestockingFee", "RestockingFeeTax", "GiftWrap", "GiftWrapTax", "Surcharge",
    "ReturnShipping", "Goodwill", "ExportCharge", "COD", "CODTax", "Other", "FreeReplacementReturnShipping",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a document: its name, and its text or its children."""

    name: str
    text: str = ""
    children: tuple[Element, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


class Allowed(Protocol):
    """What a value may be: ``form`` is a regular expression, ``words`` says the same, ``longest`` 0 is no limit."""

    @property
    def form(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def longest(self) -> int: ...
    @property
    def values(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What is permitted at a position: one of ``names``, ``least`` to ``most`` times. A leaf has a form: a regular expression
    with the same in words, the most characters, or the only values; a branch has parts, in their order."""

    names: tuple[str, ...]
    least: int = 1
    most: int = 1
    form: str = ""
    words: str = ""
    longest: int = 0
    values: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = ()
    currency: bool = False  # whether it has the attribute of that name
    one_of: frozenset[str] = field(default=frozenset())  # of the children, at least one of these

    @property
    def leaf(self) -> bool:
        """Whether it holds text."""
        return not self.parts


def _leaf(name: str, least: int = 1, *, form: str = "", words: str = "", longest: int = 0,
          values: frozenset[str] = frozenset(), currency: bool = False) -> Part:  # fmt: skip
    return Part((name,), least, 1, form, words, longest, values, (), currency)


_ORDER = "[0-9]{3}-[0-9]{7}-[0-9]{7}"
_COUNT, _COUNT_WORDS = "[1-9][0-9]{0,8}", "a whole number above 0"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})"
_AMOUNT = _leaf("Amount", form=r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", words="at most two decimals", currency=True)
_ORDER_ID = Part(("AmazonOrderID", "MerchantOrderID"), form=_ORDER, words="3-7-7 digits")
_ITEM = Part(("AmazonOrderItemCode", "MerchantOrderItemID"), form="[0-9]{1,20}", words="digits")
_ITEM_14 = Part(("AmazonOrderItemCode", "MerchantOrderItemID"), form="[0-9]{14}", words="14 digits")
_QUANTITY = _leaf("Quantity", 0, form=_COUNT, words=_COUNT_WORDS)


def _components(types: frozenset[str]) -> Part:
    return Part(("Component",), 1, MANY, parts=(_leaf("Type", values=types), _AMOUNT))


ACKNOWLEDGEMENT = Part(("OrderAcknowledgement",), parts=(
    _leaf("AmazonOrderID", form=_ORDER, words="3-7-7 digits"),
    _leaf("MerchantOrderID", 0, longest=64),
    _leaf("StatusCode", values=frozenset(["Success", "Failure"])),
    Part(("Item",), 0, MANY, parts=(
        _leaf("AmazonOrderItemCode", form="[0-9]{1,20}", words="digits"),
        _leaf("MerchantOrderItemID", 0, longest=64),
        _leaf("CancelReason", 0, values=CANCEL_REASONS),
        _QUANTITY,
    )),
))  # fmt: skip

ADJUSTMENT = Part(("OrderAdjustment",), parts=(
    _ORDER_ID,
    _leaf("ActionType", 0, values=frozenset(["Refund", "Cancel"])),
    _leaf("CODCollectionMethod", 0, values=frozenset(["DirectPayment"])),
    Part(("AdjustedItem",), 1, MANY, one_of=frozenset(["ItemPriceAdjustments", "PromotionAdjustments",
                                                       "DirectPaymentAdjustments", "QuantityCancelled"]), parts=(
        _ITEM_14,
        _leaf("MerchantAdjustmentItemID", 0, longest=50),
        _leaf("AdjustmentReason", values=ADJUSTMENT_REASONS),
        Part(("ItemPriceAdjustments",), 0, parts=(_components(frozenset(COMPONENTS)),)),
        Part(("PromotionAdjustments",), 0, MANY, parts=(
            _leaf("PromotionClaimCode", 0, form=".{6,12}", words="6 to 12 characters"),
            _leaf("MerchantPromotionID", 0, longest=80),
            _components(frozenset(["Principal", "Shipping"])),
        )),
        Part(("DirectPaymentAdjustments",), 0, parts=(_components(frozenset(COMPONENTS)),)),
        _leaf("QuantityCancelled", 0, form=_COUNT, words=_COUNT_WORDS),
        _QUANTITY,
    )),
))  # fmt: skip

FULFILLMENT = Part(("OrderFulfillment",), parts=(
    _ORDER_ID,
    _leaf("MerchantFulfillmentID", 0, form="[0-9]{1,20}", words="1 to 20 digits"),
    _leaf("FulfillmentDate", form=_MOMENT, words="a moment with its offset, such as 2026-11-26T15:00:00+01:00"),
    Part(("FulfillmentData",), 0, one_of=frozenset(["CarrierCode", "CarrierName"]), parts=(
        _leaf("CarrierCode", 0, values=CARRIER_CODES),
        _leaf("CarrierName", 0, longest=50),
        _leaf("ShippingMethod", 0, longest=50),
        _leaf("ShipperTrackingNumber", 0, longest=50),
    )),
    _leaf("CODCollectionMethod", 0, values=frozenset(["DirectPayment"])),
    Part(("Item",), 0, MANY, parts=(_ITEM, _leaf("MerchantFulfillmentItemID", 0, longest=20), _QUANTITY)),
))  # fmt: skip

MESSAGES = {"OrderAcknowledgement": ACKNOWLEDGEMENT, "OrderAdjustment": ADJUSTMENT, "OrderFulfillment": FULFILLMENT}


def envelope_of(message: Part) -> Part:
    """The whole document of messages of one type."""
    return Part(("AmazonEnvelope",), parts=(
        Part(("Header",), parts=(
            _leaf("DocumentVersion", values=frozenset(["1.01", "1.02"])),
            _leaf("MerchantIdentifier", longest=50),
        )),
        _leaf("MessageType", values=frozenset(message.names)),
        Part(("Message",), 1, MANY, parts=(_leaf("MessageID", form="[1-9][0-9]{0,19}", words="1 to 20 digits, above 0"),
                                           message)),
    ))  # fmt: skip


def faults(element: Element, part: Part, path: str = "") -> Iterator[str]:
    """What of a document breaks the table: path, what was found in form, what was expected. No value is shown."""
    here = f"{path}/{element.name}" if path else element.name
    if element.name not in part.names:
        yield f"{here}: expected {' or '.join(part.names)}"
    elif part.leaf:
        yield from _text_faults(element, part, here)
    else:
        yield from _child_faults(element, part, here)


def _child_faults(element: Element, part: Part, here: str) -> Iterator[str]:
    at, children = 0, element.children
    for expected in part.parts:
        number = 0
        while at < len(children) and children[at].name in expected.names and number < expected.most:
            number += 1
            yield from faults(children[at], expected, here)
            at += 1
        if number < expected.least:
            yield f"{here}: {' or '.join(expected.names)} is missing"
    if at < len(children):
        yield f"{here}: {children[at].name} is not permitted here"
    if part.one_of and not part.one_of & {child.name for child in children}:
        yield f"{here}: expected one of {', '.join(sorted(part.one_of))}"


def value_fault(text: str, allowed: Allowed) -> str:
    """What is wrong with a value; "" if nothing is."""
    if allowed.values and text not in allowed.values:
        return "none of the values that it may have"
    if allowed.form and not re.fullmatch(allowed.form, text):
        return f"expected {allowed.words}"
    if allowed.longest and len(text) > allowed.longest:
        return f"found {len(text)} characters, expected at most {allowed.longest}"
    return ""


def _text_faults(element: Element, part: Part, here: str) -> Iterator[str]:
    text = element.text
    if element.children:
        yield f"{here}: found elements, expected a text"
    if not text:
        yield f"{here}: is empty"
    elif fault := value_fault(text, part):
        yield f"{here}: {fault}"
    attributes = dict(element.attributes)
    if part.currency and attributes.get("currency") not in CURRENCIES:
        yield f"{here}: expected a currency that the marketplace accepts"
    if set(attributes) - ({"currency"} if part.currency else set()):
        yield f"{here}: has an attribute that it may not have"
