"""Cells of a report as values: dates with their offset or in marketplace time, amounts, quantities."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from franking.model import Marketplace

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?")
_LOCAL = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?)?(?: ?([A-Z]{2,5}))?")
_ZONES = {"UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "BST": 1.0, "WEST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0,
          "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "TRT": 3.0, "JST": 9.0, "PST": -8.0, "PDT": -7.0}  # fmt: skip


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def parse_datetime(text: str, marketplace: Marketplace) -> datetime:
    """An aware datetime. Without offset the marketplace's own clock is meant, and its order of day and month.

    Raises ``ValueError`` for anything else.
    """
    text = text.strip()
    if _ISO.fullmatch(text):
        value = datetime.fromisoformat(text)
        return value if value.tzinfo else value.replace(tzinfo=_zone(marketplace.time_zone))
    match = _LOCAL.fullmatch(text)
    if match is None:
        raise ValueError("no date")
    first, second, third = int(match[1]), int(match[2]), int(match[3])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    elif "." not in text[:5] and marketplace.date_order == "mdy":
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    if year < 100:
        year += 2000
    clock = (int(match[4] or 0), int(match[5] or 0), int(match[6] or 0))
    zone = match[7]
    if zone is not None and zone not in _ZONES:
        raise ValueError("unknown time zone")
    if zone is not None:
        seconds = datetime(year, month, day, *clock, tzinfo=UTC).timestamp() - _ZONES[zone] * 3600
        return datetime.fromtimestamp(seconds, UTC)
    return datetime(year, month, day, *clock, tzinfo=_zone(marketplace.time_zone))


def parse_amount(text: str) -> Decimal | None:
    """A price: ``1234.50``, also with a decimal comma; None for an empty cell. Raises ``ValueError`` otherwise."""
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    if "," in text and "." not in text and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", text):
        text = text.replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not value.is_finite():
        raise ValueError("no amount")
    return value


def parse_quantity(text: str) -> int:
    """A whole, non-negative number of pieces. Raises ``ValueError`` otherwise."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("no quantity")
    return int(text)


def masked(text: str) -> str:
    """The form of a cell without its content (``9999-99-99``, ``aaaa aaa``): a shifted row may hold anything, also names."""
    shown = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", text))
    return shown if len(shown) <= 30 else shown[:29] + "…"
