"""Amounts of money and pieces as people, spreadsheets and marketplaces write them. What has two readings is refused.

A cell is one number: an optional sign, an optional currency before or after, digits of one script (``0-9``, Arabic-Indic,
full-width ...) and separators: point, comma, apostrophe (``'`` or U+2019), space (also U+00A0, U+2009, U+202F), the Arabic
decimal and thousands separators (U+066B, U+066C). How it is read, by what it holds; ``d`` is a digit:

============================================  =====================================================================
``1089``                                      whole
``1089.9`` ``1089,90`` ``0,125`` ``.50``      one point or comma, and no thousands: a decimal separator
``1.089,90`` ``1,089.90`` ``1 089,90``        two kinds: the last one, once and a point or comma, is the decimal
``1'089.90`` ``1,00,000.00``                  separator; the others stand before three digits (Indian: two, then three)
``1.089.000`` ``1,00,000``                    one kind, several times: thousands
``1 089`` ``1'089``                           a space or apostrophe before three digits: thousands
``1.089`` ``1,089``                           **two readings**: the table below
``1.0.0`` ``12 34`` ``1.08,9.1`` ``1E3``      no amount
``-`` (also as a dash) and the empty cell     no price
============================================  =====================================================================

One point or comma before exactly three digits is read by what the file's other amounts show (``NumberStyle.shown``: the decimal
separators of cells with one reading) and by the marketplace's own decimal separator (CLDR):

==================  ==================  ========================================================================
the file shows      marketplace         ``1.089`` / ``1,089``
==================  ==================  ========================================================================
a point only        point (Amazon.com)  decimal / thousands
a point only        comma (Amazon.de)   refused (decimal where the currency has three decimals) / thousands
a comma only        comma               thousands / decimal
a comma only        point               thousands / refused
any                 any, no decimals    (JPY) the marketplace's thousands separator / refused
both                any                 refused
nothing             point               decimal / thousands
nothing             comma               refused: the marketplace's reports write a point, its sellers a comma
==================  ==================  ========================================================================

Whatever was read, more decimals than the currency has (ISO 4217: two, for JPY none, for KWD three) are refused unless they
are zeros; so ``1.089`` is refused on Amazon.com too, and ``12.800`` there is 12.80. An amount below zero is refused, and so
is a currency that is not the order's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

POINT, COMMA = ".", ","


class Unreadable(ValueError):
    """A cell that is not read. The text goes on after the cell: "is not an amount, expected for example 19.99"."""


@dataclass(frozen=True, slots=True, eq=False)
class NumberStyle:
    """How numbers are written: the decimal separators that the file shows, and the marketplace's own. Make one a file."""

    shown: frozenset[str] = frozenset()
    market: str = POINT


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. ``unsure`` is the separator before three digits that may be decimal or thousands."""

    whole: str
    fraction: str = ""
    decimal: str = ""  # the decimal separator that the writing proves
    unsure: str = ""


_SPACES = "\u00a0\u2007\u2009\u202f"
_LIKE_ASCII = str.maketrans(
    dict.fromkeys(_SPACES, " ")
    | {"’": "'", "，": ",", "．": ".", "￥": "¥", "＋": "+", "－": "-", "−": "-"}
    | dict.fromkeys("\u200e\u200f\u061c")
)
_SEPARATOR = re.compile("([.,' \u066b\u066c])")
_CURRENCIES = {
    "$": "USD CAD AUD MXN SGD NZD", "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD", "S$": "SGD",
    "MX$": "MXN", "R$": "BRL", "€": "EUR", "£": "GBP EGP", "E£": "EGP", "¥": "JPY CNY", "円": "JPY", "₹": "INR", "Rs": "INR",
    "Rs.": "INR", "zł": "PLN", "kr": "SEK DKK NOK", "kr.": "SEK DKK NOK", "₺": "TRY", "TL": "TRY", "R": "ZAR",
    "د.إ": "AED", "د.إ.": "AED", "ر.س": "SAR", "ر.س.": "SAR", "ج.م": "EGP", "ج.م.": "EGP", "د.ك": "KWD", "د.ك.": "KWD",
}  # fmt: skip
_MONEY = "|".join([r"[A-Z]{3}(?![A-Za-z])", *(re.escape(s) for s in sorted(_CURRENCIES, key=len, reverse=True))])
_CELL = re.compile(
    rf"(?P<open>\()? *(?P<first>[+-])? *(?P<before>{_MONEY})? *(?P<second>[+-])? *"
    "(?P<body>[0-9.,\u066b](?:[0-9.,' \u066b\u066c]*[0-9])?)"
    rf" *(?P<behind>{_MONEY})? *(?P<third>[+-])? *(?P<close>\))?"
)
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,2})?")
_NOTHING = frozenset(["", "-", "–", "—", "−"])
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[Ee][+-]?[0-9]+")
NO_AMOUNT = "is not an amount, expected for example 19.99"
_TWO_WAYS = "can be read in two ways (decimals or thousands), expected for example 1089.90"


def plain(text: str) -> str:
    """The text with ASCII digits and punctuation. Raises ``Unreadable`` for digits of two scripts in one cell."""
    text = text.translate(_LIKE_ASCII).strip()
    if text.isascii():
        return text
    zeros = {ord(c) - unicodedata.decimal(c) for c in text if c.isdecimal()}
    if len(zeros) > 1:
        raise Unreadable("mixes digits of two scripts, expected one")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def number(body: str) -> Number | None:
    """Digits and separators as a number; None where they make none."""
    parts = _SEPARATOR.split(body)
    digits, separators = parts[0::2], parts[1::2]
    if not separators:
        return Number(body) if body else None
    *before, last = separators
    if len(separators) == 1 and last in ".,\u066b" and digits[1]:
        whole, fraction = digits
        if last != "\u066b" and len(fraction) == 3 and _groups(digits):
            return Number(whole, fraction, unsure=last)
        return Number(whole or "0", fraction, last if last != "\u066b" else "")
    if len(set(separators)) == 1:
        other = {POINT: COMMA, COMMA: POINT}.get(last, "")
        return Number("".join(digits), decimal=other) if last != "\u066b" and _groups(digits, indian=last == COMMA) else None
    if len(set(before)) != 1 or last in before or last not in ".,\u066b" or not digits[-1]:
        return None
    if "\u066b" in before or not _groups(digits[:-1], indian=before[0] == COMMA):
        return None
    return Number("".join(digits[:-1]), digits[-1], last if last != "\u066b" else "")


def _groups(digits: list[str], *, indian: bool = False) -> bool:
    """Whether separators stand where thousands are; in India 1,00,00,000 as well."""
    first, *rest = digits
    if not 1 <= len(first) <= 3 or first[0] == "0":
        return False
    if all(len(group) == 3 for group in rest):
        return True
    return indian and len(first) <= 2 and len(rest[-1]) == 3 and all(len(group) == 2 for group in rest[:-1])


def shown_decimal(text: str) -> str:
    """The decimal separator that a cell proves, "" where it proves none or is no amount."""
    try:
        match = _CELL.fullmatch(plain(text))
    except Unreadable:
        return ""
    found = number(match["body"]) if match is not None else None
    return found.decimal if found is not None else ""


@lru_cache(maxsize=16)
def market_decimal(locale: str) -> str:
    """The decimal separator of a CLDR locale in Latin digits."""
    from babel.numbers import get_decimal_symbol

    return COMMA if get_decimal_symbol(locale) == COMMA else POINT


@lru_cache(maxsize=64)
def _decimals(currency: str) -> int:
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


def fits(value: Decimal, currency: str) -> bool:
    """Whether an amount has no more decimals than its currency (ISO 4217), but for zeros."""
    return value == round(value, _decimals(currency))


@lru_cache(maxsize=4096)
def parse_amount(text: str, style: NumberStyle = NumberStyle(), currency: str = "") -> Decimal | None:
    """A price; None for a cell without one. ``currency`` is the order's (ISO 4217), "" where a bare number is expected.

    Raises ``Unreadable``, a ``ValueError``, for what is not an amount, has two readings, is below zero, has another currency or
    more decimals than the currency.
    """
    text = text.strip()
    if text in _NOTHING:
        return None
    text = plain(text)
    if _EXPONENT.fullmatch(text):
        raise Unreadable("is a number shortened by a spreadsheet, digits are lost; expected for example 19.99")
    match = _CELL.fullmatch(text)
    found = number(match["body"]) if match is not None else None
    if match is None or found is None or len(found.whole) > 15 or len(found.fraction) > 15:
        raise Unreadable(f"is {NO_AMOUNT.removeprefix('is ')}")
    _judge_currency(match["before"], match["behind"], currency)
    whole, fraction = found.whole, found.fraction
    if found.unsure and _is_thousands(found.unsure, style, _decimals(currency) if currency else 2):
        whole, fraction = whole + fraction, ""
    if currency:
        surplus = fraction[_decimals(currency) :]
        if surplus.strip("0"):
            raise Unreadable(f"has more decimals than {currency}, expected for example 1089.90")
        fraction = fraction.removesuffix(surplus)
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    if value and _is_negative(match):
        raise Unreadable("is below zero, expected a price")
    if bool(match["open"]) != bool(match["close"]):
        raise Unreadable(NO_AMOUNT)
    return value


def _is_negative(match: re.Match[str]) -> bool:
    signs = [s for s in (match["first"], match["second"], match["third"]) if s]
    if len(signs) + bool(match["open"]) > 1:
        raise Unreadable(NO_AMOUNT)
    return bool(match["open"]) or signs == ["-"]


def _is_thousands(separator: str, style: NumberStyle, decimals: int) -> bool:
    """Whether a separator before three digits parts thousands, by the table above. Raises ``Unreadable`` if unknown."""
    if not decimals and separator != style.market:
        return True  # no coin is smaller: what could be decimals are none
    if len(style.shown) > 1 or (not style.shown and style.market == COMMA):
        raise Unreadable(_TWO_WAYS)
    decimal = next(iter(style.shown), style.market)
    if separator != decimal:
        return True
    if decimal != style.market and decimals < 3:
        raise Unreadable(_TWO_WAYS)
    return False


def _judge_currency(before: str | None, behind: str | None, currency: str) -> None:
    found = [c for c in (before, behind) if c]
    if not found:
        return
    if not currency:
        raise Unreadable(NO_AMOUNT)
    if any(currency not in _CURRENCIES.get(sign, sign).split() for sign in found):
        raise Unreadable(f"has another currency than the order, expected {currency}")


def parse_quantity(text: str) -> int:
    """A whole number of pieces: ``2``, ``2.0``, ``2,00``, ``1 000``. ``1.000`` and ``1,000`` have two readings.

    Raises ``Unreadable``, a ``ValueError``, otherwise.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    found = number(plain(text))
    if found is None or not re.fullmatch("[0-9]{1,9}", found.whole) or found.fraction.strip("0") or len(found.fraction) > 9:
        raise Unreadable("is no quantity, expected a whole number")
    if found.unsure:
        raise Unreadable("can be read in two ways (decimals or thousands), expected a whole number")
    return int(found.whole)
