"""``--after delivery+7d``: from when on an order's message may leave."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from franking.errors import InputError
from franking.model import Order, Refusal, Rule
from franking.policy.reasons.delivery_date import RULE as NO_DELIVERY
from franking.policy.reasons.dispatch_date import RULE as NO_DISPATCH

_WRITTEN = re.compile(r"(?P<start>[a-z-]+)\s*\+\s*(?P<number>\d{1,4})\s*(?P<unit>[dh])")
EXPECTED = "delivery+7d, latest-delivery+7d, dispatch+2d or purchase+12h"


@dataclass(frozen=True, slots=True)
class _Start:
    moment: Callable[[Order], datetime | None]
    role: str  # what a report needs a column for
    column: str
    missing: Rule
    label: str


_STARTS: Final = {
    "delivery": _Start(lambda o: o.delivered_at, "delivered", "estimated-arrival-date", NO_DELIVERY, "delivery date"),
    "latest-delivery": _Start(
        lambda o: o.delivery_to, "to", "scheduled-delivery-end-date", NO_DELIVERY, "latest delivery date"
    ),
    "dispatch": _Start(lambda o: o.shipped_at, "shipped", "shipment-date", NO_DISPATCH, "day of dispatch"),
    "purchase": _Start(lambda o: o.purchased_at, "purchased", "purchase-date", NO_DISPATCH, "purchase date"),
}


@dataclass(frozen=True, slots=True)
class After:
    """So long after a date of the order. A day is 24 hours."""

    start: str
    wait: timedelta
    text: str

    @classmethod
    def parse(cls, text: str, option: str = "--after") -> After:
        """Raises ``InputError``."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None or match["start"] not in _STARTS:
            raise InputError(f"{option} {text[:40]!r}: expected for example {EXPECTED}")
        number = int(match["number"])
        wait = timedelta(days=number) if match["unit"] == "d" else timedelta(hours=number)
        return cls(match["start"], wait, f"{match['start']}+{number}{match['unit']}")

    @property
    def role(self) -> str:
        """What a report needs a column for."""
        return _STARTS[self.start].role

    @property
    def column(self) -> str:
        """How that column is called in the order reports."""
        return _STARTS[self.start].column

    def of(self, order: Order) -> datetime | Refusal:
        """The moment (aware), or a refusal where the order does not have the date."""
        start = _STARTS[self.start]
        moment = start.moment(order)
        if moment is None:
            return Refusal(
                order.id,
                start.missing.slug,
                f"the {start.label} is not known, and --after counts from it",
                "Use a report that contains it.",
                order.line,
            )
        return moment + self.wait
