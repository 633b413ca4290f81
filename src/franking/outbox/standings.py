"""How many messages stand where: what ``send``, ``retry`` and ``status`` tell, and decide their exit codes by."""

from __future__ import annotations

from pathlib import Path

from franking.model.ledger import Standing, State
from franking.outbox.jobs import QUEUE, SENT_BY_THE_LIVING
from franking.outbox.lock import ADVISORY, file_held
from franking.outbox.moments import now_in
from franking.outbox.reader import Question, Reader

DEAD = 30  # seconds without a heartbeat after which a worker counts as dead

# A worker's messages are in good hands while its job runs and it gives signs of life; those of a sender in one process while
# that holds the advisory lock (pg_locks has the key in two halves).
_UNLOCKED = """SELECT count(*) FROM message WHERE state = 'sending'/* and */ AND NOT EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = :key)"""
_LOST = f"{_UNLOCKED} AND NOT {SENT_BY_THE_LIVING}"
_COUNTED = """SELECT state, count(*), sum(CASE WHEN due_at > :now THEN 1 ELSE 0 END) FROM message
    WHERE state IN (:state)/* and */ GROUP BY state"""


def standing(reader: Reader, file: Path | None, seller: str | None, batch: str | None, *, done: bool) -> Standing:
    """Of a seller account or batch, or of all. ``done`` counts what is sent or cancelled as well: most of a ledger."""
    wanted = [s.value for s in State if done or s not in (State.SENT, State.CANCELLED)]
    asked = Question(_COUNTED, now=now_in(reader.dialect)).among("state", wanted).of(seller=seller, batch=batch)
    rows = reader.rows(asked)
    found = {state: (int(number), int(timed or 0)) for state, number, timed in rows}
    sending = found.get(State.SENDING.value, (0, 0))[0]
    stranded = _stranded(reader, file, seller, batch, sending) if sending else 0
    queued, scheduled = found.get(State.QUEUED.value, (0, 0))
    counts = {state: number for state, (number, _) in found.items()}
    return Standing(**{**counts, "queued": queued - scheduled, "scheduled": scheduled, "stranded": stranded})


def _stranded(reader: Reader, file: Path | None, seller: str | None, batch: str | None, sending: int) -> int:
    """How many are being sent by nobody any more."""
    if reader.dialect != "postgresql":
        return 0 if file_held(file) else sending
    asked = Question(_UNLOCKED, key=ADVISORY)
    if reader.rows(Question(QUEUE))[0][0] is not None:
        asked = Question(_LOST, key=ADVISORY, dead=DEAD)
    return int(reader.rows(asked.of(seller=seller, batch=batch))[0][0])
