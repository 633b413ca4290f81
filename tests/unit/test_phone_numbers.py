"""Telephone numbers of twelve countries, and everything in an order that looks like one and is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from franking.check import inspect
from franking.model import Message, Order
from franking.orders import open_orders
from franking.policy import load, marketplaces

ROOT = Path(__file__).parents[2]
NUMBERS = yaml.safe_load((ROOT / "tests" / "data" / "phones.yml").read_text("utf-8"))
TEXTS = yaml.safe_load((ROOT / "tests" / "data" / "phone_texts.yml").read_text("utf-8"))
MARKETS = {m.country: m for m in marketplaces()}
REPORTS = sorted((ROOT / "docs" / "examples").glob("*.txt"))


def found(text: str, country: str | None = None) -> bool:
    market = MARKETS[country] if country is not None else None
    return bool(inspect(Message("m", f"<p>{text}</p>", marketplace=market), load(), select=["phone-number"]))


def test_two_hundred_numbers_of_twelve_countries() -> None:
    assert len(NUMBERS) == 12
    assert sum(len(numbers) for numbers in NUMBERS.values()) >= 200
    missed = [(country, n) for country, numbers in NUMBERS.items() for n in numbers
              if not found(f"You reach us at {n} until noon.", country)]  # fmt: skip
    assert missed == []


def test_they_are_found_where_the_country_is_not_known() -> None:
    missed = [n for numbers in NUMBERS.values() for n in numbers if not found(f"You reach us at {n} until noon.")]
    assert missed == []


@pytest.mark.parametrize("verdict", ["permitted", "rejected"])
def test_other_numbers_and_disguised_ones(verdict: str) -> None:
    assert len(TEXTS[verdict]) >= 60
    wrong = [(country, text) for country, text in TEXTS[verdict] if found(text, country or None) != (verdict == "rejected")]
    assert wrong == []


def everything_in(order: Order) -> list[str]:
    """What a message may show of an order: IDs, tracking numbers, prices, dates, quantities, SKUs, titles."""
    values: list[Any] = [order.id, order.tracking_number, f"{order.carrier} {order.tracking_number}"]
    for moment in (order.purchased_at, order.shipped_at, order.delivered_at, order.delivery_from, order.delivery_to):
        if moment is not None:
            values += [
                moment.isoformat(),
                f"{moment:%d.%m.%Y}",
                f"{moment:%m/%d/%Y}",
                f"{moment:%Y-%m-%d %H:%M}",
                f"{moment:%d. %B %Y, %H:%M}",
            ]
    for item in order.items:
        values += [item.sku, item.title, item.asin, f"{item.quantity} × {item.title}"]
        if item.price is not None:
            values += [
                f"{item.price} {order.currency}",
                f"{order.currency} {item.price:,}",
                f"€{item.price:,}",
                f"{item.price * 1000:,} €",
            ]
    return [str(value) for value in values if value]


def cells(report: Path) -> list[str]:
    """The report's own columns that hold digits: IDs, dates, prices, postcodes, tracking numbers."""
    data = report.read_bytes()
    text = data.decode("utf-8", "replace") if b"\x83" not in data else data.decode("cp932", "replace")
    rows = [line.split("\t") for line in text.splitlines()]
    wanted = [
        i
        for i, name in enumerate(rows[0])
        if any(w in name for w in ("id", "date", "price", "tax", "postal", "tracking", "sku", "quantity", "asin"))
    ]
    return [row[i] for row in rows[1:] for i in wanted if i < len(row) and row[i]]


@pytest.mark.parametrize("report", REPORTS, ids=lambda p: p.stem)
def test_nothing_of_the_sample_orders_is_a_phone_number(report: Path) -> None:
    values = cells(report)
    for entry in open_orders(report):
        if isinstance(entry, Order):
            values += everything_in(entry)
    assert len(values) > 10
    taken = [(v, c) for v in values for c in (None, *MARKETS) if found(f"Here: {v}.", c)]
    assert taken == []


@pytest.mark.parametrize("text", [
    "10115 Berlin", "SW1A 1AA London", "75008 Paris", "00184 Roma", "28013 Madrid", "1012 JS Amsterdam", "111 20 Stockholm",
    "00-950 Warszawa", "〒100-0001", "34381 İstanbul", "94105-1420 San Francisco", "1Z999AA10123456784", "JJD000390007812345678",
    "00340434161094042557", "9400 1000 0000 0000 0000 00", "LX123456789DE", "DE89 3704 0044 0532 0130 00",
    "FR14 2004 1010 0505 0001 3M02 606", "978-3-16-148410-0", "4006381333931", "B0ABCDEF12", "X00123ABCD", "12.345.678,90 €",
    "$1,234,567.89", "2026-11-24 10:30", "24/11/2026", "11/24/26", "2026年11月24日", "10:30–12:00", "1200 x 800 x 30 mm", "Version 2.10.3",
])  # fmt: skip
def test_numbers_of_other_kinds(text: str) -> None:
    assert [c for c in (None, *MARKETS) if found(f"See {text} for it.", c)] == []
