"""Stops: the marketplace refuses a kind, or a whole seller account, until a person lifts the stop."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Engine, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from franking.outbox.access import reading, utc_now, writing
from franking.outbox.schema import messages, stops

ACCOUNT = ""  # in place of a kind: every kind of the seller account


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a kind, or of every kind if ``kind`` is ``ACCOUNT``, with its reason and start (aware, UTC)."""

    seller: str
    kind: str
    reason: str
    since: datetime

    def __str__(self) -> str:
        what = f"messages of the kind {self.kind}" if self.kind != ACCOUNT else "every message of the account"
        return f"{what} stopped since {self.since:%Y-%m-%d %H:%M} UTC: {self.reason}"

    def as_json(self) -> dict[str, str | None]:
        """The stop as JSON outputs have it; ``kind`` is None for a stop of the account."""
        return {"seller": self.seller, "kind": self.kind or None, "reason": self.reason, "since": self.since.isoformat()}

    @property
    def lifted_by(self) -> str:
        """The command that lifts it."""
        return f"franking resume --kind {self.kind}" if self.kind != ACCOUNT else "franking resume --account"


class Stops:
    """The stops of one seller account."""

    def __init__(self, engine: Engine, seller: str) -> None:
        self._engine = engine
        self._seller = seller

    def add(self, kind: str, reason: str, notice: str) -> bool:
        """Stop a kind, or ``ACCOUNT``, because of the notice with the ID ``notice``; returns whether the notice is new. A
        notice that is read again adds no stop, even after its stop was lifted."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        named = hashlib.sha256(notice.encode("utf-8", "surrogateescape")).hexdigest()
        row = {"seller": self._seller, "kind": kind, "reason": reason[:500], "since": utc_now(), "notice": named}
        keys = ["seller", "kind", "notice"]
        with writing(self._engine) as connection:
            adding = dialect.insert(stops).values(row).on_conflict_do_nothing(index_elements=keys).returning(stops.c.number)
            return connection.execute(adding).first() is not None

    def lift(self, kind: str) -> bool:
        """Lift the stops of a kind, or of ``ACCOUNT``; returns whether there were any."""
        c = stops.c
        mine = (c.seller == self._seller, c.kind == kind, c.lifted_at.is_(None))
        with writing(self._engine) as connection:
            return int(connection.execute(update(stops).where(*mine).values(lifted_at=utc_now())).rowcount) > 0

    def by_kind(self) -> Mapping[str, Stop]:
        """The first active stop of each kind."""
        return {stop.kind: stop for stop in reversed(stopped(self._engine, self._seller))}

    def of(self, kind: str) -> Stop | None:
        """The stop that applies to a kind, the account's stop first; None if there is none."""
        found = self.by_kind()
        return found.get(ACCOUNT) or found.get(kind)


def stopped(engine: Engine, seller: str | None = None) -> list[Stop]:
    """The active stops of a seller account or of all accounts; stops of a whole account come first."""
    c = stops.c
    query = select(c.seller, c.kind, c.reason, c.since).where(c.lifted_at.is_(None))
    query = query.order_by(c.seller, c.kind, c.number)
    if seller is not None:
        query = query.where(c.seller == seller)
    with reading(engine) as connection:
        return [Stop(r.seller, r.kind, r.reason, r.since.replace(tzinfo=UTC)) for r in connection.execute(query)]


def may_leave() -> ColumnElement[bool]:
    """The condition that no stop applies to a message."""
    c = stops.c
    return ~exists().where(
        c.seller == messages.c.seller, or_(c.kind == ACCOUNT, c.kind == messages.c.kind), c.lifted_at.is_(None)
    )
