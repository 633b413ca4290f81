"""The steps of a message from state to state, each for a whole group in one statement.

A group travels as one JSON parameter that the database takes apart, so that its cost in Python does not grow with the
statement, and SQLite works on it without holding the interpreter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    Select,
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
from sqlalchemy.types import TypeEngine

from franking.model import Envelope, Outcome, State
from franking.outbox.claims import CONTENT, Claimed
from franking.outbox.prepared import Prepared, now_in
from franking.outbox.schema import attempts, messages

_DONE = (State.SENT.value, State.FAILED.value)
_CLAIMED = (
    messages.c.number, messages.c.sender, messages.c.recipient, messages.c.message_id, messages.c.content,
    messages.c.dictionary, messages.c.attempts, messages.c.created_at, messages.c.due_at,
)  # fmt: skip
_SENDING = {"state": State.SENDING.value, "attempts": messages.c.attempts + 1, "updated_at": bindparam("now", type_=DateTime())}


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
def _settling(dialect: str) -> tuple[Prepared, Prepared]:
    c = messages.c
    outcome = _given(
        dialect, ("number", Integer()), ("attempt", Integer()), ("state", Text()), ("reply", Text()), ("due_at", DateTime()),
        ("connection", Text()),
    )  # fmt: skip
    done = or_(*(outcome.c.state == state for state in _DONE))  # they lose their personal data
    # An attempt settles nothing but itself; one that was given up knows best what became of it, if its worker comes back.
    # Told by what it is not: SQLite would otherwise walk the index by state rather than the group.
    unsettled = and_(*(c.state != state for state in (State.QUEUED.value, State.DEFERRED.value, *_DONE)))
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
    return Prepared(settled, dialect), Prepared(tried, dialect)


@cache
def _giving_back(dialect: str) -> Prepared:
    c = messages.c
    given = _given(dialect, ("number", Integer()), ("attempt", Integer()))
    mine = (c.number == given.c.number, c.attempts == given.c.attempt, c.state == State.SENDING.value)
    back = update(messages).where(*mine).values(state=State.QUEUED.value, updated_at=bindparam("now"))
    return Prepared(back, dialect)


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
    dialect = connection.dialect.name
    values = {"rows": rows, "now": now_in(dialect)}
    for statement in _settling(dialect):
        statement.run(connection, values)


def give_back(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Put messages of which no byte left back among the queued ones."""
    rows = json.dumps([(e.number, e.attempt) for e in envelopes])
    dialect = connection.dialect.name
    _giving_back(dialect).run(connection, {"rows": rows, "now": now_in(dialect)})


def _chosen(state: State, timed: bool, scope: tuple[str, ...], *columns: Any) -> Select[Any]:
    """The messages of a scope in a state that may leave: those with a time, or those without."""
    c = messages.c
    within = (c[name] == bindparam(name, type_=c[name].type) for name in scope)
    due = c.due_at <= bindparam("now", type_=DateTime()) if timed else c.due_at.is_(None)
    # As the index has them: else they would be sorted each time.
    order = (c.due_at, c.number) if timed or "batch" in scope else ()
    found = select(*columns).where(c.state == state.value, due, c.recipient.is_not(None), *within)
    return found.order_by(*order).limit(bindparam("count", type_=Integer()))


@cache
def _claiming(state: State, timed: bool, scope: tuple[str, ...]) -> Prepared:
    """PostgreSQL's way: in one statement, past what others are claiming."""
    c = messages.c
    picked = _chosen(state, timed, scope, c.number).with_for_update(skip_locked=True).cte("picked")
    taken = update(messages).where(c.number.in_(select(picked.c.number))).values(_SENDING).returning(*_CLAIMED)
    return Prepared(taken, "postgresql")


@cache
def _reading(state: State, timed: bool, scope: tuple[str, ...]) -> Prepared:
    """SQLite's way, first half: the group as one JSON text and one blob, the contents one behind the other, since every row
    would be handed over under the interpreter's lock."""
    found = _chosen(state, timed, scope, *_CLAIMED).subquery()
    # As they are after ``_marking``; a content's place is taken by its length.
    changed = {"content": func.coalesce(func.length(found.c.content), 0), "attempts": found.c.attempts + 1}
    columns = [changed.get(column.name, column) for column in found.c]
    # A blob cast to text keeps its bytes, and back again (SQLite, "CAST expressions").
    contents = cast(func.group_concat(cast(found.c.content, Text), ""), LargeBinary)
    rows = func.json_group_array(func.json_array(*columns))
    return Prepared(select(rows.label("rows"), contents.label("contents")), "sqlite")


@cache
def _marking() -> Prepared:
    """SQLite's way, second half. Nobody else writes in between."""
    given = func.json_each(bindparam("rows")).table_valued("value")
    return Prepared(update(messages).where(messages.c.number.in_(select(given.c.value))).values(_SENDING), "sqlite")


def claim(connection: Connection, scope: Mapping[str, object], count: int) -> list[Sequence[Any]]:
    """Mark up to ``count`` messages that wait and are due as ``sending``; of each what ``Claimed`` names. ``scope`` are the
    values of columns that they have."""
    dialect = connection.dialect.name
    rows: list[Sequence[Any]] = []
    # One kind of waiting at a time, so that each query walks an index and stops after ``count`` rows. Those with a time come
    # first: they are found at once where there are none.
    for state, timed in ((State.QUEUED, True), (State.DEFERRED, True), (State.QUEUED, False)):
        if len(rows) < count:
            values = {**scope, "now": now_in(dialect), "count": count - len(rows)}
            if dialect == "postgresql":
                found = [Claimed._make(row) for row in _claiming(state, timed, tuple(scope)).run(connection, values)]
                found.sort(key=(lambda r: (r.due_at, r.number)) if timed else (lambda r: r.number))
                rows += found
            else:
                group = _reading(state, timed, tuple(scope)).run(connection, values).mappings().one()
                read, contents, end = json.loads(group["rows"]), group["contents"] or b"", 0
                for row in read:
                    begin, end = end, end + row[CONTENT]
                    row[CONTENT] = contents[begin:end]
                rows += read
                if read:
                    values = {"now": values["now"], "rows": json.dumps([row[0] for row in read])}
                    _marking().run(connection, values)
    return rows
