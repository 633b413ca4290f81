"""Waiting messages are checked again: what must not leave any more is cancelled, what missed its hours gets the next ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)

from franking.model import State
from franking.outbox.access import reading, writing
from franking.outbox.caps import waiting_caps
from franking.outbox.changes import change, change_found, with_spots
from franking.outbox.moments import utc_now
from franking.outbox.schema import conditions, messages

_WAITING = (State.QUEUED.value, State.DEFERRED.value)
_LEFT = (State.SENDING.value, State.SENT.value, State.AMBIGUOUS.value)
EXPIRED: Final = "expired"
ANSWERED: Final = "not-selected"
_GROUP = 500
_NOW = bindparam("now", type_=DateTime())
_DOCUMENTS = select(conditions.c.number, conditions.c.document)

# The open time at or after a moment (aware) that a document of conditions gives; None where there is none.
Opens = Callable[[str, datetime], tuple[datetime, datetime] | None]


@dataclass(slots=True)
class Reviewed:
    """Messages that were cancelled, by slug, and those that were ``moved`` to a later time."""

    taken_back: Counter[str] = field(default_factory=Counter)
    moved: int = 0


def in_time(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Of a message: that a moment (naive, UTC) is neither past its last one nor past its hours."""
    c = messages.c
    return and_(or_(c.not_after.is_(None), c.not_after > now), or_(c.open_until.is_(None), c.open_until > now))


def review(engine: Engine, scope: Mapping[str, object], opens: Opens) -> Reviewed:
    """Check the waiting messages of a scope (columns and their values): those whose last moment has passed, or that another
    message rules out, are cancelled; those whose hours are over, or whose daily cap is used up, wait for the next."""
    c = messages.c
    waits = and_(c.state.in_(_WAITING), *(c[name] == value for name, value in scope.items()))
    found = Reviewed()
    with reading(engine) as connection:
        documents = {row.number: row.document for row in connection.execute(_DOCUMENTS).all()}
    with writing(engine) as connection:
        for number, document in documents.items():
            kinds = json.loads(document).get("unless_sent", [])
            if kinds:
                found.taken_back[ANSWERED] += _answered(connection, and_(waits, c.condition == number), kinds)
        late = "expired: the last permitted moment passed before it left"
        values, names = {**scope, "now": utc_now()}, tuple(scope)
        expired = connection.execute(_expired(names), values).all()
        found.taken_back[EXPIRED] += change_found(connection, expired, State.CANCELLED, late, EXPIRED)
        _move_on(connection, connection.execute(_closed(names), values).all(), None, documents, opens, found)
        for cap in waiting_caps(connection, scope):
            if cap.left <= 0:
                over = and_(waits, c.seller == cap.seller, c.kind == cap.kind, or_(c.due_at.is_(None), c.due_at < cap.tomorrow))
                _move_on(connection, connection.execute(_timed(over)).all(), cap.tomorrow, documents, opens, found)
    found.taken_back = +found.taken_back
    return found


def _timed(chosen: ColumnElement[bool]) -> Select[Any]:
    c = messages.c
    return with_spots(chosen, c.not_after, c.due_at, c.condition)


def _waiting(scope: tuple[str, ...]) -> ColumnElement[bool]:
    c = messages.c
    return and_(c.state.in_(_WAITING), *(c[name] == bindparam(name, type_=c[name].type) for name in scope))


@cache
def _expired(scope: tuple[str, ...]) -> Select[Any]:
    return with_spots(and_(_waiting(scope), messages.c.not_after <= _NOW))


@cache
def _closed(scope: tuple[str, ...]) -> Select[Any]:
    return _timed(and_(_waiting(scope), messages.c.open_until <= _NOW))


def take_back(engine: Engine, seller: str, kind: str, reasons: Mapping[str, tuple[str, str]]) -> int:
    """Cancel the waiting messages of a kind for some orders, each for a reason (slug and text); returns how many."""
    c = messages.c
    number = 0
    with writing(engine) as connection:
        for order_id, (slug, reason) in reasons.items():
            mine = and_(c.seller == seller, c.order_id == order_id, c.kind == kind, c.state.in_(_WAITING))
            number += change(connection, mine, State.CANCELLED, f"{slug}: {reason}", slug)
    return number


def _answered(connection: Connection, waits: ColumnElement[bool], kinds: list[str]) -> int:
    other = messages.alias()
    c, o = messages.c, other.c
    there = exists().where(o.seller == c.seller, o.order_id == c.order_id, o.kind.in_(kinds), o.state.in_(_LEFT))
    reason = f"not-selected: {' or '.join(kinds)} was sent for this order after this message was queued"
    return change(connection, and_(waits, there), State.CANCELLED, reason, ANSWERED)


def _move_on(
    connection: Connection,
    rows: Sequence[Row[Any]],
    earliest: datetime | None,
    documents: Mapping[int, str],
    opens: Opens,
    found: Reviewed,
) -> None:
    """Let messages (``_timed``) wait for the next open time from now on, or from a moment (naive, UTC) on."""
    start = max(earliest or utc_now(), utc_now())
    moves: dict[tuple[datetime, datetime | None], list[int]] = {}
    gone = []
    for row in rows:
        document = documents.get(row.condition, "")
        begin: datetime | None = max(start, row.due_at or start)
        until: datetime | None = None
        if '"hours"' in document:
            assert begin is not None
            time = opens(document, begin.replace(tzinfo=UTC))
            begin, until = (_naive(time[0]), _naive(time[1])) if time is not None else (None, None)
        if begin is None or (row.not_after is not None and begin >= row.not_after):
            gone.append(row)
        else:
            moves.setdefault((begin, until), []).append(row.number)
    late = "expired: no permitted hour is left before the last permitted moment"
    found.taken_back[EXPIRED] += change_found(connection, gone, State.CANCELLED, late, EXPIRED)
    for (begin, until), numbers in moves.items():
        for at in range(0, len(numbers), _GROUP):
            mine = messages.c.number.in_(numbers[at : at + _GROUP])
            connection.execute(update(messages).where(mine).values(due_at=begin, open_until=until))
        found.moved += len(numbers)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
