"""Which orders are meant, and at which hours: what ``plan``, ``send`` and campaigns have in common."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from franking.batch.reports import OrderSource
from franking.batch.schedule import Schedule
from franking.errors import InputError
from franking.model import Conditions, Order
from franking.orders.reports import Report
from franking.selection import After, Hours, Selection

_MERCHANT = "fulfilment"


@dataclass(frozen=True, slots=True)
class Wish:
    """A selection, and times that count from each order."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    after: After | None = None
    hours: Hours | None = None

    @classmethod
    def parse(
        cls,
        only: Sequence[str] = (),
        without: Sequence[str] = (),
        after: str | None = None,
        between: str | None = None,
        days: str | None = None,
    ) -> Wish:
        """From the values of the options. Raises ``InputError``."""
        Selection.parse(only, without)
        return cls(tuple(only), tuple(without), After.parse(after) if after else None, Hours.parse(between, days))

    @property
    def timed(self) -> bool:
        """Whether messages leave by a time of each order."""
        return self.after is not None or self.hours is not None

    def selection(self) -> Selection:
        """The selection, nothing judged yet."""
        return Selection.parse(self.only, self.without)

    def schedule(self, at: str | None, as_of: datetime) -> Schedule:
        """When messages leave. Raises ``InputError``."""
        return Schedule.timed(self.after, self.hours, as_of) if self.timed else Schedule.parse(at, as_of)

    def check(self, source: OrderSource) -> None:
        """Raise ``InputError`` if the report has no column that a condition on its orders needs."""
        if not isinstance(source, Report):
            return  # an answer of an API has what it has, order by order
        name = source.report_type.title
        for term in self.selection().terms:
            shipped_by_marketplace = term.role == _MERCHANT and source.report_type.state == "shipped"
            if term.role and not source.has(term.role) and not shipped_by_marketplace:
                raise InputError(f"{term.text}: the report ({name}) has no column {term.column}")
        if self.after is not None and not source.has(self.after.role):
            raise InputError(f"--after {self.after.text}: the report ({name}) has no column {self.after.column}")
        if self.hours is not None and not self.hours.zone and not source.has("country"):
            raise InputError(
                f"--between: the report ({name}) has no column ship-country, which gives the buyer's time zone; "
                'name the time zone, for example "09:00-18:00 Europe/Berlin"'
            )


NO_WISH = Wish()


@dataclass(slots=True)
class Holding:
    """Makes the conditions that messages keep until they leave."""

    schedule: Schedule
    unless_sent: tuple[str, ...]
    _known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def of(self, order: Order, due_at: datetime | None, last: datetime | None) -> Conditions | None:
        """The conditions of an order's message; ``last`` is its last permitted moment, None if there is none."""
        hours = self.schedule.hours
        if last is None and hours is None and not self.unless_sent:
            return None
        zones = self.schedule.zones(order) if hours is not None else ()
        if zones not in self._known:
            said: dict[str, object] = {"hours": hours.as_json(zones)} if hours is not None else {}
            said |= {"unless_sent": list(self.unless_sent)} if self.unless_sent else {}
            self._known[zones] = json.dumps(said, sort_keys=True) if said else ""
        return Conditions(last, self.schedule.open_until(order, due_at), self._known[zones])


def opens(document: str, moment: datetime) -> tuple[datetime, datetime] | None:
    """The open time at or after a moment that a ledger's document of conditions gives."""
    hours, zones = Hours.from_json(json.loads(document)["hours"])
    return hours.opens(zones, moment)
