"""The steps of a message from state to state, each for a whole group in one statement.

A group travels as one JSON parameter that the database takes apart, so that its cost in Python does not grow with the
statement, and SQLite works on it without holding the interpreter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.types import TypeEngine

from franking.model import Envelope, Outcome, State
from franking.outbox.access import utc_now
from franking.outbox.schema import attempts, messages

_DONE = (State.SENT.value, State.FAILED.value)
_CLAIMED = (
    messages.c.number, messages.c.sender, messages.c.recipient, messages.c.message_id, messages.c.content,
    messages.c.attempts, messages.c.created_at, messages.c.due_at,
)  # fmt: skip


def _given(dialect: str, *columns: tuple[str, TypeEngine[Any]]) -> CTE:
    """The rows of the JSON parameter ``rows``, a list of lists, as a table with these columns."""
    if dialect == "postgresql":
        row = func.jsonb_array_elements(cast(bindparam("rows"), JSONB)).table_valued("value")
        found = [cast(row.c.value.op("->>")(i), kind).label(name) for i, (name, kind) in enumerate(columns)]
    else:
        row = func.json_each(bindparam("rows")).table_valued("value")
        found = [func.json_extract(row.c.value, f"$[{i}]", type_=kind).label(name) for i, (name, kind) in enumerate(columns)]
    return select(*found).cte("given")


@cache
def _settling(dialect: str) -> tuple[Update, Insert]:
    c = messages.c
    outcome = _given(
        dialect, ("number", Integer()), ("attempt", Integer()), ("state", Text()), ("reply", Text()), ("due_at", DateTime()),
        ("connection", Text()),
    )  # fmt: skip
    done = outcome.c.state.in_(_DONE)  # they lose their personal data
    # An attempt settles nothing but itself; one that was given up knows best what became of it, if its worker comes back.
    # Told by what it is not: SQLite would otherwise walk the index by state rather than the group.
    unsettled = c.state.not_in((State.QUEUED.value, State.DEFERRED.value, *_DONE))
    now = bindparam("now", type_=DateTime())
    settled = (
        update(messages)
        .where(c.number == outcome.c.number, c.attempts == outcome.c.attempt, unsettled)
        .values(
            state=outcome.c.state, reply=outcome.c.reply, due_at=outcome.c.due_at, updated_at=now,
            content=case((done, None), else_=c.content), recipient=case((done, None), else_=c.recipient),
        )
    )  # fmt: skip
    tried = insert(attempts).from_select(
        ["message", "at", "state", "reply", "connection"],
        select(outcome.c.number, now, outcome.c.state, outcome.c.reply, outcome.c.connection),
    )
    return settled, tried


@cache
def _giving_back(dialect: str) -> Update:
    c = messages.c
    given = _given(dialect, ("number", Integer()), ("attempt", Integer()))
    mine = (c.number == given.c.number, c.attempts == given.c.attempt, c.state == State.SENDING.value)
    return update(messages).where(*mine).values(state=State.QUEUED.value, updated_at=bindparam("now"))


def settle(connection: Connection, outcomes: Sequence[tuple[Envelope, Outcome]]) -> None:
    """Record what became of attempts. Done messages lose their personal data."""
    rows = json.dumps(
        [
            (
                e.number, e.attempt, o.state.value, o.detail[:500],
                o.due_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if o.due_at is not None else None, e.connection,
            )
            for e, o in outcomes
        ]
    )  # fmt: skip
    values = {"rows": rows, "now": utc_now()}
    for statement in _settling(connection.dialect.name):
        connection.execute(statement, values)


def give_back(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Put messages of which no byte left back among the queued ones."""
    rows = json.dumps([(e.number, e.attempt) for e in envelopes])
    connection.execute(_giving_back(connection.dialect.name), {"rows": rows, "now": utc_now()})


def claim(connection: Connection, scope: Sequence[ColumnElement[bool]], in_order: bool, count: int) -> list[Any]:
    """Mark up to ``count`` messages of a scope that wait and are due as ``sending``; what dispatch needs of each."""
    c = messages.c
    now = utc_now()
    rows: list[Any] = []
    # One state at a time, so that each query walks an index and stops after ``count`` rows.
    for waiting, order in (
        (and_(c.state == State.QUEUED.value, or_(c.due_at.is_(None), c.due_at <= now)), (c.number,) if in_order else None),
        (and_(c.state == State.DEFERRED.value, c.due_at <= now), None),
    ):
        if len(rows) < count:
            chosen = select(c.number).where(waiting, c.recipient.is_not(None), *scope)
            chosen = chosen.order_by(*(order or (c.due_at, c.number))).limit(count - len(rows))
            picked = chosen.with_for_update(skip_locked=True).cte("picked")
            taken = (
                update(messages).where(c.number.in_(select(picked.c.number)))
                .values(state=State.SENDING.value, attempts=c.attempts + 1, updated_at=now).returning(*_CLAIMED)
            )  # fmt: skip
            found = connection.execute(taken).all()
            rows += sorted(found, key=lambda r: r.number if order else (r.due_at is not None, r.due_at, r.number))
    return rows
