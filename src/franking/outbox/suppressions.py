"""Suppressed addresses: buyers who opted out, and addresses that bounced. The ledger stores digests, not addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select

from franking.outbox.access import EngineReader, reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import suppressions
from franking.outbox.suppressed import Reason, Suppressed, digest
from franking.outbox.upserts import inserts


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry: digest of the address (hexadecimal), reason, and time (naive, UTC)."""

    digest: str
    reason: Reason
    since: datetime


class Suppressions(Suppressed):
    """The suppressed addresses of one seller account in a ledger."""

    def __init__(self, engine: Engine, seller: str) -> None:
        super().__init__(EngineReader(engine), seller)
        self._engine = engine

    def add(self, addresses: Iterable[str], reason: Reason) -> int:
        """Suppress addresses in one transaction; returns the number of new ones. The reason ``bounce`` replaces
        ``opt-out``."""
        return self.add_digests({digest(a) for a in addresses}, reason)

    def add_digests(self, digests: Iterable[str], reason: Reason) -> int:
        """Suppress addresses that are given by their digests; returns the number of new ones."""
        now = utc_now()
        before = self.count()
        rows = [{"seller": self._seller, "digest": d, "reason": reason, "since": now} for d in digests]
        if not rows:
            return 0
        dialect = inserts(self._engine.dialect.name)
        statement = dialect.insert(suppressions)
        keys = ["seller", "digest"]
        if reason == "bounce":
            statement = statement.on_conflict_do_update(index_elements=keys, set_={"reason": reason})
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        with writing(self._engine) as connection:
            connection.execute(statement, rows)
        return self.count() - before

    def remove(self, address: str) -> bool:
        """Remove an address from the list; returns whether it was there."""
        c = suppressions.c
        with writing(self._engine) as connection:
            found = connection.execute(delete(suppressions).where(c.seller == self._seller, c.digest == digest(address)))
            return found.rowcount > 0

    def count(self) -> int:
        """Number of suppressed addresses."""
        query = select(func.count()).select_from(suppressions).where(suppressions.c.seller == self._seller)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def entries(self) -> list[Suppression]:
        """All entries, oldest first."""
        c = suppressions.c
        query = select(c.digest, c.reason, c.since).where(c.seller == self._seller).order_by(c.since, c.digest)
        with reading(self._engine) as connection:
            return [Suppression(r.digest, r.reason, r.since) for r in connection.execute(query)]
