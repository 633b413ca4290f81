"""The ledger's record of the messages of an order, complete also after contents and addresses are erased."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select

from franking.errors import OutboxError
from franking.model import State
from franking.outbox.access import reading
from franking.outbox.schema import attempts, facts, messages


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery attempt or another state change: time (aware, UTC), new state, and the server's reply or the reason."""

    at: datetime
    state: State
    reply: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The record of a message. Times are aware, UTC; ``size`` in bytes. Fields are None if they were not recorded: for
    messages queued by earlier versions, and for messages that were not made from templates."""

    order_id: str
    kind: str
    state: State
    message_id: str
    reply: str
    first_queued_at: datetime
    queued_at: datetime  # with the content that the facts are about
    claimed_at: datetime | None
    size: int | None
    digest: str | None  # of the document of facts
    facts: dict[str, Any] | None
    attempts: tuple[Attempt, ...]

    @property
    def sent_at(self) -> datetime | None:
        """The time at which the server's acceptance was recorded; None if no server accepted the message."""
        return next((attempt.at for attempt in self.attempts if attempt.state is State.SENT), None)


def evidence(engine: Engine, seller: str, order_id: str, kind: str | None = None) -> list[Recorded]:
    """The messages of an order, of every kind or of one, in the order in which they were queued. Raises ``OutboxError`` for
    a damaged document."""
    c, a = messages.c, attempts.c
    query = select(messages, facts.c.digest, facts.c.packed).outerjoin(facts, facts.c.number == c.facts)
    query = query.where(c.seller == seller, c.order_id == order_id).order_by(c.created_at, c.number)
    if kind is not None:
        query = query.where(c.kind == kind)
    found: list[Recorded] = []
    with reading(engine) as connection:
        for row in connection.execute(query).all():
            tried = connection.execute(select(a.at, a.state, a.reply).where(a.message == row.number).order_by(a.at, a.number))
            document = _document(row.digest, row.packed) if row.packed is not None else None
            found.append(
                Recorded(
                    row.order_id,
                    row.kind,
                    State(row.state),
                    row.message_id,
                    row.reply,
                    _aware(row.created_at),
                    _aware(row.replaced_at or row.created_at),
                    _aware(row.claimed_at) if row.claimed_at is not None else None,
                    row.size,
                    row.digest,
                    document,
                    tuple(Attempt(_aware(t.at), State(t.state), t.reply) for t in tried),
                )
            )
    return found


def _document(digest: str, packed: bytes) -> dict[str, Any]:
    try:
        document = zlib.decompress(packed)
    except zlib.error:
        document = b""
    if hashlib.sha256(document).hexdigest() != digest:
        raise OutboxError("the ledger contains a damaged record of how a message was judged; it proves nothing")
    said: dict[str, Any] = json.loads(document)
    return said


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
