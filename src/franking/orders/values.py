"""Cells as values: ``amounts`` and ``dates`` read them, and a cell is shown without its content."""

from __future__ import annotations

import re

from franking.orders.amounts import NumberStyle, Unreadable, market_decimal, parse_amount, parse_quantity
from franking.orders.dates import parse_datetime

SHORTENED = re.compile(r"\d(?:[.,]\d+)?[Ee]\+?\d+")  # a long number as a spreadsheet shows it; its digits are lost


def masked(text: str) -> str:
    """The form of a cell without its content (``9999-99-99``, ``aaaa aaa``): a shifted row may hold anything, also names."""
    shown = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", text))
    return shown if len(shown) <= 30 else shown[:29] + "…"


__all__ = [
    "SHORTENED",
    "NumberStyle",
    "Unreadable",
    "market_decimal",
    "masked",
    "parse_amount",
    "parse_datetime",
    "parse_quantity",
]
