"""Operations between batches: settle ambiguous messages, retry at once, record bounces, erase personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from sqlalchemy import ColumnElement, DateTime, Engine, Select, and_, bindparam, func, or_, select, update

from franking.model import State
from franking.outbox.access import reading, writing
from franking.outbox.changes import change, lose_data, with_spots
from franking.outbox.moments import utc_now
from franking.outbox.schema import messages
from franking.outbox.stops import may_leave
from franking.outbox.timetable import in_time

_IN_DOUBT = (State.AMBIGUOUS, State.SENDING)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An ambiguous message, with what a person needs to settle it."""

    order_id: str
    kind: str
    message_id: str
    reply: str
    since: datetime  # aware, UTC


@dataclass(frozen=True, slots=True)
class Known:
    """A message that feedback refers to; ``digest`` is that of the recipient, "" if it was erased."""

    order_id: str
    kind: str
    digest: str


@cache
def _waiting() -> tuple[Select[int], Select[datetime]]:
    """Of a ``seller`` at the time ``now``: number of messages that are due, and the time of the next that is not."""
    c = messages.c
    now = bindparam("now", type_=DateTime())
    pending = and_(c.seller == bindparam("seller"), c.state.in_([State.QUEUED.value, State.DEFERRED.value]))
    due = and_(pending, or_(c.due_at.is_(None), c.due_at <= now), may_leave(), in_time(now))
    later = select(func.min(c.due_at)).where(pending, c.due_at > now)
    return select(func.count()).select_from(messages).where(due), later


class Upkeep:
    """The messages of one seller account. Callers must hold the sender's lock to change states."""

    def __init__(self, engine: Engine, seller: str) -> None:
        self._engine = engine
        self._seller = seller

    def _mine(self, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(messages.c.seller == self._seller, *conditions)

    def doubts(self) -> list[Doubt]:
        """All ambiguous messages, oldest first."""
        c = messages.c
        query = (
            select(c.order_id, c.kind, c.message_id, c.reply, c.updated_at)
            .where(self._mine(c.state == State.AMBIGUOUS.value))
            .order_by(c.updated_at, c.number)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Doubt(r.order_id, r.kind, r.message_id, r.reply, r.updated_at.replace(tzinfo=UTC)) for r in rows]

    def resolve(self, order_ids: Sequence[str], kind: str | None, to: Literal["sent", "failed", "queued"]) -> int:
        """Settle ambiguous messages as a person decides; returns their number. No order IDs means all. A message set to
        ``queued`` is sent again; use it only for messages that certainly did not arrive."""
        c = messages.c
        chosen = [c.state == State.AMBIGUOUS.value]
        if order_ids:
            chosen.append(c.order_id.in_(order_ids))
        if kind is not None:
            chosen.append(c.kind == kind)
        if to == "queued":
            chosen.append(c.block.is_not(None))
        return self._changed(self._mine(*chosen), State(to), f"settled by hand as {to}")

    def by_evidence(self, message_id: str, state: State, reply: str) -> State | None:
        """Settle the message with a Message-ID by a bounce or a delivery report: an ambiguous message to ``sent`` or
        ``failed``, a sent message only to ``failed``. Returns the previous state; None if there is no such message or
        nothing changes."""
        c = messages.c
        with reading(self._engine) as connection:
            row = connection.execute(select(c.state).where(self._mine(c.message_id == message_id))).one_or_none()
        if row is None:
            return None
        before = State(row.state)
        if before in _IN_DOUBT or (before is State.SENT and state is State.FAILED):
            self._changed(self._mine(c.message_id == message_id, c.state == before.value), state, reply)
            return before
        return None

    def about(self, message_id: str) -> Known | None:
        """The message with a Message-ID; None if there is none."""
        c = messages.c
        query = select(c.order_id, c.kind, c.recipient_digest).where(self._mine(c.message_id == message_id))
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return Known(row.order_id, row.kind, row.recipient_digest) if row is not None else None

    def digest_of_order(self, order_id: str) -> str:
        """The digest of the buyer's address of an order; "" if there is no message with one."""
        c = messages.c
        query = select(c.recipient_digest).where(self._mine(c.order_id == order_id, c.recipient_digest != "")).limit(1)
        with reading(self._engine) as connection:
            return str(connection.execute(query).scalar() or "")

    def due_now(self) -> int:
        """Make every deferred message due at once; returns their number."""
        with writing(self._engine) as connection:
            done = connection.execute(
                update(messages).where(self._mine(messages.c.state == State.DEFERRED.value)).values(due_at=utc_now())
            )
        return int(done.rowcount)

    def waiting(self) -> tuple[int, datetime | None]:
        """Number of messages that are due and not stopped, and the time at which the next scheduled or deferred one is due
        (aware, UTC)."""
        values = {"seller": self._seller, "now": utc_now()}
        due, later = _waiting()
        with reading(self._engine) as connection:
            count = connection.execute(due, values).scalar_one()
            moment = connection.execute(later, values).scalar()
        return int(count), moment.replace(tzinfo=UTC) if moment is not None else None

    def erase(self, older_than: timedelta) -> int:
        """Remove content and address of messages without a change for that time; returns their number. Sent, failed and
        ambiguous messages keep their state; waiting messages become failed, because they cannot be sent any more."""
        c = messages.c
        old = self._mine(c.updated_at < utc_now() - older_than, or_(c.block.is_not(None), c.recipient.is_not(None)))
        waits = c.state.in_([State.QUEUED.value, State.DEFERRED.value])
        changed = self._changed(and_(old, waits), State.FAILED, "its data was erased before it could be sent")
        with writing(self._engine) as connection:
            found = connection.execute(with_spots(old)).all()
            lose_data(connection, found)
            digests = and_(self._mine(c.updated_at < utc_now() - older_than), c.recipient_digest != "")
            connection.execute(update(messages).where(digests).values(recipient_digest=""))
        return changed + len(found)

    def _changed(self, chosen: ColumnElement[bool], state: State, reply: str) -> int:
        with writing(self._engine) as connection:
            return change(connection, chosen, state, reply)
