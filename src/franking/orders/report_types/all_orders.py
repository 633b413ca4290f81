"""Amazon: *All orders*."""

from __future__ import annotations

from franking.orders.amazon_columns import AMOUNTS, COMMON, DATES
from franking.orders.report_type import ReportType

TYPE = ReportType(
    "all-orders",
    "All orders (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL)",
    {"id": "amazon-order-id", "quantity": "quantity", "fulfilment": "fulfillment-channel", **COMMON},
    ("amazon-order-id", "purchase-date", "order-status", "sku", "product-name", "quantity"),
    "",
    amounts=AMOUNTS,
    dates=DATES,
    api=("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"),
)
