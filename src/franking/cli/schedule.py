"""``send --at``: when messages shall leave."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from franking.cli.batch import clock
from franking.errors import FrankingError
from franking.model import Order, Refusal

UNKNOWN_DELIVERY = "delivery-date"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One moment for all (aware), or a time after each order's delivery, or neither: at once."""

    now: datetime
    moment: datetime | None = None
    after_delivery: timedelta | None = None

    @classmethod
    def parse(cls, at: str | None, now: datetime) -> Schedule:
        """From an ISO 8601 time, or ``delivery+5d``. Raises ``FrankingError`` for anything else."""
        if at is None:
            return cls(now)
        match = re.fullmatch(r"delivery\s*\+\s*(\d{1,3})\s*([dh])", at.strip())
        if match is not None:
            number = int(match[1])
            return cls(now, after_delivery=timedelta(days=number) if match[2] == "d" else timedelta(hours=number))
        try:
            return cls(now, clock(at))
        except FrankingError:
            raise FrankingError(
                f"--at {at[:40]!r}: expected ISO 8601 such as 2026-12-01T09:00:00+01:00, or such as delivery+5d"
            ) from None

    def due(self, order: Order) -> datetime | Refusal | None:
        """When an order's message may leave; None is at once, a refusal where the order does not say."""
        due = self.moment
        if self.after_delivery is not None:
            if order.delivered_at is None:
                return Refusal(
                    order.id, UNKNOWN_DELIVERY, "the delivery date is not known, and --at counts from it",
                    "Use a report that says it, or name a time.", order.line,
                )  # fmt: skip
            due = order.delivered_at + self.after_delivery
        return due if due is not None and due > self.now else None
