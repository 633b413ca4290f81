"""Putting messages into the ledger, many in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from franking.model import Sealed, State
from franking.outbox import blocks
from franking.outbox.prepared import Prepared, PreparedRows, now_in, stored
from franking.outbox.schema import messages
from franking.outbox.suppressions import digest

_GIVEN = (  # as the table has them
    "seller", "order_id", "kind", "state", "batch", "sender", "recipient", "message_id", "created_at", "updated_at",
    "recipient_digest", "due_at", "threaded", "block", "place", "length",
)  # fmt: skip
_KEY = _GIVEN[:3]
_CHANGED = ("state", "batch", "sender", "recipient", "updated_at", "due_at", "threaded", "block", "place", "length")
_SPOT = slice(_GIVEN.index("block"), None)
_WAITING = (State.QUEUED.value, State.DEFERRED.value)

Row = tuple[Any, ...]  # the values of ``_GIVEN``


def _inserting(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(messages)
    return statement.on_conflict_do_nothing(index_elements=_KEY)


@cache
def _inserting_rows(number: int) -> PreparedRows:
    return PreparedRows(_inserting("sqlite"), _GIVEN, number)


def queue(connection: Connection, batch: str, sealed: Sequence[Sealed]) -> list[int]:
    """Write messages. A row that still waits joins the batch with its new content; one that is done, in doubt or being sent
    stays as it is. In PostgreSQL, the numbers of what waits now."""
    groups = _rows(connection, batch, sealed)
    numbers: list[int] = []
    known: list[Row] = []  # as far as their keys were there before
    if connection.dialect.name == "postgresql":
        c = messages.c
        rows = list(chain.from_iterable(groups))
        statement = _inserting("postgresql").returning(c.number, c.block, c.place)
        inserted = {(block, place): number for number, block, place in connection.execute(statement, _named(rows))}
        numbers = list(inserted.values())
        known = [row for row in rows if row[_SPOT][:2] not in inserted]
    else:
        for group in groups:  # in one statement, which SQLite works on without holding the interpreter
            if _inserting_rows(len(group)).run(connection, group).rowcount < len(group):
                known += group
    return numbers + _join(connection, known)


def _rows(connection: Connection, batch: str, sealed: Sequence[Sealed]) -> Iterator[list[Row]]:
    """The rows, block by block; the block is written then."""
    dialect = connection.dialect.name
    now = now_in(dialect)
    left = iter(sealed)
    for spots in blocks.put(connection, [s.content for s in sealed]):
        yield [
            (
                s.key.seller, s.key.order_id, s.key.kind, State.QUEUED.value, batch, s.sender, s.recipient, s.message_id, now,
                now, digest(s.recipient),
                stored(s.due_at.astimezone(UTC).replace(tzinfo=None), dialect) if s.due_at is not None else None,
                s.threaded, *spot,
            )
            for spot, s in zip(spots, left, strict=False)
        ]  # fmt: skip


@cache
def _changing(dialect: str) -> Prepared:
    values = {name: bindparam(f"new_{name}", type_=messages.c[name].type) for name in _CHANGED}
    return Prepared(update(messages).where(messages.c.number == bindparam("of")).values(values), dialect)


def _join(connection: Connection, rows: Sequence[Row]) -> list[int]:
    """Let rows take the place of those that have their keys and still wait; the numbers of these. Rows that are in the table
    as they are stay so."""
    if not rows:
        return []
    c = messages.c
    keys = tuple_(*(c[name] for name in _KEY)).in_([row[:3] for row in rows])
    query = select(*(c[name] for name in _KEY), c.number, c.state, c.block, c.place, c.length).where(keys)
    found = connection.execute(query.order_by(c.number).with_for_update()).all()
    spots = {tuple(row[:3]): tuple(row[5:]) for row in found}
    numbers = {tuple(row[:3]): row.number for row in found if row.state in _WAITING}
    changed: dict[int, Row] = {}
    gone = []
    for row in rows:
        key, own = row[:3], row[_SPOT]
        if spots[key] == own:
            continue
        if key in numbers:
            gone.append(spots[key])
            spots[key] = own
            changed[numbers[key]] = row
        else:
            gone.append(own)
    if changed:
        named = [{"of": number} | {f"new_{n}": row[_GIVEN.index(n)] for n in _CHANGED} for number, row in changed.items()]
        _changing(connection.dialect.name).run_many(connection, named)
    blocks.forget(connection, (spot for spot in gone if None not in spot))
    return list(changed)


def _named(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(zip(_GIVEN, row, strict=True)) for row in rows]
