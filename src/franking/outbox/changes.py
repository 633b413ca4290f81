"""State changes without a delivery attempt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, exists, insert, select, true, update

from franking.model import State
from franking.outbox import blocks
from franking.outbox.access import reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import attempts, messages, suppressions

_SINCE = {
    "opt-out": "the buyer opted out after this message was queued",
    "bounce": "mail to the buyer bounced after this message was queued",
}

_ANY = select(suppressions.c.number).limit(1)
_LOST: dict[str, Any] = dict.fromkeys(("recipient", "block", "place", "length"))  # the personal data


def change(connection: Connection, chosen: ColumnElement[bool], state: State, reply: str, reason: str = "") -> int:
    """Give messages a state, and an attempt that says why; their number. Done ones lose their personal data."""
    return change_found(connection, connection.execute(with_spots(chosen)).all(), state, reply, reason)


def change_found(connection: Connection, found: Sequence[Row[Any]], state: State, reply: str, reason: str = "") -> int:
    """The same for messages that ``with_spots`` found in this transaction; ``reason`` is the slug of a rule."""
    now = utc_now()
    done = state in (State.SENT, State.FAILED, State.CANCELLED)
    values = {"state": state.value, "reply": reply[:500], "due_at": None, "reason": reason} | (_LOST if done else {})
    for group in _groups(found):
        numbers = [row.number for row in group]
        connection.execute(update(messages).where(messages.c.number.in_(numbers)).values(**values))
        connection.execute(
            insert(attempts), [{"message": n, "at": now, "state": state.value, "reply": reply[:500]} for n in numbers]
        )
    if done:
        _forget(connection, found)
    return len(found)


def withdraw(engine: Engine, among: ColumnElement[bool]) -> int:
    """Fail the waiting messages in ``among`` whose buyers are suppressed; returns their number. After an opt-out, replies
    in the buyer's own thread stay; messages queued by versions that did not record threads count as no replies."""
    s, c = suppressions.c, messages.c
    with reading(engine) as connection:
        if connection.execute(_ANY).first() is None:
            return 0
    waits = c.state.in_([State.QUEUED.value, State.DEFERRED.value])
    number = 0
    for reason, reply in _SINCE.items():
        suppressed = exists().where(s.seller == c.seller, s.digest == c.recipient_digest, s.reason == reason)
        stopped = c.threaded.is_(False) if reason == "opt-out" else true()
        with writing(engine) as connection:
            number += change(connection, and_(among, waits, suppressed, stopped), State.FAILED, reply)
    return number


def with_spots(chosen: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    """Select messages with the position of their contents and ``more`` columns, locked against other workers."""
    c = messages.c
    return select(c.number, c.block, c.place, c.length, *more).where(chosen).order_by(c.number).with_for_update()


def _groups(rows: Sequence[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    for start in range(0, len(rows), 500):
        yield rows[start : start + 500]


def lose_data(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Remove address and content of messages."""
    for group in _groups(rows):
        connection.execute(update(messages).where(messages.c.number.in_([row.number for row in group])).values(**_LOST))
    _forget(connection, rows)


def _forget(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    blocks.forget(connection, [(row.block, row.place, row.length) for row in rows if row.block is not None])
