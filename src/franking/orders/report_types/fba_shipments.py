"""Amazon: *FBA fulfilled shipments*."""

from __future__ import annotations

from franking.orders.amazon_columns import AMOUNTS, COMMON, DATES
from franking.orders.report_type import ReportType

TYPE = ReportType(
    "fba-shipments",
    "FBA fulfilled shipments (GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL)",
    {
        "id": "amazon-order-id",
        "quantity": "quantity-shipped",
        "shipped": "shipment-date",
        "carrier": "carrier",
        "tracking": "tracking-number",
        "delivered": "estimated-arrival-date",
        "fulfilment": "fulfillment-channel",
        **COMMON,
        "item": "amazon-order-item-id",
        "shipment": "shipment-id",
        "shipment-item": "shipment-item-id",
    },
    (
        "amazon-order-id",
        "shipment-id",
        "purchase-date",
        "shipment-date",
        "buyer-email",
        "sku",
        "product-name",
        "quantity-shipped",
    ),
    "shipped",
    amounts=AMOUNTS,
    dates=DATES,
    api=("GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",),
)
