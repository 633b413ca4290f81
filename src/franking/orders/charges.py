"""The amounts of an item beside its price: tax, shipping, gift wrap, promotions. Adjustments refund them.

An amount that cannot be read does not make the order unreadable: what needs the amount refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from franking.model import NotUnderstood
from franking.orders.amounts import NumberStyle, Unreadable, parse_amount
from franking.orders.values import masked

# The reports' columns by role; each role is an amount's name behind "charge-".
CHARGE_COLUMNS = {
    "charge-tax": "item-tax",
    "charge-shipping": "shipping-price",
    "charge-shipping_tax": "shipping-tax",
    "charge-gift_wrap": "gift-wrap-price",
    "charge-gift_wrap_tax": "gift-wrap-tax",
    "charge-item_promotion": "item-promotion-discount",
    "charge-shipping_promotion": "ship-promotion-discount",
}
_PREFIX = "charge-"
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)


def charges_of(cells: Mapping[str, str], line: int, style: NumberStyle, currency: str) -> dict[str, Decimal | NotUnderstood]:
    """The amounts of a report's row, by name; empty cells have none. A discount may be written below zero."""
    found: dict[str, Decimal | NotUnderstood] = {}
    for role, column in CHARGE_COLUMNS.items():
        text = cells.get(role, "")
        name = role.removeprefix(_PREFIX)
        try:
            amount = parse_amount(text.lstrip("-") if name.endswith("promotion") else text, style, currency)
        except Unreadable as error:
            found[name] = NotUnderstood(f"line {line}: column {column}", f"{masked(text)!r} {error}")
            continue
        if amount is not None:
            found[name] = amount
    return found


def charge(text: str, path: str) -> Decimal | NotUnderstood | None:
    """An amount of an API answer; None where there is none."""
    if not text:
        return None
    return Decimal(text) if _AMOUNT.fullmatch(text) else NotUnderstood(path, f"{masked(text)!r} is not an amount")


def known(charges: Mapping[str, Decimal | NotUnderstood | None]) -> dict[str, Decimal | NotUnderstood]:
    """Those that there are."""
    return {name: value for name, value in charges.items() if value is not None}
