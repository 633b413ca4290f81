"""Orders that a program made itself, instead of reading them from a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime

from franking.errors import InputError
from franking.model import BrokenOrder, Marketplace, Order
from franking.orders.repair import repaired_order


class GivenOrders:
    """Orders in memory, as an order file: iterating yields them, ``count`` is how many there are.

    Raises ``InputError`` that names the order's number (from 1) and the field: for what is no order, a moment without an
    offset, a control character, and an order that is given twice.
    """

    notes: tuple[str, ...] = ()
    encoding = "utf-8"
    marketplace: Marketplace | None = None

    def __init__(self, orders: Sequence[Order | BrokenOrder]) -> None:
        seen: set[str] = set()
        for number, order in enumerate(orders, 1):
            if isinstance(order, BrokenOrder):
                continue  # it is refused by its own reason
            _judge(number, order)
            if order.id in seen:
                raise InputError(f"order {number}: {order.id[:40]!r} is given twice, expected each order once")
            seen.add(order.id)
        self._orders = orders
        self.count = len(orders)

    def __iter__(self) -> Iterator[Order | BrokenOrder]:
        return (repaired_order(order) if isinstance(order, Order) else order for order in self._orders)

    def close(self) -> None:
        """Nothing is open."""


def _judge(number: int, order: object) -> None:
    if not isinstance(order, Order):
        raise InputError(f"order {number}: found {type(order).__name__}, expected franking.Order")
    for name in (field.name for field in fields(order)):
        value = getattr(order, name)
        if isinstance(value, datetime) and value.utcoffset() is None:
            raise InputError(f"order {number}: {name}: found a time without an offset, expected one with tzinfo")
        if isinstance(value, str) and not _is_line(value):
            raise InputError(f"order {number}: {name}: found a control character, expected one line of text")
    for item in order.items:
        if not (_is_line(item.title) and _is_line(item.sku)):
            raise InputError(f"order {number}: items: found a control character, expected one line of text")
        if item.quantity < 1:
            raise InputError(f"order {number}: items: found the quantity {item.quantity}, expected 1 or more")


def _is_line(text: str) -> bool:
    return not any(c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in text)
