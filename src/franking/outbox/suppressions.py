"""Who must not be written to any more. Addresses are kept as digests only: the list proves, it does not disclose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from franking.outbox.access import EngineReader, reading, writing
from franking.outbox.moments import utc_now
from franking.outbox.schema import suppressions
from franking.outbox.suppressed import Reason, Suppressed, digest


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry: the address's digest (hexadecimal), why, and since when (UTC)."""

    digest: str
    reason: Reason
    since: datetime


class Suppressions(Suppressed):
    """The suppressed addresses of one seller account in a ledger."""

    def __init__(self, engine: Engine, seller: str) -> None:
        super().__init__(EngineReader(engine), seller)
        self._engine = engine

    def add(self, addresses: Iterable[str], reason: Reason) -> int:
        """Suppress addresses, in one transaction; the number of new ones. A bounce outweighs an opt-out."""
        return self.add_digests({digest(a) for a in addresses}, reason)

    def add_digests(self, digests: Iterable[str], reason: Reason) -> int:
        """Suppress addresses of which only the digest is known."""
        now = utc_now()
        before = self.count()
        rows = [{"seller": self._seller, "digest": d, "reason": reason, "since": now} for d in digests]
        if not rows:
            return 0
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
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
        """Take an address off the list; whether it stood there."""
        c = suppressions.c
        with writing(self._engine) as connection:
            found = connection.execute(delete(suppressions).where(c.seller == self._seller, c.digest == digest(address)))
            return found.rowcount > 0

    def count(self) -> int:
        """How many addresses are suppressed."""
        query = select(func.count()).select_from(suppressions).where(suppressions.c.seller == self._seller)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def entries(self) -> list[Suppression]:
        """All entries, oldest first."""
        c = suppressions.c
        query = select(c.digest, c.reason, c.since).where(c.seller == self._seller).order_by(c.since, c.digest)
        with reading(self._engine) as connection:
            return [Suppression(r.digest, r.reason, r.since) for r in connection.execute(query)]
