"""Daily caps: how many messages of a kind of a seller account may leave per day, over all runs, workers and channels.

A message counts from the claim on, which is on disk before its first byte leaves; one that did not leave, or that the server
refused or put off, gives its place back. One whose reply was lost keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, func, select, update

from franking.model import State
from franking.outbox.access import reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import caps, messages
from franking.outbox.upserts import inserts

_WAITING = (State.QUEUED.value, State.DEFERRED.value)
_ANY = select(caps.c.kind).limit(1)


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap and what of it is left today. ``tomorrow`` is when its next day begins (naive, UTC)."""

    seller: str
    kind: str
    daily: int
    zone: str
    left: int
    today: datetime
    tomorrow: datetime


def set_cap(engine: Engine, seller: str, kind: str, daily: int | None, zone: str) -> None:
    """Let so many messages leave per day of a time zone; None lifts the cap. What left today already counts, by the ledger."""
    c, m = caps.c, messages.c
    mine = (c.seller == seller, c.kind == kind)
    with writing(engine) as connection:
        if daily is None:
            connection.execute(caps.delete().where(*mine))
            return
        day, start, _ = _day(zone)
        left = (State.SENDING.value, State.SENT.value, State.AMBIGUOUS.value)
        counted = (m.seller == seller, m.kind == kind, m.state.in_(left), m.claimed_at >= start)
        there = connection.execute(select(c.zone).where(*mine)).scalar()
        if there == zone:
            connection.execute(update(caps).where(*mine).values(daily=daily))
            return
        used = int(connection.execute(select(func.count()).select_from(messages).where(*counted)).scalar_one())
        values = {"daily": daily, "zone": zone, "day": day, "used": used}
        dialect = inserts(connection.dialect.name)
        adding = dialect.insert(caps).values(seller=seller, kind=kind, **values)
        connection.execute(adding.on_conflict_do_update(index_elements=["seller", "kind"], set_=values))


def caps_of(engine: Engine, seller: str) -> list[Cap]:
    """The caps of a seller account."""
    with reading(engine) as connection:
        return _read(connection, caps.c.seller == seller)


def waiting_caps(connection: Connection, scope: Mapping[str, object]) -> list[Cap]:
    """The caps of those kinds that messages of a scope (columns and their values) wait of, held against other workers."""
    c, m = caps.c, messages.c
    if connection.execute(_ANY).first() is None:
        return []
    within = [m[name] == value for name, value in scope.items()]
    waits = exists().where(m.seller == c.seller, m.kind == c.kind, m.state.in_(_WAITING), *within)
    return _read(connection, waits, lock=True)


def take(connection: Connection, cap: Cap, number: int) -> None:
    """Count messages that are claimed."""
    c = caps.c
    day, _, _ = _day(cap.zone)
    used = cap.daily - cap.left
    connection.execute(update(caps).where(c.seller == cap.seller, c.kind == cap.kind).values(day=day, used=used + number))


def release(connection: Connection, numbers: Sequence[int]) -> None:
    """Give back the places of messages (their rows) that are being sent and did not leave."""
    c, m = caps.c, messages.c
    if not numbers or connection.execute(_ANY).first() is None:
        return
    for cap in _read(connection, exists().where(m.seller == c.seller, m.kind == c.kind, m.number.in_(numbers)), lock=True):
        mine = (m.seller == cap.seller, m.kind == cap.kind, m.number.in_(numbers))
        today = (m.state == State.SENDING.value, m.claimed_at >= cap.today)
        count = int(connection.execute(select(func.count()).select_from(messages).where(*mine, *today)).scalar_one())
        if count:
            take(connection, cap, -min(count, cap.daily - cap.left))


def uncapped() -> ColumnElement[bool]:
    """Of a message: that no cap holds its kind."""
    return ~exists().where(and_(caps.c.seller == messages.c.seller, caps.c.kind == messages.c.kind))


def _read(connection: Connection, chosen: ColumnElement[bool], *, lock: bool = False) -> list[Cap]:
    query = select(caps).where(chosen).order_by(caps.c.seller, caps.c.kind)
    found: list[Cap] = []
    for row in connection.execute(query.with_for_update() if lock else query).all():
        day, start, end = _day(row.zone)
        used = row.used if row.day == day else 0
        # More than the cap may have left before it was lowered; then ``left`` is negative.
        found.append(Cap(row.seller, row.kind, row.daily, row.zone, row.daily - used, start, end))
    return found


def _day(zone: str) -> tuple[date, datetime, datetime]:
    """The present day of a zone, when it began, and when the next one begins (naive, UTC)."""
    info = ZoneInfo(zone)
    day = utc_now().replace(tzinfo=UTC).astimezone(info).date()
    return day, _begin(day, info), _begin(day + timedelta(days=1), info)


def _begin(day: date, info: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), info).astimezone(UTC).replace(tzinfo=None)
