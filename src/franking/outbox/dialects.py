"""Where SQLite and PostgreSQL part ways in the steps of a message: how a group's rows are given, and how a group is claimed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, DateTime, Integer, Select, Subquery, bindparam, cast, func, or_, select, update
from sqlalchemy.types import TypeEngine

from franking.model import State
from franking.outbox.caps import uncapped
from franking.outbox.claims import Claimed
from franking.outbox.prepared import Prepared
from franking.outbox.schema import messages
from franking.outbox.stops import may_leave

UNCAPPED = "uncapped"  # in a scope: of no kind that has a daily cap
_NOW = bindparam("now", type_=DateTime())
_CLAIMED = tuple(messages.c[name] for name in Claimed._fields)
_SENDING = {"state": State.SENDING.value, "attempts": messages.c.attempts + 1, "updated_at": _NOW, "claimed_at": _NOW}
Given = tuple[str, TypeEngine[Any]]  # the name and type of a column


class Waiting(NamedTuple):
    """Which messages are claimed: those of a state with a time or without, that have the values of the columns ``scope``."""

    state: State
    timed: bool
    scope: tuple[str, ...]


class Dialect(Protocol):
    """One kind of database."""

    def given(self, *columns: Given) -> Subquery:
        """The rows of the JSON parameter ``rows``, a list of lists, as a table with these columns."""
        ...

    def claim(self, connection: Connection, waiting: Waiting, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Mark messages as ``sending``; of each what ``Claimed`` names. ``values`` are the scope's, ``now`` and ``count``, the
        most that are taken."""
        ...


class PostgreSQL:
    """Several senders claim at once, each past what others are claiming."""

    def given(self, *columns: Given) -> Subquery:
        """See ``Dialect``."""
        from sqlalchemy.dialects.postgresql import JSONB

        row = func.jsonb_array_elements(cast(bindparam("rows"), JSONB)).table_valued("value")
        return _table([cast(row.c.value.op("->>")(i), kind).label(name) for i, (name, kind) in enumerate(columns)])

    def claim(self, connection: Connection, waiting: Waiting, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """See ``Dialect``. One statement."""
        found = [Claimed._make(row) for row in _claiming(waiting).run(connection, values)]
        found.sort(key=(lambda r: (r.due_at, r.number)) if waiting.timed else (lambda r: r.number))
        return [*found]


class SQLite:
    """One writer at a time: what is read in a transaction nobody else changes before it is marked."""

    def given(self, *columns: Given) -> Subquery:
        """See ``Dialect``."""
        row = func.json_each(bindparam("rows")).table_valued("value")
        return _table([func.json_extract(row.c.value, f"$[{i}]", type_=kind).label(n) for i, (n, kind) in enumerate(columns)])

    def claim(self, connection: Connection, waiting: Waiting, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """See ``Dialect``. The group is read as one JSON text, since every row would be handed over under the interpreter's
        lock, and then marked."""
        read: list[Sequence[Any]] = json.loads(_reading(waiting).run(connection, values).scalar_one())
        if read:
            _marking().run(connection, {"now": values["now"], "rows": json.dumps([row[0] for row in read])})
        return read


_DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def dialect_of(name: str) -> Dialect:
    """The dialect by SQLAlchemy's name for it."""
    return _DIALECTS[name]


def _table(columns: Sequence[Any]) -> Subquery:
    return select(*columns).subquery("given")  # not WITH: Python's driver would not count the rows then


def _chosen(waiting: Waiting, *columns: Any) -> Select[Any]:
    """The messages that wait and may leave now, ``count`` at most."""
    state, timed, scope = waiting
    c = messages.c
    within = (uncapped() if name == UNCAPPED else c[name] == bindparam(name, type_=c[name].type) for name in scope)
    due = c.due_at <= _NOW if timed else c.due_at.is_(None)
    in_time = (or_(c.not_after.is_(None), c.not_after > _NOW), or_(c.open_until.is_(None), c.open_until > _NOW))
    # As the index has them: else they would be sorted each time.
    order = (c.due_at, c.number) if timed or "batch" in scope else ()
    found = select(*columns).where(c.state == state.value, due, c.recipient.is_not(None), may_leave(), *in_time, *within)
    return found.order_by(*order).limit(bindparam("count", type_=Integer()))


@cache
def _claiming(waiting: Waiting) -> Prepared:
    c = messages.c
    picked = _chosen(waiting, c.number).with_for_update(skip_locked=True).cte("picked")
    taken = update(messages).where(c.number.in_(select(picked.c.number))).values(_SENDING).returning(*_CLAIMED)
    return Prepared(taken, "postgresql")


@cache
def _reading(waiting: Waiting) -> Prepared:
    found = _chosen(waiting, *_CLAIMED).subquery()
    columns = [column + 1 if column.name == "attempts" else column for column in found.c]  # as it is after ``_marking``
    return Prepared(select(func.json_group_array(func.json_array(*columns))), "sqlite")


@cache
def _marking() -> Prepared:
    given = func.json_each(bindparam("rows")).table_valued("value")
    return Prepared(update(messages).where(messages.c.number.in_(select(given.c.value))).values(_SENDING), "sqlite")
