"""State changes without a delivery attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, exists, insert, select, true, tuple_, update

from franking.model import Key, OutgoingMessage, State
from franking.outbox import blocks
from franking.outbox.access import reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import attempts, messages, suppressions
from franking.outbox.suppressed import digest

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
    with reading(engine) as connection:
        if connection.execute(_ANY).first() is None:
            return 0
    number = 0
    for reason in _SINCE:
        with writing(engine) as connection:
            number += len(_withdrawn(connection, among, reason))
    return number


def withdraw_queued(connection: Connection, outgoing: Sequence[OutgoingMessage]) -> list[int]:
    """The same for messages that this transaction queued; returns their rows. Between the permission of a message and its
    queueing a buyer may opt out, and another process may be sending what it finds in the queue."""
    if connection.execute(_ANY).first() is None:
        return []
    by_digest: defaultdict[tuple[str, str], list[Key]] = defaultdict(list)
    for one in outgoing:
        by_digest[one.key.seller, digest(one.recipient)].append(one.key)
    s, c = suppressions.c, messages.c
    keys: list[Key] = []
    for group in _groups(list(by_digest)):
        chosen = tuple_(s.seller, s.digest).in_(group)
        for row in connection.execute(select(s.seller, s.digest).where(chosen)):
            keys += by_digest[row.seller, row.digest]
    found: list[int] = []
    for those in _groups(keys):
        among = tuple_(c.seller, c.order_id, c.kind).in_([(key.seller, key.order_id, key.kind) for key in those])
        for reason in _SINCE:
            found += _withdrawn(connection, among, reason)
    return found


def _withdrawn(connection: Connection, among: ColumnElement[bool], reason: str) -> list[int]:
    s, c = suppressions.c, messages.c
    waits = c.state.in_([State.QUEUED.value, State.DEFERRED.value])
    suppressed = exists().where(s.seller == c.seller, s.digest == c.recipient_digest, s.reason == reason)
    stopped = c.threaded.is_(False) if reason == "opt-out" else true()
    rows = connection.execute(with_spots(and_(among, waits, suppressed, stopped))).all()
    change_found(connection, rows, State.FAILED, _SINCE[reason])
    return [row.number for row in rows]


def with_spots(chosen: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    """Select messages with the position of their contents and ``more`` columns, locked against other workers."""
    c = messages.c
    return select(c.number, c.block, c.place, c.length, *more).where(chosen).order_by(c.number).with_for_update()


def _groups(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), 500):
        yield rows[start : start + 500]


def lose_data(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    """Remove address and content of messages."""
    for group in _groups(rows):
        connection.execute(update(messages).where(messages.c.number.in_([row.number for row in group])).values(**_LOST))
    _forget(connection, rows)


def _forget(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    blocks.forget(connection, [(row.block, row.place, row.length) for row in rows if row.block is not None])
