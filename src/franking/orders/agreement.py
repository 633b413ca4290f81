"""The rows of one order are one order: repeated rows count once, and rows that contradict each other are not used.

A row's identity is its item's number: ``order-item-id``, or shipment, shipment item and item where one item may leave in
several shipments. The same pair of order and SKU under two item numbers is two items. Where no row has a number, only rows
that are the same in every cell repeat each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from franking.policy.relays import same_address

# What is the order's, not its items', by role. A cell left empty contradicts nothing: single rows drop trailing cells.
_OF_THE_ORDER = ("buyer", "surname", "recipient", "city", "channel", "currency", "status")
# Compared in other ways, or not at all because no message shows it.
_APART = ("email", "purchased", "cancel", "cancel-reason", "promise", "country", "fulfilment")
_IDENTITY = ("shipment", "shipment-item", "item")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
T = TypeVar("T")


class Contradiction(Exception):
    """Rows that cannot both be true. The text names their lines and the column, and no cell."""


class OrderRow(NamedTuple):
    """One row: ``cells`` by role, ``text`` the row as it is in the file."""

    line: int
    cells: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One item with its identity, and where it is: ``line 7`` or a path."""

    key: tuple[str, ...] | str
    place: str
    item: T = field(repr=False)


def distinct(entries: Iterable[Entry[T]], difference: Callable[[T, T], str]) -> list[Entry[T]]:
    """The entries without repetitions. ``difference`` names what differs between two items, "" where nothing does.

    Raises ``Contradiction`` if two entries of one identity differ.
    """
    found: dict[tuple[str, ...] | str, Entry[T]] = {}
    for entry in entries:
        first = found.setdefault(entry.key, entry)
        if first is entry:
            continue
        if what := difference(first.item, entry.item):
            raise Contradiction(f"{entry.place}: the same item as in {first.place} with another {what}")
    return list(found.values())


def without_repetitions(rows: Sequence[OrderRow], columns: Mapping[str, str]) -> list[OrderRow]:
    """The rows that are items of their own, with what any of their repetitions says; ``columns`` are column names by role.

    Raises ``Contradiction``.
    """
    if len(rows) == 1 or len({_identity(row) for row in rows}) == len(rows):
        return list(rows)

    def difference(one: OrderRow, other: OrderRow) -> str:
        if _ROUNDED.fullmatch(one.cells.get("item", "")):
            return f"{columns['item']}, which a spreadsheet has rounded"
        for role in columns:
            first, second = _of_item(one, role), _of_item(other, role)
            if first and second and first != second:
                return columns[role]
        return ""

    kept = distinct((Entry(_identity(row), f"line {row.line}", row) for row in rows), difference)
    full: dict[tuple[str, ...] | str, dict[str, str]] = {}
    for row in rows:
        cells = full.setdefault(_identity(row), {})
        cells.update({role: text for role, text in row.cells.items() if text or role not in cells})
    return [OrderRow(entry.item.line, full[entry.key], entry.item.text) for entry in kept]


def _of_item(row: OrderRow, role: str) -> str:
    text = row.cells.get(role, "")
    if role in _OF_THE_ORDER or role in _APART:
        return ""  # compared over all rows
    if role in ("price", "quantity", "to-ship") and re.fullmatch(r"\d+(?:\.\d+)?", text):
        return text.rstrip("0").rstrip(".") if "." in text else text
    return text


def _identity(row: OrderRow) -> tuple[str, ...] | str:
    numbers = tuple(row.cells.get(role, "") for role in _IDENTITY)
    return numbers if any(numbers[1:]) else row.text.rstrip()


def common(rows: Sequence[OrderRow], columns: Mapping[str, str], same: Callable[[str, str, str], bool]) -> dict[str, str]:
    """What the rows state of their order, by role: the first row that says anything counts. Several buyer addresses stand
    together under ``email``, separated by ", ".

    ``same`` decides whether two different cells of a role mean the same. Raises ``Contradiction``.
    """
    head = dict(rows[0].cells)
    if len(rows) == 1:
        return head
    said = {role: rows[0].line for role, text in head.items() if text}
    addresses = [head["email"]] if head.get("email") else []
    for row in rows[1:]:
        for role, text in row.cells.items():
            if not text or text == head.get(role):
                continue
            if role == "email":
                if not any(same_address(text, known) for known in addresses):
                    addresses.append(text)
            elif role not in said:
                head[role], said[role] = text, row.line
            elif role in _OF_THE_ORDER and text != head[role] and not same(role, head[role], text):
                raise Contradiction(
                    f"lines {said[role]} and {row.line}: column {columns[role]}: rows of one order contradict each other"
                )
    if addresses:
        head["email"] = ", ".join(addresses)
    return head


def same_words(one: str, other: str) -> bool:
    """Whether two cells are the same but for case and white space."""
    return one.casefold().split() == other.casefold().split()
