"""The documents of what messages must still fulfil when they leave: each is kept once, and messages refer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from franking.model import OutgoingMessage
from franking.outbox.schema import conditions
from franking.outbox.upserts import inserts


def put(connection: Connection, outgoing: Sequence[OutgoingMessage]) -> Mapping[str, int]:
    """Write what is new of the messages' documents; the number of each."""
    given = {m.conditions.document for m in outgoing if m.conditions is not None and m.conditions.document}
    if not given:
        return {}
    dialect = inserts(connection.dialect.name)
    statement = dialect.insert(conditions).on_conflict_do_nothing(index_elements=["document"])
    connection.execute(statement, [{"document": document} for document in sorted(given)])  # two writers wait in one order
    c = conditions.c
    query = select(c.document, c.number).where(c.document.in_(given))
    return {row.document: row.number for row in connection.execute(query)}
