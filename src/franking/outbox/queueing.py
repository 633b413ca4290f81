"""Putting messages into the ledger, many in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, or_
from sqlalchemy.dialects import postgresql, sqlite

from franking.model import Sealed, State
from franking.outbox.packing import Packer
from franking.outbox.prepared import Prepared, PreparedRows, now_in, stored
from franking.outbox.schema import messages
from franking.outbox.suppressions import digest

_GIVEN = (  # as the table has them
    "seller", "order_id", "kind", "state", "batch", "sender", "recipient", "message_id", "content", "created_at",
    "updated_at", "recipient_digest", "due_at", "dictionary",
)  # fmt: skip
_TOGETHER = 50  # rows in one statement, which SQLite writes without holding the interpreter in between


def _statement(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(messages)
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["seller", "order_id", "kind"],
        set_={"batch": fresh.batch, "content": fresh.content, "dictionary": fresh.dictionary, "sender": fresh.sender,
              "recipient": fresh.recipient, "state": fresh.state, "updated_at": fresh.updated_at, "due_at": fresh.due_at},
        where=or_(messages.c.state == State.QUEUED.value, messages.c.state == State.DEFERRED.value),
    )  # fmt: skip


@cache
def _queueing(dialect: str) -> Prepared:
    return Prepared(_statement(dialect).values(dict.fromkeys(_GIVEN)), dialect)


@cache
def _queueing_together() -> PreparedRows:
    return PreparedRows(_statement("sqlite"), _GIVEN, _TOGETHER)


def rows(connection: Connection, batch: str, sealed: Sequence[Sealed], packers: dict[str, Packer]) -> list[tuple[Any, ...]]:
    """The rows of messages, in their order, each with the values of ``_GIVEN``. ``packers`` are those of each kind, and get
    one for a new kind."""
    dialect = connection.dialect.name
    now = now_in(dialect)
    found: list[tuple[Any, ...]] = []
    for kind, group in groupby(sealed, key=lambda s: s.key.kind):
        members = list(group)
        packer = packers.get(kind) or packers.setdefault(kind, Packer(kind))
        contents, dictionary = packer.pack(connection, members)
        found += [
            (
                s.key.seller, s.key.order_id, kind, State.QUEUED.value, batch, s.sender, s.recipient, s.message_id, content,
                now, now, digest(s.recipient),
                stored(s.due_at.astimezone(UTC).replace(tzinfo=None), dialect) if s.due_at is not None else None,
                dictionary,
            )
            for s, content in zip(members, contents, strict=True)
        ]  # fmt: skip
    return found


def write(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write them. A row that still waits joins the batch with its new content; one that is done, in doubt or being sent
    stays as it is."""
    alone = 0
    if connection.dialect.name == "sqlite":
        alone = len(rows) - len(rows) % _TOGETHER
        for first in range(0, alone, _TOGETHER):
            _queueing_together().run(connection, rows[first : first + _TOGETHER])
    if alone < len(rows):
        _queueing(connection.dialect.name).run_many(connection, _named(rows[alone:]))


def write_and_number(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> Sequence[int]:
    """The same in PostgreSQL; the numbers of what waits now."""
    statement = _statement(connection.dialect.name).returning(messages.c.number)
    numbers: Sequence[int] = connection.execute(statement, _named(rows)).scalars().all()
    return numbers


def _named(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(_GIVEN, row, strict=True)) for row in rows]
