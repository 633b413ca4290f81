"""Suppressed addresses: buyers who opted out, and addresses that bounced. The ledger stores digests, not addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from franking.outbox.access import reading, utc_now, writing
from franking.outbox.schema import messages, suppressions

Reason = Literal["opt-out", "bounce"]


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry: digest of the address (hexadecimal), reason, and time (naive, UTC)."""

    digest: str
    reason: Reason
    since: datetime


def digest(address: str) -> str:
    """SHA-256 of an address in lower case: domains are case-insensitive and, in practice, so are local parts."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


class Suppressions:
    """The suppressed addresses of one seller account in a ledger."""

    def __init__(self, engine: Engine, seller: str) -> None:
        self._engine = engine
        self._seller = seller

    def reason(self, address: str) -> Reason | None:
        """The reason for which an address is suppressed; None if it is not."""
        c = suppressions.c
        query = select(c.reason).where(c.seller == self._seller, c.digest == digest(address))
        with reading(self._engine) as connection:
            return cast("Reason | None", connection.execute(query).scalar())

    def reasons(self, addresses: Collection[str]) -> dict[str, Reason]:
        """The reasons of several addresses; addresses that are not suppressed are left out."""
        c = suppressions.c
        digests = {address: digest(address) for address in addresses}
        query = select(c.digest, c.reason).where(c.seller == self._seller, c.digest.in_(set(digests.values())))
        with reading(self._engine) as connection:
            found = {row.digest: cast("Reason", row.reason) for row in connection.execute(query)}
        return {address: found[digested] for address, digested in digests.items() if digested in found}

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


def buyers(engine: Engine, seller: str) -> Iterator[tuple[str, str]]:
    """The digest of the buyer's address and the order, of each message of a seller account whose address is not erased."""
    c = messages.c
    query = select(c.recipient_digest, c.order_id).where(c.seller == seller, c.recipient_digest != "")
    with reading(engine) as connection:
        for row in connection.execution_options(yield_per=10_000).execute(query):
            yield row.recipient_digest, row.order_id
