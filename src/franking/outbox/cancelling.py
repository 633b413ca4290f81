"""Cancelling messages before they are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Engine, and_, func, select

from franking.model import State
from franking.outbox.access import writing
from franking.outbox.changes import change_found, with_spots
from franking.outbox.moments import utc_now
from franking.outbox.schema import messages

_WAITING = (State.QUEUED.value, State.DEFERRED.value)
SCHEDULED = "scheduled"  # queued for a later time
_REPLY = "cancelled by hand"


@dataclass(frozen=True, slots=True)
class Choice:
    """A selection of messages of a seller account. None selects all; an empty tuple of order IDs selects nothing.
    ``scheduled`` selects only messages that are scheduled for later."""

    order_ids: Sequence[str] | None = None
    kind: str | None = None
    batch: str | None = None
    scheduled: bool = False


@dataclass(slots=True)
class Cancellation:
    """Number of cancelled messages by previous state (``queued``, ``scheduled``, ``deferred``), and of selected messages
    that were not cancelled, by state. ``kept`` are order, kind and state of the latter, if orders were named."""

    cancelled: Counter[str] = field(default_factory=Counter)
    left: Counter[State] = field(default_factory=Counter)
    kept: list[tuple[str, str, State]] = field(default_factory=list)
    order_ids: set[str] = field(default_factory=set)  # of the cancelled messages, if orders were named


def cancel(engine: Engine, seller: str, choice: Choice, *, dry_run: bool = False) -> Cancellation:
    """Cancel waiting messages in one transaction. Messages that a sender has claimed are not cancelled, and cancelled
    messages cannot be claimed. Their personal data is removed; a later batch may queue them again."""
    c = messages.c
    chosen: list[ColumnElement[bool]] = [c.seller == seller]
    if choice.order_ids is not None:
        chosen.append(c.order_id.in_(choice.order_ids))
    if choice.kind is not None:
        chosen.append(c.kind == choice.kind)
    if choice.batch is not None:
        chosen.append(c.batch == choice.batch)
    now = utc_now()
    waits: list[ColumnElement[bool]] = [c.state.in_(_WAITING)]
    if choice.scheduled:
        waits = [c.state == State.QUEUED.value, c.due_at > now]
    result = Cancellation()
    with writing(engine) as connection:
        # In PostgreSQL this waits for a concurrent claim and then skips the claimed rows.
        found = connection.execute(with_spots(and_(*chosen, *waits), c.order_id, c.state, c.due_at)).all()
        for row in found:
            later = row.state == State.QUEUED.value and row.due_at is not None and row.due_at > now
            result.cancelled[SCHEDULED if later else row.state] += 1
        result.order_ids = {row.order_id for row in found} if choice.order_ids is not None else set()
        others = and_(*chosen, c.state.not_in(_WAITING))
        if choice.order_ids is not None:
            rows = connection.execute(select(c.order_id, c.kind, c.state).where(others).order_by(c.number)).all()
            result.kept = [(row.order_id, row.kind, State(row.state)) for row in rows]
            result.left = Counter(state for _, _, state in result.kept)
        elif not choice.scheduled:
            counted = connection.execute(select(c.state, func.count()).where(others).group_by(c.state))
            result.left = Counter({State(state): int(number) for state, number in counted})
        if not dry_run:
            change_found(connection, found, State.CANCELLED, _REPLY)
    return result
