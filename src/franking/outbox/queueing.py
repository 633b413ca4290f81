"""Queueing messages, many in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, case, literal, null, select, tuple_, update

from franking.model import Conditions, OutgoingMessage, State
from franking.outbox import blocks, conditions, facts
from franking.outbox.moments import moment, now_in, stored, utc_now
from franking.outbox.prepared import Prepared, PreparedRows
from franking.outbox.schema import messages
from franking.outbox.suppressed import digest
from franking.outbox.upserts import inserts

_GIVEN = (  # in the order of the table
    "seller", "order_id", "kind", "state", "batch", "sender", "recipient", "message_id", "created_at", "updated_at",
    "recipient_digest", "due_at", "threaded", "block", "place", "length", "size", "facts", "not_after", "open_until",
    "condition",
)  # fmt: skip
_KEY = _GIVEN[:3]
_CHANGED = (
    "state", "batch", "sender", "recipient", "message_id", "updated_at", "recipient_digest", "due_at", "threaded", "block",
    "place", "length", "size", "facts", "not_after", "open_until", "condition",
)  # fmt: skip
_SPOT = slice(_GIVEN.index("block"), _GIVEN.index("length") + 1)
_REPLACED = (State.QUEUED.value, State.DEFERRED.value, State.CANCELLED.value)  # the states that a new message may replace

Row = tuple[Any, ...]  # the values of ``_GIVEN``


@dataclass(slots=True)
class Queued:
    """The result of queueing. ``numbers`` are the rows that wait now (in PostgreSQL all of them). Of the others, ``stayed``
    are done, ambiguous or sending, ``scheduled`` keep the time that they were scheduled for, and ``repeated`` replaced a
    message of the same batch."""

    numbers: list[int] = field(default_factory=list)
    stayed: Counter[State] = field(default_factory=Counter)
    scheduled: int = 0
    repeated: int = 0


def _inserting(dialect: str) -> Any:
    statement = inserts(dialect).insert(messages)
    return statement.on_conflict_do_nothing(index_elements=_KEY)


@cache
def _inserting_rows(number: int) -> PreparedRows:
    return PreparedRows(_inserting("sqlite"), _GIVEN, number)


def queue(connection: Connection, batch: str, outgoing: Sequence[OutgoingMessage], *, reschedule: bool = False) -> Queued:
    """Write messages. A row that is waiting or cancelled joins the batch with its new content. A row that is done,
    ambiguous or sending is not changed, nor is one that is scheduled for another time, unless ``reschedule`` is set."""
    groups = _rows(connection, batch, outgoing)
    result = Queued()
    known: list[Row] = []  # for keys that existed before
    if connection.dialect.name == "postgresql":
        c = messages.c
        rows = list(chain.from_iterable(groups))
        statement = _inserting("postgresql").returning(c.number, c.block, c.place)
        inserted = {(block, place): number for number, block, place in connection.execute(statement, _named(rows))}
        result.numbers = list(inserted.values())
        known = [row for row in rows if row[_SPOT][:2] not in inserted]
    else:
        for group in groups:  # in one statement, which SQLite executes without the GIL
            if _inserting_rows(len(group)).run(connection, group).rowcount < len(group):
                known += group
    _join(connection, batch, known, result, reschedule)
    return result


def _rows(connection: Connection, batch: str, outgoing: Sequence[OutgoingMessage]) -> Iterator[list[Row]]:
    """The rows, block by block, after their block is written."""
    dialect = connection.dialect.name
    now = now_in(dialect)
    number_of = facts.put(connection, outgoing).get
    condition_of = conditions.put(connection, outgoing).get
    left = iter(outgoing)
    for spots in blocks.put(connection, [s.content for s in outgoing]):
        yield [
            (
                s.key.seller, s.key.order_id, s.key.kind, State.QUEUED.value, batch, s.sender, s.recipient, s.message_id, now,
                now, digest(s.recipient),
                _stored(s.due_at, dialect), s.threaded, *spot, len(s.content),
                number_of(s.facts.digest) if s.facts is not None else None, *_conditions(s.conditions, condition_of, dialect),
            )
            for spot, s in zip(spots, left, strict=False)
        ]  # fmt: skip


def _stored(at: datetime | None, dialect: str) -> Any:
    return stored(at.astimezone(UTC).replace(tzinfo=None), dialect) if at is not None else None


def _conditions(given: Conditions | None, number_of: Callable[[str], int | None], dialect: str) -> tuple[Any, Any, Any]:
    if given is None:
        return None, None, None
    return _stored(given.not_after, dialect), _stored(given.open_until, dialect), number_of(given.document)


@cache
def _changing(dialect: str) -> Prepared:
    c = messages.c
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=c[name].type) for name in _CHANGED}
    values |= {"claimed_at": null(), "replaced_at": values["updated_at"], "reason": literal("")}
    # What was cancelled begins anew: its age counts from now.
    values["created_at"] = case((c.state == State.CANCELLED.value, values["updated_at"]), else_=c.created_at)
    return Prepared(update(messages).where(messages.c.number == bindparam("of")).values(values), dialect)


def _join(connection: Connection, batch: str, rows: Sequence[Row], result: Queued, reschedule: bool) -> None:
    """Replace waiting rows that have the same keys. Identical rows are not changed."""
    if not rows:
        return
    c = messages.c
    keys = tuple_(*(c[name] for name in _KEY)).in_([row[:3] for row in rows])
    query = select(*(c[name] for name in _KEY), c.block, c.place, c.length, c.number, c.state, c.batch, c.due_at).where(keys)
    found = {tuple(row[:3]): row for row in connection.execute(query.order_by(c.number).with_for_update())}
    spots = {key: tuple(row[3:6]) for key, row in found.items()}
    now = utc_now()
    changed: dict[int, Row] = {}
    gone = []
    for row in rows:
        key, own = row[:3], row[_SPOT]
        if spots[key] == own:
            continue
        there = found[key]
        mine = there.batch == batch or there.number in changed
        later = there.state == State.QUEUED.value and there.due_at is not None and there.due_at > now
        if there.state not in _REPLACED:
            gone.append(own)
            result.stayed[State(there.state)] += 1
        elif later and not mine and not reschedule and not _due_at(row, there.due_at):
            gone.append(own)
            result.scheduled += 1
        else:
            result.repeated += mine
            gone.append(spots[key])
            spots[key] = own
            changed[there.number] = row
    if changed:
        named = [{"of": number} | {f"new_{n}": row[_GIVEN.index(n)] for n in _CHANGED} for number, row in changed.items()]
        _changing(connection.dialect.name).run_many(connection, named)
    blocks.forget(connection, (spot for spot in gone if None not in spot))
    result.numbers += changed


def _due_at(row: Row, at: datetime) -> bool:
    """Whether a row is due at a time (naive, UTC)."""
    due = row[_GIVEN.index("due_at")]
    return due is not None and moment(due) == at.replace(tzinfo=UTC)


def _named(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(zip(_GIVEN, row, strict=True)) for row in rows]
