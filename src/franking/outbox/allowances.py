"""Rate limits for all processes on a ledger: a token bucket and a daily cap per scope.

A bucket is one number per scope: the time at which the next message may be sent (the theoretical arrival time of the
generic cell rate algorithm, ITU-T I.371). Processes reserve a few send times in advance.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from sqlalchemy import Connection, Engine, Insert, bindparam, extract, func, select, update

from franking.outbox.access import writing
from franking.outbox.schema import allowances
from franking.outbox.upserts import inserts

_BURST = 0.1  # seconds of unused allowance that can be used later
_JUMP = 60.0  # seconds: a stored time further in the future was set by a clock that has jumped since


_C = allowances.c
_MINE = _C.scope == bindparam("of")
_ROW = select(_C.next_at, _C.first_day, _C.day, _C.used).where(_MINE).with_for_update()
_TAKEN = update(allowances).where(_MINE)


@cache
def _fresh(dialect: str) -> Insert:
    """Adds the row of a scope if it has none."""
    return inserts(dialect).insert(allowances).on_conflict_do_nothing(index_elements=["scope"])


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of a scope such as ``sender:acme``: messages per second (None: unlimited), and messages per day (UTC), the
    first number for the first day of sending, the last for all later days (empty: unlimited). A process that dies keeps the
    places that it has reserved: they count as sent on that day."""

    scope: str
    rate: float | None = None
    daily: tuple[int, ...] = ()


class Allowances:
    """The shared buckets of some scopes. A send time must be free in each of them."""

    def __init__(self, engine: Engine, limits: Sequence[Limit]) -> None:
        self._engine = engine
        self._limits = sorted(limits, key=lambda limit: limit.scope)  # sorted: no deadlocks between processes

    def take(self, wanted: int) -> list[float]:
        """Reserve up to ``wanted`` send times, one per message, in seconds from now, ascending. Empty if a daily cap is
        used up."""
        with writing(self._engine) as connection:
            now = self._clock(connection)
            today = datetime.fromtimestamp(now, UTC).date()
            rows = [self._row(connection, limit, today) for limit in self._limits]
            count = wanted
            for limit, (_, first, day, used) in zip(self._limits, rows, strict=True):
                if limit.daily:
                    cap = limit.daily[min(max(0, (today - first).days), len(limit.daily) - 1)]  # the clock may be set back
                    count = min(count, max(0, cap - (used if day == today else 0)))
            if count == 0:
                return []
            starts: list[tuple[float, float]] = []
            for limit, (next_at, first, day, used) in zip(self._limits, rows, strict=True):
                gap = 1.0 / limit.rate if limit.rate else 0.0
                start = max(next_at if next_at < now + _JUMP else now, now - _BURST) if limit.rate else now
                starts.append((start, gap))
                taken = (used if day == today else 0) + count
                values = {"next_at": start + count * gap, "first_day": first, "day": today, "used": taken}
                connection.execute(_TAKEN, {"of": limit.scope, **values})
        return [max(0.0, max(start + i * gap for start, gap in starts) - now) for i in range(count)]

    def give_back(self, count: int) -> None:
        """Return unused reservations to the daily cap."""
        scopes = [limit.scope for limit in self._limits if limit.daily]
        if count and scopes:
            c = allowances.c
            with writing(self._engine) as connection:
                connection.execute(update(allowances).where(c.scope.in_(scopes), c.used >= count).values(used=c.used - count))

    def _clock(self, connection: Connection) -> float:
        """Seconds since 1970; by the database's clock if several machines share it."""
        if connection.dialect.name == "postgresql":
            return float(connection.execute(select(extract("epoch", func.clock_timestamp()))).scalar_one())
        return time.time()

    def _row(self, connection: Connection, limit: Limit, today: date) -> tuple[float, date, date, int]:
        """When the next message of a scope may leave, the first day of sending, the last one, and how many left on that."""
        connection.execute(_fresh(connection.dialect.name), {"scope": limit.scope, "first_day": today, "day": today})
        row = connection.execute(_ROW, {"of": limit.scope}).one()
        is_unused = row.first_day == row.day and row.used == 0  # all was given back: no message left on that day
        return float(row.next_at), today if is_unused else row.first_day, row.day, int(row.used)
