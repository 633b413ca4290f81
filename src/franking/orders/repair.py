"""Double-encoded texts of an order, taken back where that is certain. What is not certain stays for the rule ``garbled``."""

from __future__ import annotations

import dataclasses
from typing import Any

from franking.model import Order
from franking.model.mojibake import repaired

_TEXTS = ("buyer_name", "recipient_name", "ship_city", "carrier")


def repaired_order(order: Order) -> Order:
    """The order with its texts as they were before they were double-encoded."""
    changes: dict[str, Any] = {}
    for name in _TEXTS:
        text: str = getattr(order, name)
        if (made := repaired(text)) != text:
            changes[name] = made
    if any(repaired(item.title) != item.title for item in order.items):
        changes["items"] = tuple(dataclasses.replace(item, title=repaired(item.title)) for item in order.items)
    return dataclasses.replace(order, **changes) if changes else order
