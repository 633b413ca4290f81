"""The ledger: what was written to whom, durable before and after each delivery.

One row per seller account, order and kind, unique. States go ``queued → sending → sent | deferred | failed | ambiguous``;
what waits may be ``cancelled``, and queued again.
``sending`` is on disk before the first byte of an envelope leaves; what is found ``sending`` when no process sends is
``ambiguous`` and never sent again by itself. Rows are written in groups, so that durability costs little.
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
from franking.outbox.changes import withdraw
from franking.outbox.claims import BLOCK, Claims
from franking.outbox.engines import file_of, open_postgresql, open_sqlite, parsed
from franking.outbox.evidence import Recorded, evidence
from franking.outbox.leases import Hire, Leases, hand_over, in_hand, reassign
from franking.outbox.lock import SenderLock, file_lock, server_lock
from franking.outbox.queueing import Queued
from franking.outbox.schema import messages
from franking.outbox.stops import Stops
from franking.outbox.suppressions import Suppressions
from franking.outbox.transitions import claim, give_back, settle
from franking.outbox.upgrade import upgrade
from franking.outbox.upkeep import Upkeep
from franking.outbox.view import LedgerView

_DONE = (State.SENT, State.FAILED)
_MIGRATING = 0x4672616E6C  # the advisory lock of whoever changes the schema


class Ledger(LedgerView):
    """A ledger in SQLite (``sqlite:///franking.db``) or PostgreSQL (``postgresql://…``).

    Raises ``ConfigurationError`` for a URL or driver that cannot be used, ``OutboxError`` where the database is no ledger or
    one of a newer version, ``OutboxUnavailable`` where it cannot be reached. All times are UTC.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        named = parsed(url)
        self._engine = open_sqlite(named) if named.get_backend_name() == "sqlite" else open_postgresql(named)
        super().__init__(EngineReader(self._engine), file_of(named))
        self.close = weakref.finalize(self, self._engine.dispose)  # also when the ledger is simply let go
        with writing(self._engine) as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            upgrade(connection, name_of(self._engine))

    def lock(self) -> SenderLock:
        """The right to send from this ledger: held by one process at a time, and gone with it.

        Raises ``FrankingError`` while another process holds it.
        """
        if self._engine.dialect.name == "postgresql":
            return server_lock(self._engine)
        return file_lock(self._path)

    def suppressions(self, seller: str) -> Suppressions:
        """The addresses that a seller account must not write to."""
        return Suppressions(self._engine, seller)

    def stops(self, seller: str) -> Stops:
        """What the marketplace refuses of a seller account."""
        return Stops(self._engine, seller)

    @property
    def shared(self) -> bool:
        """Whether workers on many machines may send from this ledger."""
        return self._engine.dialect.name == "postgresql"

    def allowances(self, limits: Sequence[Limit]) -> Allowances:
        """How fast and how much may leave, over all processes that share this ledger."""
        return Allowances(self._engine, limits)

    def leased(self, job: int) -> Leases:
        """The messages that a worker's job answers for."""
        return Leases(self._engine, self.exchange, self.unclaim, job)

    def reassign(self, seller: str, hire: Hire, *, every: bool = False) -> int:
        """Give waiting messages that no living job answers for (or ``every`` one) to new jobs; their number."""
        return reassign(self._engine, seller, hire, every=every)

    def cancel(self, seller: str, choice: Choice, *, dry_run: bool = False) -> Cancellation:
        """Cancel what waits of a seller account's messages, in one transaction; never what is claimed."""
        return cancel(self._engine, seller, choice, dry_run=dry_run)

    def upkeep(self, seller: str) -> Upkeep:
        """What people do with a seller account's messages between batches."""
        return Upkeep(self._engine, seller)

    def evidence(self, seller: str, order_id: str, kind: str | None = None) -> list[Recorded]:
        """What is recorded of an order's messages. Raises ``OutboxError`` for a damaged document."""
        return evidence(self._engine, seller, order_id, kind)

    def queue(
        self, batch: str, outgoing: Sequence[OutgoingMessage], hire: Hire | None = None, *, reschedule: bool = False
    ) -> Queued:
        """Put messages into the ledger in one transaction. A row that still waits, or was cancelled, joins the batch with its
        new content; one that is done, in doubt or being sent stays as it is, and so does one that is scheduled for another
        time, unless ``reschedule``. ``hire`` makes the workers' jobs in that transaction."""
        if not outgoing:
            return Queued()
        with writing(self._engine) as connection:
            queued = queueing.queue(connection, batch, outgoing, reschedule=reschedule)
            if hire is not None and queued.numbers:
                dues = [s.due_at for s in outgoing if s.due_at is not None]
                due = min(dues) if len(dues) == len(outgoing) else None  # due with the first of them
                hand_over(connection, hire, outgoing[0].key.seller, sorted(queued.numbers), due)
        return queued

    def claim(self, batch: str, count: int) -> list[Envelope]:
        """Take up to ``count`` queued messages of a batch; they are durably ``sending`` when this returns. Raises
        ``FrankingError`` for a damaged one, and gives all back."""
        claimed = list(self.exchange((), batch, count))
        try:
            undamaged(claimed)
        except FrankingError:
            self.unclaim(claimed)
            raise
        return claimed

    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
        """Record what became of attempts, in one transaction. Done messages lose their personal data."""
        self.exchange(outcomes, "", 0)

    def exchange(
        self, outcomes: Iterable[tuple[Envelope, Outcome]], batch: str | None, count: int, seller: str | None = None,
        *, lease: int | None = None,
    ) -> Sequence[Envelope]:  # fmt: skip
        """Record what became of attempts and take up to ``count`` messages that are queued or deferred, and due, in one
        transaction; ``batch``, ``seller`` and ``lease`` None mean all of them. What was taken is durably ``sending`` when
        this returns; a damaged one says so."""
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
        """Give back messages of which no byte left: they are queued again."""
        back = list(envelopes)
        if back:
            with writing(self._engine) as connection:
                give_back(connection, back)

    def withdraw(self, *, batch: str | None = None, seller: str | None = None) -> int:
        """Fail what waits for buyers who opted out or whose mail bounced since; the number of messages. An opt-out leaves
        replies in the buyer's own thread."""
        c = messages.c
        scope = [c[name] == value for name, value in (("batch", batch), ("seller", seller)) if value is not None]
        return withdraw(self._engine, and_(true(), *scope))

    def interrupted(self) -> list[Envelope]:
        """The messages that a process left ``sending`` when it died. Only under ``lock`` is this true."""
        c = messages.c
        with reading(self._engine) as connection:
            return in_hand(connection, c.state == State.SENDING.value)

    def counts(self, batch: str | None = None) -> Mapping[State, int]:
        """The number of messages in each state, of a batch or of all."""
        c = messages.c
        query = (
            select(c.state, func.count()).where(c.state.in_(list(State))).group_by(c.state)
        )  # each state: an index has them first
        if batch is not None:
            query = query.where(c.batch == batch)
        with reading(self._engine) as connection:
            found = {State(state): int(number) for state, number in connection.execute(query)}
        return {state: found.get(state, 0) for state in State}
