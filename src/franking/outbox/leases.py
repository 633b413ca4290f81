"""Assignment of messages to worker jobs, and recovery after a worker died.

A message that waits or is being sent belongs to the job in the column ``lease``. A job finds only its own messages, so it no
longer finds those that a newer job took over. If a worker counts as dead, another one gives all its messages to a new job
(``take_over``), which begins by settling those that were being sent as ambiguous; they are never queued again. A worker
that was only suspended then has nothing left to claim, and nothing of the new job's to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, text, update

from franking.errors import FrankingError
from franking.model import Envelope, Outcome, State
from franking.outbox.access import reading, writing
from franking.outbox.changes import withdraw
from franking.outbox.jobs import ANSWERED_FOR
from franking.outbox.moments import utc_now
from franking.outbox.schema import messages
from franking.outbox.timetable import Opens, Reviewed, review

_WAITING = (State.QUEUED.value, State.DEFERRED.value)
CHUNK = 200  # messages per job


@dataclass(frozen=True, slots=True)
class Chunk:
    """A job to create: seller account, number of messages, and start time (aware, UTC; None: now). ``root`` is the first of
    the jobs that the messages were taken over from."""

    seller: str
    messages: int
    due_at: datetime | None = None
    root: int | None = None


# Creates jobs inside the ledger's transaction, on the driver's connection; returns their numbers.
Hire = Callable[[Any, Sequence[Chunk]], list[int]]


def hand_over(
    connection: Connection,
    hire: Hire,
    seller: str,
    numbers: Sequence[int],
    due_at: datetime | None,
    root: int | None = None,
) -> None:
    """Assign messages to new jobs, in the connection's transaction."""
    groups = [numbers[i : i + CHUNK] for i in range(0, len(numbers), CHUNK)]
    jobs = hire(connection.connection.driver_connection, [Chunk(seller, len(group), due_at, root) for group in groups])
    for job, group in zip(jobs, groups, strict=True):
        connection.execute(update(messages).where(messages.c.number.in_(group)).values(lease=job))


def in_hand(connection: Connection, chosen: ColumnElement[bool]) -> list[Envelope]:
    """The messages that are being sent, without their content."""
    c = messages.c
    query = select(c.number, c.sender, c.recipient, c.message_id, c.attempts).where(chosen)
    return [Envelope(r.number, r.sender, r.recipient, r.message_id, attempt=r.attempts) for r in connection.execute(query)]


class Leases:
    """The messages of one job. ``exchange`` is the ledger's function that settles and claims within a scope."""

    def __init__(
        self,
        engine: Engine,
        exchange: Callable[..., Sequence[Envelope]],
        unclaim: Callable[[Iterable[Envelope]], None],
        job: int,
    ) -> None:
        self._engine = engine
        self._exchange = exchange
        self.unclaim = unclaim
        self._job = job

    def exchange(
        self, outcomes: Iterable[tuple[Envelope, Outcome]], batch: str | None, count: int, seller: str | None = None
    ) -> Sequence[Envelope]:
        """Like the ledger's method, for the messages of this job."""
        return self._exchange(outcomes, batch, count, seller, lease=self._job)

    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
        """Record what became of attempts."""
        self._exchange(outcomes, None, 0)

    def interrupted(self) -> list[Envelope]:
        """The messages that an earlier run left ``sending``: of this job, or of the one that it was taken over from."""
        c = messages.c
        with reading(self._engine) as connection:
            return in_hand(connection, self._mine(c.state == State.SENDING.value))

    def withdraw(self) -> int:
        """As the ledger's, for this job's messages."""
        return withdraw(self._engine, self._mine())

    def review(self, opens: Opens) -> Reviewed:
        """As the ledger's, for this job's messages."""
        return review(self._engine, {"lease": self._job}, opens)

    def pass_on(self, seller: str, hire: Hire, not_before: datetime | None) -> int:
        """Assign the messages that still wait to a new job, due with its first message but not before the given time;
        returns their number."""
        c = messages.c
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(c.number, c.due_at).where(self._mine(c.state.in_(_WAITING))).order_by(c.number).with_for_update()
            ).all()
            if rows:
                now = datetime.now(UTC)
                first = min(r.due_at.replace(tzinfo=UTC) if r.due_at is not None else now for r in rows)
                # One job for messages that are due shortly after each other.
                floor = not_before or (now + timedelta(seconds=10) if first > now else now)
                hand_over(connection, hire, seller, [r.number for r in rows], max(first, floor))
        return len(rows)

    def take_over(self, seller: str, hire: Hire, root: int) -> int:
        """Give all messages that wait or are being sent to a new job, because the worker of this one counts as dead; returns
        their number."""
        c = messages.c
        open_states = (*_WAITING, State.SENDING.value)
        with writing(self._engine) as connection:
            query = select(c.number).where(self._mine(c.state.in_(open_states))).order_by(c.number).with_for_update()
            numbers = connection.execute(query).scalars().all()
            if numbers:
                hand_over(connection, hire, seller, numbers, None, root)
        return len(numbers)

    def _mine(self, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(messages.c.lease == self._job, *conditions)


def reassign(engine: Engine, seller: str, hire: Hire, *, every: bool) -> int:
    """Assign waiting messages of an account without a live job to new jobs; returns their number. With ``every``, all
    waiting messages, deferred ones immediately, but no scheduled ones."""
    if engine.dialect.name != "postgresql":
        raise FrankingError("jobs need a PostgreSQL ledger")
    c = messages.c
    chosen: list[ColumnElement[bool]] = [c.seller == seller, c.state.in_(_WAITING), c.recipient.is_not(None)]
    if every:
        chosen.append(or_(c.state == State.DEFERRED.value, c.due_at.is_(None), c.due_at <= utc_now()))
    else:
        chosen.append(or_(c.lease.is_(None), text(f"NOT {ANSWERED_FOR}")))
    with writing(engine) as connection:
        if every:
            connection.execute(update(messages).where(*chosen, c.due_at > utc_now()).values(due_at=None))
        numbers = connection.execute(select(c.number).where(*chosen).order_by(c.number)).scalars().all()
        if numbers:
            hand_over(connection, hire, seller, numbers, None)
    return len(numbers)
