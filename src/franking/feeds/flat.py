"""Flat files: tab-separated, a header row, UTF-8 without a byte order mark. There is no quoting: a quote is data.

Source: Amazon's public documentation of the flat files for order fulfilment and for payment adjustments, as of August 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from franking.errors import InputError
from franking.feeds.carriers import CARRIER_CODES
from franking.feeds.reasons import FLAT_REASONS
from franking.feeds.table import CURRENCIES, value_fault
from franking.feeds.xml import NO_TEXT

_CONTROL = re.compile(f"{NO_TEXT.pattern}|[\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, whether each row has it, and the form of its cells."""

    name: str
    needed: bool = False
    form: str = ""
    words: str = ""
    longest: int = 0
    values: frozenset[str] = frozenset()


def _amount(name: str) -> Column:
    return Column(name, False, r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", "at most two decimals")


def _count(name: str) -> Column:
    return Column(name, False, "[1-9][0-9]{0,8}", "a whole number above 0")


_ORDER = Column("order-id", True, "[0-9]{3}-[0-9]{7}-[0-9]{7}", "3-7-7 digits")

FULFILLMENT = (
    _ORDER,
    Column("order-item-id", False, "[0-9]{1,20}", "digits"),
    _count("quantity"),
    Column("ship-date", True, "[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2026-11-26"),
    Column("carrier-code", False, values=CARRIER_CODES),
    Column("carrier-name", longest=50),
    Column("tracking-number", longest=50),
    Column("ship-method", longest=50),
)
ADJUSTMENT = (
    _ORDER,
    Column("order-item-id", True, "[0-9]{1,20}", "digits"),
    Column("adjustment-reason-code", True, values=FLAT_REASONS),
    Column("currency", True, values=CURRENCIES),
    *(
        _amount(name)
        for name in (
            "item-price-adj",
            "item-tax-adj",
            "shipping-price-adj",
            "shipping-tax-adj",
            "gift-wrap-price-adj",
            "gift-wrap-tax-adj",
            "item-promotion-adj",
        )
    ),
    Column("item-promotion-id", longest=80),
    _amount("ship-promotion-adj"),
    Column("ship-promotion-id", longest=80),
    _count("quantity-cancelled"),
)
# The columns of the components of a refund.
COMPONENT_COLUMNS = {
    "Principal": "item-price-adj",
    "Tax": "item-tax-adj",
    "Shipping": "shipping-price-adj",
    "ShippingTax": "shipping-tax-adj",
    "GiftWrap": "gift-wrap-price-adj",
    "GiftWrapTax": "gift-wrap-tax-adj",
}


def faults(rows: Sequence[Mapping[str, str]], columns: Sequence[Column]) -> Iterator[str]:
    """What of the rows breaks the table: record number, column, what was expected. No value is shown."""
    known = {column.name for column in columns}
    for number, row in enumerate(rows, start=1):
        yield from (f"record {number}: the column {name} is none of the file" for name in row if name not in known)
        for column in columns:
            text = row.get(column.name, "")
            where = f"record {number}, {column.name}"
            if not text:
                if column.needed:
                    yield f"{where}: is empty"
            elif fault := value_fault(text, column):
                yield f"{where}: {fault}"


def written(rows: Sequence[Mapping[str, str]], columns: Sequence[Column]) -> bytes:
    """The file's bytes. Raises ``InputError`` for a cell with a tab, a line end or another control character."""
    lines = ["\t".join(column.name for column in columns)]
    for number, row in enumerate(rows, start=1):
        cells = [row.get(column.name, "") for column in columns]
        for column, cell in zip(columns, cells, strict=True):
            if (found := _CONTROL.search(cell)) is not None:
                raise InputError(
                    f"record {number}, {column.name}: found the character U+{ord(found[0]):04X}, expected text in one line"
                )
        lines.append("\t".join(cells))
    return ("\n".join(lines) + "\n").encode("utf-8")
