"""Putting messages into the ledger, a group in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, or_
from sqlalchemy.dialects import postgresql, sqlite

from franking.model import Sealed, State
from franking.outbox.packing import Packer
from franking.outbox.prepared import Prepared, now_in, stored
from franking.outbox.schema import messages
from franking.outbox.suppressions import digest

_GIVEN = (
    "seller", "order_id", "kind", "state", "batch", "sender", "recipient", "message_id", "content", "dictionary",
    "created_at", "updated_at", "recipient_digest", "due_at",
)  # fmt: skip


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


def rows(connection: Connection, batch: str, sealed: Sequence[Sealed], packers: dict[str, Packer]) -> list[dict[str, Any]]:
    """The rows of messages, in their order. ``packers`` are those of each kind, and get one for a new kind."""
    dialect = connection.dialect.name
    now = now_in(dialect)
    found: list[dict[str, Any]] = []
    for kind, group in groupby(sealed, key=lambda s: s.key.kind):
        members = list(group)
        packer = packers.get(kind) or packers.setdefault(kind, Packer(kind))
        contents, dictionary = packer.pack(connection, members)
        found += [
            {
                "seller": s.key.seller, "order_id": s.key.order_id, "kind": kind, "state": State.QUEUED.value, "batch": batch,
                "sender": s.sender, "recipient": s.recipient, "message_id": s.message_id, "content": content,
                "dictionary": dictionary, "created_at": now, "updated_at": now, "recipient_digest": digest(s.recipient),
                "due_at": stored(s.due_at.astimezone(UTC).replace(tzinfo=None), dialect) if s.due_at is not None else None,
            }
            for s, content in zip(members, contents, strict=True)
        ]  # fmt: skip
    return found


def write(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write them. A row that still waits joins the batch with its new content; one that is done, in doubt or being sent
    stays as it is."""
    _queueing(connection.dialect.name).run_many(connection, rows)


def write_and_number(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """The same in PostgreSQL; the numbers of what waits now."""
    statement = _statement(connection.dialect.name).returning(messages.c.number)
    numbers: Sequence[int] = connection.execute(statement, rows).scalars().all()
    return numbers
