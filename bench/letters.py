"""What the contestants are given: orders that differ, and the messages that become of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import reports
from franking.batch.pipeline import Pipeline
from franking.catalog import Catalog, sample_order
from franking.mail import Mailbox, Sender, build_message
from franking.model import Franked, Order
from franking.policy import load, marketplace

ORDERS = 60
MOST_ORDERS = 1500  # of a round
LETTERS = 600


def orders(turn: int, number: int = ORDERS) -> list[Order]:
    """Orders of four products to buyers of all names, all different, also from one turn to the next."""
    catalog = Catalog(Path("templates"), Path("themes"))
    germany = marketplace("Amazon.de")
    assert germany is not None
    kind = catalog.kind("order_confirmation")
    plain = sample_order(next(s for s in kind.samples if s.name == "many_items"), germany, kind)
    numbers = range(turn * MOST_ORDERS, turn * MOST_ORDERS + number)
    return [
        replace(plain, id=f"302-{4410982 + n}-{n * 7919 % 10_000_000:07d}", buyer_name=reports.name(n)) for n in numbers
    ]  # fmt: skip


def pipelines() -> tuple[Pipeline, Pipeline]:
    """The order confirmation in HTML and in MJML, in the same theme."""
    catalog = Catalog(Path("templates"), Path("themes"))
    theme = catalog.theme("brand")
    kinds = (catalog.kind("order_confirmation"), catalog.kind("order_confirmation:mjml"))
    one, other = (Pipeline(catalog, kind, theme, load()) for kind in kinds)
    return one, other


def letters() -> list[bytes]:
    """Order confirmations to different buyers as they go over the wire, some 17 KB each."""
    pipeline, _ = pipelines()
    sender = Sender("bench", Mailbox("shop@example.com"))
    found = []
    for order in orders(1, LETTERS):
        franked = pipeline.franked(order)
        assert isinstance(franked, Franked)
        found.append(build_message(franked, sender, "b@marketplace.amazon.de", datetime(2026, 11, 24, tzinfo=UTC)).content)
    return found
