"""Marketplaces' flat-file order reports: which columns mean what, read by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from franking.errors import InputError
from franking.orders.foreign import other_report


@dataclass(frozen=True, slots=True)
class ReportType:
    """A report type. ``columns`` maps what an order needs to the report's column name."""

    name: str
    title: str
    columns: dict[str, str]
    required: tuple[str, ...]
    state: str  # what every order of the report is, "" where a column says it
    order_id: str = "[0-9]{3}-[0-9]{7}-[0-9]{7}"  # the form of an order ID, a regular expression
    order_id_words: str = "3-7-7 digits"
    headings: bool = False  # whether lines of headings stand above the header
    places: Mapping[str, str] = field(default_factory=dict)  # marketplaces by the country's name, in lower case
    unsure_price: bool = False  # whether a price may be of each piece or of the row


_COMMON = {
    "purchased": "purchase-date", "sku": "sku", "title": "product-name", "channel": "sales-channel", "city": "ship-city",
    "recipient": "recipient-name", "price": "item-price", "currency": "currency", "email": "buyer-email",
    "buyer": "buyer-name", "status": "order-status", "country": "ship-country", "asin": "asin",
    "item": "order-item-id", "cancel": "is-buyer-requested-cancellation", "cancel-reason": "buyer-requested-cancel-reason",
}  # fmt: skip

_SHIPPING = {
    "id": "order-id", "quantity": "quantity-purchased", "from": "scheduled-delivery-start-date",
    "to": "scheduled-delivery-end-date", "to-ship": "quantity-to-ship", "promise": "promise-date", **_COMMON,
}  # fmt: skip

REPORT_TYPES = (
    ReportType(
        "unshipped", "Unshipped orders (GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING)", _SHIPPING,
        ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased",
         "quantity-to-ship"), "",
    ),
    ReportType(
        "new-orders", "New orders (GET_FLAT_FILE_ORDERS_DATA)", _SHIPPING,
        ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased"), "",
    ),
    ReportType(
        "fba-shipments", "FBA fulfilled shipments (GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL)",
        {"id": "amazon-order-id", "quantity": "quantity-shipped", "shipped": "shipment-date", "carrier": "carrier",
         "tracking": "tracking-number", "delivered": "estimated-arrival-date", "fulfilment": "fulfillment-channel",
         **_COMMON, "item": "amazon-order-item-id", "shipment": "shipment-id", "shipment-item": "shipment-item-id"},
        ("amazon-order-id", "shipment-id", "purchase-date", "shipment-date", "buyer-email", "sku", "product-name",
         "quantity-shipped"), "shipped",
    ),
    ReportType(
        "all-orders", "All orders (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL)",
        {"id": "amazon-order-id", "quantity": "quantity", "fulfilment": "fulfillment-channel", **_COMMON},
        ("amazon-order-id", "purchase-date", "order-status", "sku", "product-name", "quantity"), "",
    ),
    ReportType(
        "bol-orders", "bol orders (CSV)",
        {"id": "bestelnummer", "purchased": "besteldatum", "sku": "referentie", "title": "producttitel", "quantity": "aantal",
         "price": "prijs", "email": "emailadres", "buyer": "voornaam-verzending", "surname": "achternaam-verzending",
         "city": "woonplaats-verzending", "country": "land-verzending", "to": "uiterste-leverdatum",
         "delivered": "uiterste-leverdatum", "cancel": "annuleringsverzoek", "status": "status"},
        ("bestelnummer", "referentie", "producttitel", "aantal", "besteldatum", "emailadres"), "",
        order_id="[0-9A-Z]{9,10}", order_id_words="9 or 10 digits and capital letters", headings=True, unsure_price=True,
        places={"nederland": "bol-nl", "nl": "bol-nl", "belgië": "bol-be", "belgie": "bol-be", "be": "bol-be"},
    ),
)  # fmt: skip

AMOUNTS = frozenset(
    "item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount "
    "ship-promotion-discount prijs".split()
)
DATES = frozenset(
    "purchase-date payments-date reporting-date promise-date shipment-date estimated-arrival-date last-updated-date "
    "scheduled-delivery-start-date scheduled-delivery-end-date besteldatum uiterste-leverdatum".split()
)
KNOWN = frozenset(name for kind in REPORT_TYPES for name in (*kind.columns.values(), *kind.required)) | AMOUNTS | DATES


def recognize(file: str, header: list[str]) -> ReportType:
    """The report type whose required columns the header has.

    Raises ``InputError`` that names another kind of report, the missing columns, or a needed column that stands there twice.
    """
    names = set(header)
    for kind in REPORT_TYPES:
        if names.issuperset(kind.required):
            _judge_twice(file, header, kind)
            return kind
    other = other_report(names)
    if other is not None:
        raise InputError(f"{file}:1: {other}")
    nearest = max(REPORT_TYPES, key=lambda s: len(names & set(s.required)) / len(s.required))
    missing = [name for name in nearest.required if name not in names]
    if len(missing) == len(nearest.required):
        raise InputError(
            f"{file}:1: not an order report: found no known column, expected a header such as order-id, purchase-date, "
            "buyer-email, sku (in English, as downloaded), tab-separated"
        )
    raise InputError(
        f"{file}:1: looks like {nearest.title}, but the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
        f"{'are' if len(missing) > 1 else 'is'} missing"
    )


def is_headed(names: set[str]) -> bool:
    """Whether a line is the header of a report that has lines of headings above it."""
    return any(kind.headings and names.issuperset(kind.required) for kind in REPORT_TYPES)


def _judge_twice(file: str, header: list[str], kind: ReportType) -> None:
    needed = {*kind.required, *kind.columns.values()}
    twice = [name for name, number in Counter(header).items() if number > 1 and name in needed]
    if twice:
        raise InputError(f"{file}:1: the column {twice[0]} occurs twice in the header, expected once")
