"""Counts of messages by state, for the output and exit codes of ``send``, ``retry`` and ``status``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, select, text

from franking.model import Standing, State
from franking.outbox.access import reading, utc_now
from franking.outbox.jobs import QUEUE, SENT_BY_THE_LIVING
from franking.outbox.lock import ADVISORY, file_held
from franking.outbox.schema import messages

DEAD = 30  # seconds without a heartbeat after which a worker counts as dead

# A worker's messages are not stranded while its job runs and it sends heartbeats, and those of a single sender while it holds
# the advisory lock (pg_locks has the key in two halves).
_LOCKED = """EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = :key)"""


def standing(engine: Engine, file: Path | None, seller: str | None, batch: str | None, *, done: bool) -> Standing:
    """The counts of a seller account, of a batch, or of all. With ``done``, sent and cancelled messages are counted too,
    which are most of a ledger."""
    c = messages.c
    wanted = [s.value for s in State if done or s not in (State.SENT, State.CANCELLED)]
    within: list[ColumnElement[bool]] = [c.state.in_(wanted)]
    within += [c.seller == seller] if seller is not None else []
    within += [c.batch == batch] if batch is not None else []
    later = case((c.due_at > utc_now(), 1), else_=0)
    query = select(c.state, func.count(), func.sum(later)).where(*within).group_by(c.state)
    with reading(engine) as connection:
        found = {state: (int(number), int(timed or 0)) for state, number, timed in connection.execute(query)}
        sending = found.get(State.SENDING.value, (0, 0))[0]
        stranded = _stranded(connection, file, seller, batch, sending) if sending else 0
    queued, scheduled = found.get(State.QUEUED.value, (0, 0))
    counts: dict[str, Any] = {state: number for state, (number, _) in found.items()}
    counts |= {"queued": queued - scheduled, "scheduled": scheduled, "stranded": stranded}
    return Standing(**counts, taken_back=_taken_back(engine, within[1:]) if counts.get("cancelled") else {})


def _taken_back(engine: Engine, within: list[ColumnElement[bool]]) -> dict[str, int]:
    c = messages.c
    query = select(c.reason, func.count()).where(c.state == State.CANCELLED.value, c.reason != "", *within).group_by(c.reason)
    with reading(engine) as connection:
        return {reason: int(number) for reason, number in connection.execute(query)}


def _stranded(connection: Connection, file: Path | None, seller: str | None, batch: str | None, sending: int) -> int:
    """Number of ``sending`` messages whose sender has ended."""
    if connection.dialect.name != "postgresql":
        return 0 if file_held(file) else sending
    c = messages.c
    within: list[ColumnElement[bool]] = [c.state == State.SENDING.value]
    within += [c.seller == seller] if seller is not None else []
    within += [c.batch == batch] if batch is not None else []
    lost = text(f"NOT {_LOCKED}").bindparams(key=ADVISORY)
    if connection.execute(text(QUEUE)).scalar() is not None:
        lost = text(f"NOT {_LOCKED} AND NOT {SENT_BY_THE_LIVING}").bindparams(key=ADVISORY, dead=DEAD)
    query = select(func.count()).select_from(messages).where(and_(*within), lost)
    return int(connection.execute(query).scalar_one())
