"""The ledger: the state of every message, durable before and after each delivery.

One row per seller account, order and kind, unique. States go ``queued → sending → sent | deferred | failed | ambiguous``;
waiting messages may be ``cancelled``, and queued again. ``sending`` is on disk before the first byte of an envelope is
sent. A message that is ``sending`` while no process sends becomes ``ambiguous`` and is never sent again automatically. Rows
are written in groups to keep the cost of durability low.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, func, select, true

from franking.errors import FrankingError
from franking.model import Envelope, Outcome, OutgoingMessage, State, undamaged
from franking.outbox import blocks, queueing
from franking.outbox.access import EngineReader, name_of, reading, writing
from franking.outbox.allowances import Allowances, Limit
from franking.outbox.cancelling import Cancellation, Choice, cancel
from franking.outbox.caps import Cap, caps_of, set_cap
from franking.outbox.changes import withdraw, withdraw_queued
from franking.outbox.claims import BLOCK, Claims
from franking.outbox.engines import file_of, open_postgresql, open_sqlite, parsed
from franking.outbox.evidence import Recorded, evidence
from franking.outbox.feeds import Feeds
from franking.outbox.leases import Hire, Leases, hand_over, in_hand, reassign
from franking.outbox.lock import RUNNING, SenderLock, file_lock, server_lock
from franking.outbox.queueing import Queued
from franking.outbox.schema import messages
from franking.outbox.stops import Stops
from franking.outbox.suppressions import Suppressions
from franking.outbox.timetable import Opens, Reviewed, review, take_back
from franking.outbox.transitions import claim, give_back, settle
from franking.outbox.upgrade import upgrade
from franking.outbox.upkeep import Upkeep
from franking.outbox.view import LedgerView

_DONE = (State.SENT, State.FAILED)
_MIGRATING = 0x4672616E6C  # advisory lock for schema changes


class Ledger(LedgerView):
    """A ledger in SQLite (``sqlite:///franking.db``) or PostgreSQL (``postgresql://…``).

    Raises ``ConfigurationError`` for an unusable URL or driver, ``OutboxError`` if the database is no ledger or a ledger of
    a newer version, and ``OutboxUnavailable`` if it cannot be reached. All times are UTC.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        named = parsed(url)
        self._engine = open_sqlite(named) if named.get_backend_name() == "sqlite" else open_postgresql(named)
        super().__init__(EngineReader(self._engine), file_of(named))
        self.close = weakref.finalize(self, self._engine.dispose)  # also if ``close`` is not called
        with writing(self._engine) as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            upgrade(connection, name_of(self._engine))

    def lock(self) -> SenderLock:
        """The lock of the sender. One process can hold it; it is released when the process ends.

        Raises ``FrankingError`` while another process holds it.
        """
        if self._engine.dialect.name == "postgresql":
            return server_lock(self._engine)
        return file_lock(self._path)

    def suppressions(self, seller: str) -> Suppressions:
        """The suppressed addresses of a seller account."""
        return Suppressions(self._engine, seller)

    def stops(self, seller: str) -> Stops:
        """The stops of a seller account."""
        return Stops(self._engine, seller)

    def feeds(self, seller: str) -> Feeds:
        """What a seller account submitted to the marketplace: adjustments, confirmations of dispatch."""
        return Feeds(self._engine, seller)

    @property
    def shared(self) -> bool:
        """Whether workers on many machines may send from this ledger."""
        return self._engine.dialect.name == "postgresql"

    def allowances(self, limits: Sequence[Limit]) -> Allowances:
        """The rate limits of scopes, shared by all processes on this ledger."""
        return Allowances(self._engine, limits)

    def leased(self, job: int) -> Leases:
        """The messages of a worker's job."""
        return Leases(self._engine, self.exchange, self.unclaim, job)

    def reassign(self, seller: str, hire: Hire, *, every: bool = False) -> int:
        """Assign waiting messages without a live job (or ``every`` one) to new jobs; returns their number."""
        return reassign(self._engine, seller, hire, every=every)

    def cancel(self, seller: str, choice: Choice, *, dry_run: bool = False) -> Cancellation:
        """Cancel waiting messages of a seller account in one transaction. Claimed messages are not cancelled."""
        return cancel(self._engine, seller, choice, dry_run=dry_run)

    def upkeep(self, seller: str) -> Upkeep:
        """Operations on the messages of a seller account between batches."""
        return Upkeep(self._engine, seller)

    def evidence(self, seller: str, order_id: str, kind: str | None = None) -> list[Recorded]:
        """The record of the messages of an order. Raises ``OutboxError`` for a damaged document."""
        return evidence(self._engine, seller, order_id, kind)

    def queue(
        self, batch: str, outgoing: Sequence[OutgoingMessage], hire: Hire | None = None, *, reschedule: bool = False
    ) -> Queued:
        """Queue messages in one transaction. A row that is waiting or cancelled joins the batch with its new content. A row
        that is done, ambiguous or sending is not changed, nor is one that is scheduled for another time, unless
        ``reschedule`` is set. Messages to buyers who are suppressed by now fail at once. ``hire`` creates the jobs for workers
        in the same transaction."""
        if not outgoing:
            return Queued()
        with writing(self._engine) as connection:
            queued = queueing.queue(connection, batch, outgoing, reschedule=reschedule)
            withdrawn = set(withdraw_queued(connection, outgoing))
            if withdrawn:
                queued.numbers = [number for number in queued.numbers if number not in withdrawn]
            if hire is not None and queued.numbers:
                dues = [s.due_at for s in outgoing if s.due_at is not None]
                due = min(dues) if len(dues) == len(outgoing) else None  # due with the first of them
                hand_over(connection, hire, outgoing[0].key.seller, sorted(queued.numbers), due)
        return queued

    def claim(self, batch: str, count: int) -> list[Envelope]:
        """Claim up to ``count`` queued messages of a batch; they are durably ``sending`` when this returns. Raises
        ``FrankingError`` for a damaged message, and returns all to the queue."""
        claimed = list(self.exchange((), batch, count))
        try:
            undamaged(claimed)
        except FrankingError:
            self.unclaim(claimed)
            raise
        return claimed

    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
        """Record the outcomes of attempts in one transaction. Done messages lose their personal data."""
        self.exchange(outcomes, "", 0)

    def exchange(
        self,
        outcomes: Iterable[tuple[Envelope, Outcome]],
        batch: str | None,
        count: int,
        seller: str | None = None,
        *,
        lease: int | None = None,
    ) -> Sequence[Envelope]:
        """Record the outcomes of attempts and claim up to ``count`` messages that are queued or deferred, and due, in one
        transaction. None for ``batch``, ``seller`` or ``lease`` means all. Claimed messages are durably ``sending`` when
        this returns; damaged ones are marked."""
        settled = list(outcomes)
        if not settled and not count:
            return []
        scope = {name: value for name, value in (("batch", batch), ("seller", seller), ("lease", lease)) if value is not None}
        with writing(self._engine) as connection:
            if settled:
                settle(connection, settled)
            if not count:
                return []
            rows = claim(connection, scope, count)
            return Claims(rows, blocks.read(connection, {row[BLOCK] for row in rows if row[BLOCK] is not None}))

    def unclaim(self, envelopes: Iterable[Envelope]) -> None:
        """Return messages to the queue of which no byte was sent."""
        back = list(envelopes)
        if back:
            with writing(self._engine) as connection:
                give_back(connection, back)

    def review(self, opens: Opens, **scope: str) -> Reviewed:
        """Judge again what waits of a ``seller`` or ``batch``: see ``timetable``."""
        return review(self._engine, scope, opens)

    def take_back(self, seller: str, kind: str, reasons: Mapping[str, tuple[str, str]]) -> int:
        """Cancel the waiting messages of a kind for some orders, each for a reason (slug and text); returns how many."""
        return take_back(self._engine, seller, kind, reasons)

    def set_cap(self, seller: str, kind: str, daily: int | None, zone: str) -> None:
        """Let so many messages of a kind leave per day of a time zone; None lifts the cap."""
        set_cap(self._engine, seller, kind, daily, zone)

    def caps(self, seller: str) -> list[Cap]:
        """The daily caps of a seller account by kind, and what is left of them today."""
        return caps_of(self._engine, seller)

    def run_lock(self) -> SenderLock:
        """The right to run campaigns on this ledger. Raises ``OutboxUnavailable`` while another process holds it."""
        if self._engine.dialect.name == "postgresql":
            return server_lock(self._engine, RUNNING)
        return file_lock(self._path.with_name(f"{self._path.name}.run") if self._path is not None else None)

    def withdraw(self, *, batch: str | None = None, seller: str | None = None) -> int:
        """Fail waiting messages to buyers who have opted out or whose mail has bounced; returns their number. After an
        opt-out, replies in the buyer's own thread stay."""
        c = messages.c
        scope = [c[name] == value for name, value in (("batch", batch), ("seller", seller)) if value is not None]
        return withdraw(self._engine, and_(true(), *scope))

    def interrupted(self) -> list[Envelope]:
        """The messages that a dead process left ``sending``. Valid only while the caller holds ``lock``."""
        c = messages.c
        with reading(self._engine) as connection:
            return in_hand(connection, c.state == State.SENDING.value)

    def counts(self, batch: str | None = None) -> Mapping[State, int]:
        """The number of messages in each state, of a batch or of all."""
        c = messages.c
        query = (
            select(c.state, func.count()).where(c.state.in_(list(State))).group_by(c.state)
        )  # by state, because the index begins with it
        if batch is not None:
            query = query.where(c.batch == batch)
        with reading(self._engine) as connection:
            found = {State(state): int(number) for state, number in connection.execute(query)}
        return {state: found.get(state, 0) for state in State}
