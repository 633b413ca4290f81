"""State transitions of messages, each for a whole group in one statement.

    queued, deferred   ── claim ──────▶  sending      a sender takes a group; a deferred message once it is due
    sending            ── settle ─────▶  sent         the server accepted it
    sending            ── settle ─────▶  failed       it rejected it for good
    sending            ── settle ─────▶  deferred     it rejected it for now
    sending            ── settle ─────▶  ambiguous    its reply was lost
    sending            ── give back ──▶  queued       no byte left

Sent and failed messages lose their personal data. What no attempt brings about stands elsewhere: a message is queued, and
queued again after it was cancelled, by ``queueing``; ``changes`` are cancellations (queued, deferred → cancelled), opt-outs and
bounces of waiting messages (→ failed), and what evidence or a person states of ambiguous ones (→ sent, failed, queued).

A group travels as one JSON parameter that the database takes apart, so that its cost in Python does not grow with the
statement, and SQLite works on it without holding the interpreter. What SQLite and PostgreSQL do differently is in
``dialects``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Subquery,
    Text,
    and_,
    bindparam,
    insert,
    null,
    select,
    update,
)

from franking.model import Envelope, Outcome, State
from franking.outbox import blocks, caps
from franking.outbox.dialects import UNCAPPED, Waiting, dialect_of
from franking.outbox.moments import now_in
from franking.outbox.prepared import Prepared
from franking.outbox.schema import attempts, messages

_DONE = (State.SENT, State.FAILED)
_NOW = bindparam("now", type_=DateTime())
_How = Literal["wait", "end", "end at its spot"]


def _outcomes(dialect: str) -> tuple[Subquery, ColumnElement[bool]]:
    """The outcomes, and the messages that they settle."""
    c = messages.c
    outcome = dialect_of(dialect).given(
        ("number", Integer()),
        ("attempt", Integer()),
        ("reply", Text()),
        ("connection", Text()),
        ("due_at", DateTime()),
    )
    # An attempt settles only its own claim. If a worker that counted as dead returns, its outcome is more reliable than
    # ``ambiguous``. A negative condition: otherwise SQLite would use the index by state instead of the group.
    unsettled = and_(*(c.state != state.value for state in (State.QUEUED, State.DEFERRED, State.CANCELLED, *_DONE)))
    return outcome, and_(c.number == outcome.c.number, c.attempts == outcome.c.attempt, unsettled)


@cache
def _settling(dialect: str, how: _How) -> Prepared:
    c = messages.c
    outcome, settles = _outcomes(dialect)
    values: dict[str, Any] = {
        "state": bindparam("state"),
        "reply": outcome.c.reply,
        "due_at": outcome.c.due_at,
        "updated_at": _NOW,
    }
    if how != "wait":
        values |= dict.fromkeys(("recipient", "block", "place", "length", "due_at"), null())
    if how == "end at its spot":
        settles = and_(settles, c.recipient.is_not(None))  # otherwise the content has been removed
    return Prepared(update(messages).where(settles).values(values), dialect)


@cache
def _leaving(dialect: str) -> Prepared:
    """The positions of contents that are not needed after ``_settling``."""
    c = messages.c
    _, settles = _outcomes(dialect)
    spots = select(c.block, c.place, c.length).where(settles, c.block.is_not(None))
    return Prepared(spots.with_for_update(of=messages), dialect)


@cache
def _recording(dialect: str) -> Prepared:
    outcome, _ = _outcomes(dialect)
    columns = ["message", "at", "state", "reply", "connection"]
    row = select(outcome.c.number, _NOW, bindparam("state", type_=Text()), outcome.c.reply, outcome.c.connection)
    return Prepared(insert(attempts).from_select(columns, row), dialect)


@cache
def _giving_back(dialect: str) -> Prepared:
    c = messages.c
    given = dialect_of(dialect).given(("number", Integer()), ("attempt", Integer()))
    mine = (c.number == given.c.number, c.attempts == given.c.attempt, c.state == State.SENDING.value)
    back = update(messages).where(*mine).values(state=State.QUEUED.value, updated_at=bindparam("now"))
    return Prepared(back, dialect)


def settle(connection: Connection, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
    """Record the outcomes of attempts. Done messages lose their personal data."""
    dialect = connection.dialect.name
    gone: list[Sequence[int]] = []
    by_state: defaultdict[State, list[tuple[Envelope, Outcome]]] = defaultdict(list)
    for envelope, outcome in outcomes:
        by_state[outcome.state].append((envelope, outcome))
    caps.release(connection, [e.number for s in (State.DEFERRED, State.FAILED) for e, _ in by_state.get(s, ())])
    for state, group in by_state.items():
        rows = [(e.number, e.attempt, o.detail[:500], e.connection, _moment(o.due_at)) for e, o in group]
        values = {"rows": json.dumps(rows), "now": now_in(dialect), "state": state.value}
        if state in _DONE:
            gone += _end(connection, values, [envelope.spot for envelope, _ in group])
        else:
            _settling(dialect, "wait").run(connection, values)
        _recording(dialect).run(connection, values)
    blocks.forget(connection, gone)


def _end(
    connection: Connection, values: Mapping[str, object], spots: Sequence[tuple[int, int, int] | None]
) -> Sequence[Sequence[int]]:
    """Settle messages; returns the positions of contents that are not needed any more. A claimed message has its content at
    the position of the claim, unless another outcome was recorded first."""
    dialect = connection.dialect.name
    known = [spot for spot in spots if spot is not None]
    if len(known) == len(spots):
        with connection.begin_nested() as savepoint:
            if _settling(dialect, "end at its spot").run(connection, values).rowcount == len(spots):
                return known
            savepoint.rollback()
    leaving = _leaving(dialect).run(connection, values).all()
    _settling(dialect, "end").run(connection, values)
    return leaving


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if moment is not None else None


def give_back(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Return messages of which no byte was sent to ``queued``."""
    back = list(envelopes)
    caps.release(connection, [e.number for e in back])
    rows = json.dumps([(e.number, e.attempt) for e in back])
    dialect = connection.dialect.name
    _giving_back(dialect).run(connection, {"rows": rows, "now": now_in(dialect)})


def claim(connection: Connection, scope: Mapping[str, object], count: int) -> list[Sequence[Any]]:
    """Mark up to ``count`` messages that wait and are due as ``sending``; of each what ``Claimed`` names. ``scope`` are the
    values of columns that they have. Kinds with a daily cap give no more than that leaves them."""
    holding = caps.waiting_caps(connection, scope)
    if not holding:
        return _claimed(connection, scope, count)
    rows: list[Sequence[Any]] = []
    for cap in holding:
        wanted = min(cap.left, count - len(rows))
        if wanted > 0:
            taken = _claimed(connection, {**scope, "seller": cap.seller, "kind": cap.kind}, wanted)
            caps.take(connection, cap, len(taken))
            rows += taken
    return rows + _claimed(connection, {**scope, UNCAPPED: True}, count - len(rows))


def _claimed(connection: Connection, scope: Mapping[str, object], count: int) -> list[Sequence[Any]]:
    dialect = dialect_of(connection.dialect.name)
    rows: list[Sequence[Any]] = []
    # One query per waiting state, so that each uses an index and stops after ``count`` rows. Messages with a due time come
    # first.
    for state, timed in ((State.QUEUED, True), (State.DEFERRED, True), (State.QUEUED, False)):
        if len(rows) < count:
            values = {**scope, "now": now_in(connection.dialect.name), "count": count - len(rows)}
            rows += dialect.claim(connection, Waiting(state, timed, tuple(scope)), values)
    return rows
