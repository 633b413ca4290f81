"""Orders as marketplaces' APIs answer them: Amazon's Orders v0 (``getOrders``, ``getOrder``) and Orders 2026-01-01, bol's
Retailer API v10.

A file holds one answer, several one after the other, or a list of them, of either version. An order that is in several
answers (pages may overlap while orders change) counts as it was last updated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from franking.errors import InputError
from franking.model import BrokenOrder, Marketplace, Order
from franking.orders import api_2026, api_v0, bol
from franking.orders.answers import Answer, read_answers
from franking.orders.api_fields import Unreadable
from franking.orders.grouping import Row, Spool
from franking.orders.items import ItemAnswers
from franking.orders.newest import newest
from franking.orders.repair import repaired_order

Version = Literal["v0", "2026", "bol"]
_HINT = "Request the order from the API again, or fix the file."
_SHAPES = 'expected {"payload": {"Orders": [...]}} (Orders v0) or {"orders": [...]} (Orders 2026-01-01)'


class ApiFile:
    """A file of API answers. Iterating yields its orders; ``count`` is how many there are, ``notes`` what the user should
    know about the whole file. ``items`` are files of ``getOrderItems`` answers."""

    def __init__(
        self, path: Path, encoding: str, marketplace: Marketplace | None, items: Sequence[Path] = (), *, chosen: bool = False
    ) -> None:
        self.path = path
        self.encoding = encoding
        self.marketplace = marketplace
        self._more = False
        self._spool = Spool(self._rows())
        self._items = ItemAnswers(items, encoding if chosen else None) if items else None
        self.count = self._spool.count

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes about the file as a whole."""
        note = f"{self.path}: the last answer has a next token: the file does not contain all orders"
        return (note,) if self._more else ()

    def _rows(self) -> Iterator[Row]:
        number = 0
        for answer in read_answers(self.path, self.encoding):
            self._more = _has_more(answer)
            for version, path, raw in self._orders(answer):
                number += 1
                name = "AmazonOrderId" if version == "v0" else "orderId"
                order_id = raw.get(name) if isinstance(raw, dict) else None
                known = order_id.strip() if isinstance(order_id, str) else ""
                yield known or f"order {number}", number, json.dumps([version, path, answer.line, raw])

    def _orders(self, answer: Answer) -> Iterator[tuple[Version, str, object]]:
        """The orders of an answer, each with its path."""
        content, at = answer.content, f"{answer.path}." if answer.path else ""
        payload = content.get("payload")
        if isinstance(payload, dict):
            content, at = payload, f"{at}payload."
        elif "payload" in content:
            raise InputError(f"{self.path}:{answer.line}: {at}payload is no object, {_SHAPES}")
        lists: tuple[tuple[str, Version], ...] = (("Orders", "v0"), ("orders", "2026"))
        for name, version in lists:
            if isinstance(found := content.get(name), list):
                for number, raw in enumerate(found):
                    yield _version(version, raw), f"{at}{name}[{number}]", raw
                return
        if isinstance(found := content.get("order"), dict):
            yield "2026", f"{at}order", found
        elif "AmazonOrderId" in content and ("PurchaseDate" in content or "OrderStatus" in content):
            yield "v0", at.removesuffix("."), content
        elif "orderId" in content and "orderItems" in content:
            yield _version("2026", content), at.removesuffix("."), content
        elif "OrderItems" in content:
            raise InputError(
                f"{self.path}:{answer.line}: found a getOrderItems answer without orders; "
                "pass it with --items in addition to the getOrders answer"
            )
        else:
            raise InputError(f"{self.path}:{answer.line}: found JSON without orders, {_SHAPES}")

    def __iter__(self) -> Iterator[Order | BrokenOrder]:
        for order_id, rows in self._spool:
            entries = [json.loads(data) for _, data in rows]
            known = "" if order_id.startswith("order ") else order_id
            line = entries[0][2]
            try:
                version, path, line, raw = _one(entries)
                yield repaired_order(self._order(known, version, path, line, raw))
            except Unreadable as problem:
                yield BrokenOrder(known, line, f"line {line}: {problem}", problem.rule, _HINT)

    def _order(self, order_id: str, version: Version, path: str, line: int, raw: object) -> Order:
        if not isinstance(raw, dict):
            raise Unreadable(f"{path}: expected an object")
        if not order_id:
            raise Unreadable(f"{path}.{'AmazonOrderId' if version == 'v0' else 'orderId'} is missing".removeprefix("."))
        if version == "bol":
            return bol.read_order(raw, path, self.marketplace, line)
        if version == "2026":
            return api_2026.read_order(raw, path, self.marketplace, line)
        joined = self._items.of(order_id) if self._items is not None else []
        return api_v0.read_order(raw, path, self.marketplace, line, joined)

    def close(self) -> None:
        """Drop what was read."""
        self._spool.close()
        if self._items is not None:
            self._items.close()


def _version(version: Version, raw: object) -> Version:
    """The version, or bol where an order has the moment that bol alone names so."""
    return "bol" if version == "2026" and isinstance(raw, dict) and "orderPlacedDateTime" in raw else version


def _has_more(answer: Answer) -> bool:
    payload, pagination = answer.content.get("payload"), answer.content.get("pagination")
    v0 = payload.get("NextToken") if isinstance(payload, dict) else None
    return bool(v0 or (pagination.get("nextToken") if isinstance(pagination, dict) else None))


def _one(entries: list[Any]) -> tuple[Version, str, int, object]:
    """The one of an order's entries that counts. Raises ``Unreadable`` if that is not certain."""
    left = newest(entries, lambda entry: entry[3])
    if len(left) > 1:
        one, other = left[0], left[1]
        raise Unreadable(f"{one[1]} and line {other[2]}: {other[1]} are one order and contradict each other")
    version, path, line, raw = left[0]
    return version, path, line, raw
