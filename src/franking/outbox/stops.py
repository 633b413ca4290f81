"""What the marketplace refuses until a person says otherwise: a kind of messages, or all of a seller account."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, Engine, exists, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from franking.outbox.access import EngineReader, writing
from franking.outbox.held import ACCOUNT, Held
from franking.outbox.moments import utc_now
from franking.outbox.schema import messages, stops


class Stops(Held):
    """The stops of one seller account."""

    def __init__(self, engine: Engine, seller: str) -> None:
        super().__init__(EngineReader(engine), seller)
        self._engine = engine

    def add(self, kind: str, reason: str, notice: str) -> bool:
        """Stop a kind, or ``ACCOUNT``, by a notice that ``notice`` names; whether it is a new one. A notice that is read again
        stops nothing anew, also after its stop was lifted."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        named = hashlib.sha256(notice.encode("utf-8", "surrogateescape")).hexdigest()
        row = {"seller": self._seller, "kind": kind, "reason": reason[:500], "since": utc_now(), "notice": named}
        keys = ["seller", "kind", "notice"]
        with writing(self._engine) as connection:
            adding = dialect.insert(stops).values(row).on_conflict_do_nothing(index_elements=keys).returning(stops.c.number)
            return connection.execute(adding).first() is not None

    def lift(self, kind: str) -> bool:
        """Lift the stops of a kind, or of ``ACCOUNT``, by a person's word; whether there were any."""
        c = stops.c
        mine = (c.seller == self._seller, c.kind == kind, c.lifted_at.is_(None))
        with writing(self._engine) as connection:
            return int(connection.execute(update(stops).where(*mine).values(lifted_at=utc_now())).rowcount) > 0


def may_leave() -> ColumnElement[bool]:
    """Of a message: that no stop holds it."""
    c = stops.c
    return ~exists().where(
        c.seller == messages.c.seller, or_(c.kind == ACCOUNT, c.kind == messages.c.kind), c.lifted_at.is_(None)
    )
