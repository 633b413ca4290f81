"""Counts of messages by state, for the output and exit codes of ``send``, ``retry`` and ``status``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from franking.model.ledger import Standing, State
from franking.outbox.jobs import QUEUE, SENT_BY_THE_LIVING
from franking.outbox.lock import ADVISORY, file_held
from franking.outbox.moments import now_in
from franking.outbox.reader import Question, Reader

DEAD = 30  # seconds without a heartbeat after which a worker counts as dead

# A worker's messages are not stranded while its job runs and it sends heartbeats, and those of a single sender while it holds
# the advisory lock (pg_locks has the key in two halves).
_UNLOCKED = """SELECT count(*) FROM message WHERE state = 'sending'/* and */ AND NOT EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = :key)"""
_LOST = f"{_UNLOCKED} AND NOT {SENT_BY_THE_LIVING}"
_COUNTED = """SELECT state, count(*), sum(CASE WHEN due_at > :now THEN 1 ELSE 0 END) FROM message
    WHERE state IN (:state)/* and */ GROUP BY state"""
_TAKEN_BACK = "SELECT reason, count(*) FROM message WHERE state = 'cancelled' AND reason <> ''/* and */ GROUP BY reason"


def standing(reader: Reader, file: Path | None, seller: str | None, batch: str | None, *, done: bool) -> Standing:
    """The counts of a seller account, of a batch, or of all. With ``done``, sent and cancelled messages are counted too,
    which are most of a ledger."""
    wanted = [s.value for s in State if done or s not in (State.SENT, State.CANCELLED)]
    asked = Question(_COUNTED, now=now_in(reader.dialect)).among("state", wanted).of(seller=seller, batch=batch)
    rows = reader.rows(asked)
    found = {state: (int(number), int(timed or 0)) for state, number, timed in rows}
    sending = found.get(State.SENDING.value, (0, 0))[0]
    stranded = _stranded(reader, file, seller, batch, sending) if sending else 0
    queued, scheduled = found.get(State.QUEUED.value, (0, 0))
    counts: dict[str, Any] = {state: number for state, (number, _) in found.items()}
    counts |= {"queued": queued - scheduled, "scheduled": scheduled, "stranded": stranded}
    return Standing(**counts, taken_back=_taken_back(reader, seller, batch) if counts.get("cancelled") else {})


def _taken_back(reader: Reader, seller: str | None, batch: str | None) -> dict[str, int]:
    rows = reader.rows(Question(_TAKEN_BACK).of(seller=seller, batch=batch))
    return {reason: int(number) for reason, number in rows}


def _stranded(reader: Reader, file: Path | None, seller: str | None, batch: str | None, sending: int) -> int:
    """Number of ``sending`` messages whose sender has ended."""
    if reader.dialect != "postgresql":
        return 0 if file_held(file) else sending
    asked = Question(_UNLOCKED, key=ADVISORY)
    if reader.rows(Question(QUEUE))[0][0] is not None:
        asked = Question(_LOST, key=ADVISORY, dead=DEAD)
    return int(reader.rows(asked.of(seller=seller, batch=batch))[0][0])
