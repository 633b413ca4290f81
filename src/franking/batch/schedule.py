"""``--at``, ``--after``, ``--between`` and ``--days``: when messages shall leave."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from franking.batch.times import Moment, read_moment
from franking.errors import InputError
from franking.model import Order, Refusal
from franking.model.counted import counted
from franking.policy.reasons.buyer_zone import RULE as NO_ZONE
from franking.policy.reasons.delivery_date import RULE as UNKNOWN_DELIVERY
from franking.policy.reasons.send_time import RULE as PASSED
from franking.selection import After, Hours
from franking.selection.zones import zones_of

EXPECTED = "ISO 8601 such as 2026-12-01T09:00:00+01:00, or for example delivery+5d"


@dataclass(slots=True)
class Schedule:
    """One moment for all, or a time after each order's delivery, or neither: at once. Or ``after`` a date of each order, as
    soon as its buyer's ``hours`` allow. ``first`` and ``last`` are the moments that orders were given so far (aware)."""

    moment: Moment | None = None
    after_delivery: timedelta | None = None
    text: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    first: datetime | None = None
    last: datetime | None = None
    after: After | None = None
    hours: Hours | None = None

    @classmethod
    def parse(cls, at: str | None, as_of: datetime) -> Schedule:
        """From an ISO 8601 time, or ``delivery+5d``; times to come count from ``as_of`` and from the present, whichever is
        later. Raises ``InputError`` for anything else, and for a time that has passed."""
        if at is None:
            return cls()
        now = max(as_of, datetime.now(UTC))
        match = re.fullmatch(r"delivery\s*\+\s*(\d{1,3})\s*([dh])", at.strip())
        if match is not None:
            number = int(match[1])
            after = timedelta(days=number) if match[2] == "d" else timedelta(hours=number)
            return cls(after_delivery=after, text=at.strip(), now=now)
        moment = read_moment("--at", at, EXPECTED)
        if moment.at <= now:
            raise InputError(f"--at {at[:40]!r}: {moment} has passed; expected a time to come, or no --at to send at once")
        return cls(moment, text=at.strip(), now=now)

    @classmethod
    def timed(cls, after: After | None, hours: Hours | None, as_of: datetime) -> Schedule:
        """After a date of each order, in its buyer's hours; either may be None."""
        text = ", ".join([*([f"--after {after.text}"] if after else []), *([f"--between {hours}"] if hours else [])])
        return cls(text=text, now=max(as_of, datetime.now(UTC)), after=after, hours=hours)

    def zones(self, order: Order) -> tuple[str, ...]:
        """The time zones that an order's buyer may live in; the one that was named, where one was."""
        if self.hours is not None and self.hours.zone:
            return (self.hours.zone,)
        return zones_of(order.ship_country, order.ship_state)

    def open_until(self, order: Order, due: datetime | None) -> datetime | None:
        """When the hours end that a message is to leave in; None without hours."""
        time = self.hours.opens(self.zones(order), due or self.now) if self.hours is not None else None
        return time[1] if time is not None else None

    def _timed(self, order: Order) -> datetime | Refusal | None:
        earliest = self.after.of(order) if self.after is not None else self.now
        if isinstance(earliest, Refusal):
            return earliest
        earliest = max(earliest, self.now)
        if self.hours is not None:
            zones = self.zones(order)
            time = self.hours.opens(zones, earliest) if zones else None
            if time is None:
                where = f"the {counted(len(zones), 'time zone').removeprefix('1 ')} of {order.ship_country}" if zones else ""
                reason = f"no time of {self.hours} fits {where}" if zones else "the country that it is shipped to is not known"
                return Refusal(
                    order.id,
                    NO_ZONE.slug,
                    reason,
                    "Use a report with ship-country and ship-state, or name the time "
                    'zone: --between "09:00-18:00 Europe/Berlin".',
                    order.line,
                )
            earliest = time[0]
        return earliest if earliest > self.now else None

    def due(self, order: Order) -> datetime | Refusal | None:
        """When an order's message may leave; None is at once, a refusal if the order does not state it, or that has passed."""
        if self.after is not None or self.hours is not None:
            return self._timed(order)
        if self.after_delivery is not None:
            if order.delivered_at is None:
                return Refusal(
                    order.id,
                    UNKNOWN_DELIVERY.slug,
                    "the delivery date is not known, and --at counts from it",
                    "Use a report that contains it, or give a time.",
                    order.line,
                )
            due = order.delivered_at + self.after_delivery
            if due <= self.now:
                return Refusal(
                    order.id,
                    PASSED.slug,
                    f"its time to leave, {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC, has passed",
                    "Send without --at to write to it now.",
                    order.line,
                )
            return due
        return self.moment.at if self.moment is not None else None

    def given(self, due: datetime | None) -> None:
        """Note the moment that a message was scheduled for."""
        if due is not None:
            self.first = min(due, self.first) if self.first is not None else due
            self.last = max(due, self.last) if self.last is not None else due

    def as_json(self) -> dict[str, object] | None:
        """What was understood; None without ``--at``."""
        if not self.text:
            return None
        return {
            "at": self.moment.at.isoformat() if self.moment is not None else None,
            "zone": self.moment.zone if self.moment is not None else None,
            "after_delivery": self.text if self.after_delivery is not None else None,
            "after": self.after.text if self.after is not None else None,
            "between": str(self.hours) if self.hours is not None else None,
            "first": self.first.astimezone(UTC).isoformat() if self.first is not None else None,
            "last": self.last.astimezone(UTC).isoformat() if self.last is not None else None,
        }

    def __str__(self) -> str:
        if self.moment is not None:
            return f"to leave at {self.moment}"
        if self.first is None or self.last is None:
            return self.text
        first, last = (moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") for moment in (self.first, self.last))
        return f"{self.text}: to leave from {first} to {last} UTC"
