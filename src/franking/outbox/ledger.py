"""The ledger: what was written to whom, durable before and after each delivery.

One row per seller account, order and kind, unique. States go ``queued → sending → sent | deferred | failed | ambiguous``.
``sending`` is on disk before the first byte of an envelope leaves; what is found ``sending`` when no process sends is
``ambiguous`` and never sent again by itself. Rows are written in groups, so that durability costs little.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Engine,
    and_,
    create_engine,
    event,
    func,
    make_url,
    select,
    true,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from franking.errors import FrankingError, OutboxError
from franking.model import Envelope, Key, Outcome, Sealed, State, undamaged
from franking.outbox import blocks, queueing
from franking.outbox.access import name_of, reading, writing
from franking.outbox.allowances import Allowances, Limit
from franking.outbox.changes import withdraw
from franking.outbox.claims import BLOCK, Claims
from franking.outbox.leases import Hire, Leases, hand_over, in_hand, reassign
from franking.outbox.lock import SenderLock, file_lock, server_lock
from franking.outbox.overview import Overview
from franking.outbox.schema import messages
from franking.outbox.suppressions import Suppressions
from franking.outbox.transitions import claim, give_back, settle
from franking.outbox.upgrade import upgrade
from franking.outbox.upkeep import Upkeep
from franking.private_files import make_private

_DONE = (State.SENT, State.FAILED)
_MIGRATING = 0x4672616E6C  # the advisory lock of whoever changes the schema


class Ledger:
    """A ledger in SQLite (``sqlite:///franking.db``) or PostgreSQL (``postgresql://…``).

    Raises ``FrankingError`` where the database cannot be opened or is of another version. All times are UTC.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._path: Path | None = None
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise FrankingError("the outbox URL cannot be read; expected such as sqlite:///franking.db") from None
        if parsed.get_backend_name() == "sqlite":
            self._engine = self._open_sqlite(parsed)
        elif parsed.get_backend_name() == "postgresql":
            self._engine = self._open_postgresql(parsed)
        else:
            raise FrankingError(f"outbox {parsed.get_backend_name()!r}: expected sqlite:///PATH or postgresql://…")
        self.close = weakref.finalize(self, self._engine.dispose)  # also when the ledger is simply let go
        with writing(self._engine) as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            upgrade(connection, name_of(self._engine))

    def _open_sqlite(self, url: URL) -> Engine:
        if not url.database or url.database == ":memory:":
            engine = create_engine(
                "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
            )
        else:
            self._path = Path(url.database)
            if not self._path.parent.is_dir():
                raise FrankingError(f"the ledger's folder {self._path.parent} does not exist")
            _make_private(self._path)
            engine = create_engine(
                f"sqlite:///{url.database}", poolclass=StaticPool, hide_parameters=True,
                connect_args={"check_same_thread": False, "timeout": 30},
            )  # fmt: skip

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _record: object) -> None:
            # ``writing`` begins transactions: the driver would not, before statements that lead with WITH.
            connection.isolation_level = None
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")

        return engine

    def _open_postgresql(self, url: URL) -> Engine:
        try:
            return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
        except ModuleNotFoundError:
            raise FrankingError("a PostgreSQL outbox needs psycopg: pip install 'franking[postgres]'") from None

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

    def overview(self) -> Overview:
        """What the whole ledger holds, for people and monitors."""
        return Overview(self._engine)

    def upkeep(self, seller: str) -> Upkeep:
        """What people do with a seller account's messages between batches."""
        return Upkeep(self._engine, seller)

    def state_of(self, key: Key) -> State | None:
        """The state of a key's message, None where there is none."""
        c = messages.c
        query = select(c.state).where(c.seller == key.seller, c.order_id == key.order_id, c.kind == key.kind)
        with reading(self._engine) as connection:
            state = connection.execute(query).scalar()
        return State(state) if state is not None else None

    def states(self, seller: str, kind: str, order_ids: Collection[str]) -> dict[str, State]:
        """The states of a kind's messages for some orders; orders without one are left out."""
        c = messages.c
        query = select(c.order_id, c.state).where(c.seller == seller, c.kind == kind, c.order_id.in_(order_ids))
        with reading(self._engine) as connection:
            return {row.order_id: State(row.state) for row in connection.execute(query)}

    def queue(self, batch: str, sealed: Sequence[Sealed], hire: Hire | None = None) -> None:
        """Put messages into the ledger in one transaction. A row that still waits joins the batch with its new content;
        one that is done, in doubt or being sent stays as it is. ``hire`` makes the workers' jobs in that transaction."""
        if not sealed:
            return
        with writing(self._engine) as connection:
            numbers = queueing.queue(connection, batch, sealed)
            if hire is not None and numbers:
                dues = [s.due_at for s in sealed if s.due_at is not None]
                due = min(dues) if len(dues) == len(sealed) else None  # due with the first of them
                hand_over(connection, hire, sealed[0].key.seller, sorted(numbers), due)

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

    def withdraw(self, critical: Collection[str], *, batch: str | None = None, seller: str | None = None) -> int:
        """Fail what waits for buyers who opted out or whose mail bounced since; the number of messages. ``critical`` are
        the kinds that an opt-out does not stop."""
        c = messages.c
        scope = [c[name] == value for name, value in (("batch", batch), ("seller", seller)) if value is not None]
        return withdraw(self._engine, and_(true(), *scope), critical)

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


def _make_private(path: Path) -> None:
    """It holds personal data until messages are done; SQLite gives the files beside it the same mode."""
    try:
        make_private(path)
        for beside in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if beside.exists():
                make_private(beside)
    except OSError as error:
        raise OutboxError(f"the ledger {path}: {error.strerror}") from None
