"""The steps of a message from state to state, each for a whole group in one statement.

A group travels as one JSON parameter that the database takes apart, so that its cost in Python does not grow with the
statement, and SQLite works on it without holding the interpreter.
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
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    func,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from franking.model import Envelope, Outcome, State
from franking.outbox import blocks
from franking.outbox.claims import Claimed
from franking.outbox.moments import now_in
from franking.outbox.prepared import Prepared
from franking.outbox.schema import attempts, messages
from franking.outbox.stops import may_leave

_DONE = (State.SENT, State.FAILED)
_NOW = bindparam("now", type_=DateTime())
_How = Literal["wait", "end", "end at its spot"]
_CLAIMED = (
    messages.c.number, messages.c.sender, messages.c.recipient, messages.c.message_id, messages.c.block, messages.c.place,
    messages.c.length, messages.c.attempts, messages.c.created_at, messages.c.due_at,
)  # fmt: skip
_SENDING = {"state": State.SENDING.value, "attempts": messages.c.attempts + 1, "updated_at": _NOW, "claimed_at": _NOW}


def _given(dialect: str, *columns: tuple[str, TypeEngine[Any]]) -> Subquery:
    """The rows of the JSON parameter ``rows``, a list of lists, as a table with these columns."""
    if dialect == "postgresql":
        row = func.jsonb_array_elements(cast(bindparam("rows"), JSONB)).table_valued("value")
        found = [cast(row.c.value.op("->>")(i), kind).label(name) for i, (name, kind) in enumerate(columns)]
    else:
        row = func.json_each(bindparam("rows")).table_valued("value")
        found = [func.json_extract(row.c.value, f"$[{i}]", type_=kind).label(name) for i, (name, kind) in enumerate(columns)]
    return select(*found).subquery("given")  # not WITH: Python's driver would not count the rows then


def _outcomes(dialect: str) -> tuple[Subquery, ColumnElement[bool]]:
    """The outcomes given, and which messages they settle."""
    c = messages.c
    outcome = _given(
        dialect,
        ("number", Integer()),
        ("attempt", Integer()),
        ("reply", Text()),
        ("connection", Text()),
        ("due_at", DateTime()),
    )
    # An attempt settles nothing but itself; one that was given up knows best what became of it, if its worker comes back.
    # Told by what it is not: SQLite would otherwise walk the index by state rather than the group.
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
        settles = and_(settles, c.recipient.is_not(None))  # else the content is gone from there
    return Prepared(update(messages).where(settles).values(values), dialect)


@cache
def _leaving(dialect: str) -> Prepared:
    """Where the contents are that nobody will need after ``_settling``."""
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
    given = _given(dialect, ("number", Integer()), ("attempt", Integer()))
    mine = (c.number == given.c.number, c.attempts == given.c.attempt, c.state == State.SENDING.value)
    back = update(messages).where(*mine).values(state=State.QUEUED.value, updated_at=bindparam("now"))
    return Prepared(back, dialect)


def settle(connection: Connection, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
    """Record what became of attempts. Done messages lose their personal data."""
    dialect = connection.dialect.name
    gone: list[Sequence[int]] = []
    by_state: defaultdict[State, list[tuple[Envelope, Outcome]]] = defaultdict(list)
    for envelope, outcome in outcomes:
        by_state[outcome.state].append((envelope, outcome))
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
    """Let messages be done; where contents are that nobody needs now. A message that was claimed is where it was then,
    unless another word about it came first."""
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
    found = select(*columns).where(c.state == state.value, due, c.recipient.is_not(None), may_leave(), *within)
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
    """SQLite's way, first half: the group as one JSON text, since every row would be handed over under the interpreter's
    lock."""
    found = _chosen(state, timed, scope, *_CLAIMED).subquery()
    columns = [column + 1 if column.name == "attempts" else column for column in found.c]  # as it is after ``_marking``
    return Prepared(select(func.json_group_array(func.json_array(*columns))), "sqlite")


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
                read = json.loads(_reading(state, timed, tuple(scope)).run(connection, values).scalar_one())
                rows += read
                if read:
                    values = {"now": values["now"], "rows": json.dumps([row[0] for row in read])}
                    _marking().run(connection, values)
    return rows
