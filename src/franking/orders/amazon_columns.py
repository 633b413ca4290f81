"""The columns that Amazon's order reports have in common."""

from __future__ import annotations

COMMON = {
    "purchased": "purchase-date",
    "sku": "sku",
    "title": "product-name",
    "channel": "sales-channel",
    "city": "ship-city",
    "recipient": "recipient-name",
    "price": "item-price",
    "currency": "currency",
    "email": "buyer-email",
    "buyer": "buyer-name",
    "status": "order-status",
    "country": "ship-country",
    "state": "ship-state",
    "asin": "asin",
    "item": "order-item-id",
    "cancel": "is-buyer-requested-cancellation",
    "cancel-reason": "buyer-requested-cancel-reason",
}

SHIPPING = {
    "id": "order-id",
    "quantity": "quantity-purchased",
    "from": "scheduled-delivery-start-date",
    "to": "scheduled-delivery-end-date",
    "to-ship": "quantity-to-ship",
    "promise": "promise-date",
    "fulfilment": "fulfillment-channel",
    **COMMON,
}

# Of all of them: what shows how a report writes numbers and days.
AMOUNTS = tuple(
    "item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount".split()
)
DATES = tuple("payments-date reporting-date last-updated-date".split())
