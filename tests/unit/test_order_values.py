"""Amounts, quantities and dates: one reading or none. The truth here is what a person wrote, not how it is parsed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from franking.orders.amounts import NumberStyle, Unreadable, market_decimal, parse_amount, parse_quantity, shown_decimal
from franking.orders.dates import parse_datetime, shown_order
from franking.policy import marketplace, marketplaces

POINT, COMMA, BOTH, NONE = frozenset("."), frozenset(","), frozenset(".,"), frozenset[str]()
US, DE = ".", ","


@pytest.mark.parametrize(
    ("text", "shown", "market", "currency", "amount"),
    [  # the table of franking.orders.amounts, row by row
        ("12.800", POINT, US, "USD", "12.80"), ("1.089", POINT, US, "USD", None), ("1,089", POINT, US, "USD", "1089"),
        ("12.800", POINT, DE, "EUR", None), ("1,089", POINT, DE, "EUR", "1089"), ("1.089", POINT, DE, "KWD", "1.089"),
        ("12.800", COMMA, DE, "EUR", "12800"), ("12,800", COMMA, DE, "EUR", "12.80"), ("1,089", COMMA, DE, "EUR", None),
        ("12.800", COMMA, US, "USD", "12800"), ("12,800", COMMA, US, "USD", None),
        ("12.800", BOTH, US, "USD", None), ("12,800", BOTH, DE, "EUR", None), ("12,800", BOTH, US, "JPY", "12800"),
        ("12.800", NONE, US, "USD", "12.80"), ("12,800", NONE, US, "USD", "12800"), ("12.800", NONE, US, "JPY", None),
        ("12.800", NONE, DE, "EUR", None), ("12,800", NONE, DE, "EUR", None), ("1.089", NONE, US, "KWD", "1.089"),
    ],
)  # fmt: skip
def test_a_separator_before_three_digits(
    text: str, shown: frozenset[str], market: str, currency: str, amount: str | None
) -> None:
    style = NumberStyle(shown, market)
    if amount is None:
        with pytest.raises(Unreadable):
            parse_amount(text, style, currency)
    else:
        assert parse_amount(text, style, currency) == Decimal(amount)


@given(st.sampled_from(marketplaces()), st.integers(0, 10**9), st.booleans())
def test_an_amount_as_its_own_marketplace_writes_it_is_read_or_refused_never_changed(
    market: object, cents: int, sign: bool
) -> None:
    """Babel writes the amount as people there read it; the digits that are read back are the same."""
    place = next(m for m in marketplaces() if m is market)
    value = Decimal(cents) if place.currency == "JPY" else Decimal(cents) / 100
    shape = format_currency if sign else lambda v, _, locale: format_decimal(v, locale=locale)
    text = shape(value, place.currency, locale=place.locale)
    try:
        assert parse_amount(text, NumberStyle(NONE, market_decimal(place.locale)), place.currency) == value
    except Unreadable:
        assert value == int(value) and value >= 1000 and not sign
        assert market_decimal(place.locale) == ","


@given(st.sampled_from(marketplaces()), st.integers(0, 10**9))
def test_a_price_with_two_decimals_shows_the_decimal_separator(market: object, cents: int) -> None:
    place = next(m for m in marketplaces() if m is market)
    text = format_currency(Decimal(cents) / 100, "EUR", locale=place.locale)
    assert shown_decimal(text) == market_decimal(place.locale)


@given(st.text(alphabet="0123456789.,' -()\u00a0€$E", max_size=12))
def test_any_text_is_an_amount_or_unreadable(text: str) -> None:
    for style in (NumberStyle(NONE, US), NumberStyle(NONE, DE), NumberStyle(BOTH, DE)):
        try:
            value = parse_amount(text, style, "EUR")
        except Unreadable as error:
            assert "expected" in str(error)
        else:
            assert value is None or value >= 0
            digits = "".join(c for c in text if c.isdigit())
            assert value is None or str(int(value * 100)).strip("0") in (digits + "00")


@given(st.integers(0, 10**8))
def test_quantities_are_read_in_any_script(number: int) -> None:
    for zero in "0٠۰०０":
        text = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
        assert parse_quantity(text) == number


def test_orders_of_day_and_month_are_shown_by_days_beyond_twelve() -> None:
    assert [shown_order(t) for t in ("11/20/2026", "20-11-2026 08:15", "11/12/2026", "11/11/2026", "20.11.2026", "x")] == [
        "mdy", "dmy", "", "", "", "",
    ]  # fmt: skip


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_read_as_it_was_meant_or_refused(day: object) -> None:
    text = str(day)
    year, month, number = text.split("-")
    for name in ("Amazon.com", "Amazon.de", "Amazon.co.jp"):
        place = marketplace(name)
        assert place is not None
        assert parse_datetime(text, place).date() == day
        assert parse_datetime(f"{number}.{month}.{year}", place).date() == day
        for written, order in ((f"{month}/{number}/{year}", "mdy"), (f"{number}/{month}/{year}", "dmy")):
            assert parse_datetime(written, place, frozenset([order])).date() == day
            try:
                assert parse_datetime(written, place).date() == day
            except Unreadable as error:
                assert "two ways" in str(error)
