"""Amazon: *Unshipped orders*."""

from __future__ import annotations

from franking.orders.amazon_columns import AMOUNTS, DATES, SHIPPING
from franking.orders.report_type import ReportType

TYPE = ReportType(
    "unshipped",
    "Unshipped orders (GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING)",
    SHIPPING,
    (
        "order-id",
        "order-item-id",
        "purchase-date",
        "buyer-email",
        "sku",
        "product-name",
        "quantity-purchased",
        "quantity-to-ship",
    ),
    "",
    amounts=AMOUNTS,
    dates=DATES,
    api=("GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING",),
    options={"ShowSalesChannel": "true"},
)
