"""The documents with the results of checks. Each is stored once, and messages refer to it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from franking.model import OutgoingMessage
from franking.outbox.schema import facts
from franking.outbox.upserts import inserts


def put(connection: Connection, outgoing: Sequence[OutgoingMessage]) -> Mapping[str, int]:
    """Store the documents that are new; returns the number of each document by its digest."""
    given = {message.facts.digest: message.facts for message in outgoing if message.facts is not None}
    if not given:
        return {}
    found = _numbers(connection, given)
    new = [one for digest, one in given.items() if digest not in found]
    if new:
        dialect = inserts(connection.dialect.name)
        statement = dialect.insert(facts).on_conflict_do_nothing(index_elements=["digest"])  # or another process did
        rows = [{"digest": one.digest, "packed": zlib.compress(one.document, 9)} for one in new]
        connection.execute(statement, sorted(rows, key=lambda row: str(row["digest"])))  # writers lock rows in the same order
        found = _numbers(connection, given)
    return found


def _numbers(connection: Connection, digests: Mapping[str, object]) -> dict[str, int]:
    c = facts.c
    query = select(c.digest, c.number).where(c.digest.in_(list(digests)))
    return {row.digest: row.number for row in connection.execute(query)}
