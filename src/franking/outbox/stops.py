"""Stops: the marketplace refuses a kind, or a whole seller account, until a person lifts the stop."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, Engine, exists, or_, update

from franking.outbox.access import EngineReader, writing
from franking.outbox.held import ACCOUNT, Held
from franking.outbox.moments import utc_now
from franking.outbox.schema import messages, stops
from franking.outbox.upserts import inserts


class Stops(Held):
    """The stops of one seller account."""

    def __init__(self, engine: Engine, seller: str) -> None:
        super().__init__(EngineReader(engine), seller)
        self._engine = engine

    def add(self, kind: str, reason: str, notice: str) -> bool:
        """Stop a kind, or ``ACCOUNT``, because of the notice with the ID ``notice``; returns whether the notice is new. A
        notice that is read again adds no stop, even after its stop was lifted."""
        dialect = inserts(self._engine.dialect.name)
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


def may_leave() -> ColumnElement[bool]:
    """The condition that no stop applies to a message."""
    c = stops.c
    return ~exists().where(
        c.seller == messages.c.seller, or_(c.kind == ACCOUNT, c.kind == messages.c.kind), c.lifted_at.is_(None)
    )
