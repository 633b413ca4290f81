"""``getOrderItems`` answers (Orders v0), to be joined with the orders of a ``getOrders`` answer, which contains no items.

They wait in a private temporary SQLite database, as the rows of a report do: memory stays flat.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from franking.errors import InputError
from franking.orders.answers import NOT_UTF8, Answer, json_encoding, read_answers
from franking.orders.api_fields import Unreadable
from franking.orders.api_v0 import ReadItem, read_items


class ItemAnswers:
    """The items of orders, by order ID, from any number of files with any number of answers each."""

    def __init__(self, files: Sequence[Path], encoding: str | None = None) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self.close = weakref.finalize(self, self._database.close)
        self._database.execute("CREATE TABLE answer (order_id TEXT NOT NULL, more INTEGER NOT NULL, data TEXT NOT NULL)")
        self._database.execute("BEGIN")
        for file in files:
            self._database.executemany("INSERT INTO answer VALUES (?, ?, ?)", _rows(file, encoding))
        self._database.execute("CREATE INDEX by_order ON answer (order_id)")
        self._database.execute("COMMIT")

    def of(self, order_id: str) -> list[ReadItem]:
        """The items of an order, each as often as answers name it. Raises ``Unreadable`` for an item that cannot be read,
        and where the answers of the order all end with a ``NextToken``: the last ones are missing."""
        rows = self._database.execute("SELECT more, data FROM answer WHERE order_id = ? ORDER BY rowid", (order_id,)).fetchall()
        if rows and all(more for more, _ in rows):
            place, path, _ = json.loads(rows[-1][1])
            token = f"{path}.NextToken" if path else "NextToken"
            raise Unreadable(f"{place}: {token}: the order has more items than the answers passed with --items contain")
        return [item for _, data in rows for item in _items(*json.loads(data))]


def _items(place: str, path: str, raw: object) -> list[ReadItem]:
    try:
        return read_items(raw, path, place)
    except Unreadable as problem:
        raise Unreadable(f"{place}: {problem}") from None


def _rows(file: Path, encoding: str | None) -> Iterator[tuple[str, bool, str]]:
    if not file.is_file():
        raise InputError(f"--items {file}: no such file; expected getOrderItems answers as JSON")
    try:
        codec = encoding or json_encoding(file)
        for answer in read_answers(file, codec):
            payload, path = _payload(file, answer)
            order_id = payload.get("AmazonOrderId")
            if not isinstance(order_id, str) or not order_id.strip():
                name = f"{path}.AmazonOrderId" if path else "AmazonOrderId"
                raise InputError(f"{file}:{answer.line}: {name} is missing; the order of the items is unknown without it")
            data = json.dumps([f"{file.name} line {answer.line}", path, {"OrderItems": payload["OrderItems"]}])
            yield order_id.strip(), bool(payload.get("NextToken")), data
    except UnicodeDecodeError as error:
        reason = f"not {encoding}" if encoding else NOT_UTF8
        raise InputError(f"{file}: byte 0x{error.object[error.start]:02x}: {reason}") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None


def _payload(file: Path, answer: Answer) -> tuple[dict[str, object], str]:
    inner = answer.content.get("payload")
    payload, step = (inner, "payload") if isinstance(inner, dict) else (dict(answer.content), "")
    if not isinstance(payload.get("OrderItems"), list):
        expected = '{"payload": {"AmazonOrderId": "...", "OrderItems": [...]}}'
        raise InputError(f"{file}:{answer.line}: found JSON without order items, expected getOrderItems answers: {expected}")
    return payload, f"{answer.path}.{step}" if answer.path and step else answer.path or step
