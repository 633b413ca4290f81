"""Amazon: *New orders*."""

from __future__ import annotations

from franking.orders.amazon_columns import AMOUNTS, DATES, SHIPPING
from franking.orders.report_type import ReportType

TYPE = ReportType(
    "new-orders",
    "New orders (GET_FLAT_FILE_ORDERS_DATA)",
    SHIPPING,
    ("order-id", "order-item-id", "purchase-date", "buyer-email", "sku", "product-name", "quantity-purchased"),
    "",
    amounts=AMOUNTS,
    dates=DATES,
    api=("GET_FLAT_FILE_ORDERS_DATA",),
    options={"ShowSalesChannel": "true"},
)
