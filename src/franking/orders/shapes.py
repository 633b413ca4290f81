"""The shapes of the marketplace's flat-file reports: which columns mean what, read by name."""

from __future__ import annotations

from dataclasses import dataclass

from franking.errors import FrankingError


@dataclass(frozen=True, slots=True)
class Shape:
    """A report type. ``columns`` maps what an order needs to the report's column name."""

    name: str
    title: str
    columns: dict[str, str]
    required: tuple[str, ...]
    state: str  # what every order of the report is, "" where a column says it


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

SHAPES = (
    Shape(
        "unshipped", "Unshipped orders (GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING)", _SHIPPING,
        ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased",
         "quantity-to-ship"), "",
    ),
    Shape(
        "new-orders", "New orders (GET_FLAT_FILE_ORDERS_DATA)", _SHIPPING,
        ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased"), "",
    ),
    Shape(
        "fba-shipments", "FBA fulfilled shipments (GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL)",
        {"id": "amazon-order-id", "quantity": "quantity-shipped", "shipped": "shipment-date", "carrier": "carrier",
         "tracking": "tracking-number", "delivered": "estimated-arrival-date", "fulfilment": "fulfillment-channel",
         **_COMMON, "item": "amazon-order-item-id", "shipment": "shipment-id", "shipment-item": "shipment-item-id"},
        ("amazon-order-id", "shipment-id", "purchase-date", "shipment-date", "buyer-email", "sku", "product-name",
         "quantity-shipped"), "shipped",
    ),
    Shape(
        "all-orders", "All orders (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL)",
        {"id": "amazon-order-id", "quantity": "quantity", "fulfilment": "fulfillment-channel", **_COMMON},
        ("amazon-order-id", "purchase-date", "order-status", "sku", "product-name", "quantity"), "",
    ),
)  # fmt: skip


def recognize(file: str, header: list[str]) -> Shape:
    """The shape whose required columns the header has. Raises ``FrankingError`` that names the missing ones."""
    names = set(header)
    for shape in SHAPES:
        if names.issuperset(shape.required):
            return shape
    nearest = max(SHAPES, key=lambda s: len(names & set(s.required)) / len(s.required))
    missing = [name for name in nearest.required if name not in names]
    if len(missing) == len(nearest.required):
        raise FrankingError(
            f"{file}:1: no order report: found no known column, expected a tab-separated header such as order-id, "
            "purchase-date, buyer-email, sku"
        )
    raise FrankingError(
        f"{file}:1: looks like {nearest.title}, but the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
        f"{'are' if len(missing) > 1 else 'is'} missing"
    )
