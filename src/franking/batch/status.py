"""The state of a ledger as ``franking status`` shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from franking.model import Key, Standing, State
from franking.outbox import LedgerView, Stop

RATE_SPAN = timedelta(seconds=60)
"""The time over which the rate of sent messages is measured."""


@dataclass(frozen=True, slots=True)
class Status:
    """Counts, times and problems of a seller account, or of all if ``seller`` is None. Times are aware, UTC."""

    seller: str | None
    standing: Standing
    states: Mapping[State, int]
    kinds: list[tuple[str, State, int]]
    sent_per_second: float
    waiting_since: datetime | None
    next_due: datetime | None
    stops: list[Stop]
    reasons: list[tuple[State, str, int]]
    problems: list[tuple[Key, State, str, datetime]]

    @property
    def exit_code(self) -> int:
        """3 if a message is deferred, failed or ambiguous, or sending is stopped; else 0."""
        return 3 if self.standing.unsettled or self.stops else 0

    def as_json(self) -> dict[str, object]:
        """The document of ``status --format json``."""
        return {
            "schema": 1,
            "seller": self.seller,
            "states": {state.value: number for state, number in self.states.items()},
            "scheduled": self.standing.scheduled,
            "stranded": self.standing.stranded,
            "kinds": [{"kind": kind, "state": state.value, "messages": number} for kind, state, number in self.kinds],
            "sent_per_second": round(self.sent_per_second, 3),
            "waiting_since": self.waiting_since.isoformat() if self.waiting_since is not None else None,
            "next_due": self.next_due.isoformat() if self.next_due is not None else None,
            "stops": [stop.as_json() for stop in self.stops],
            "reasons": [{"state": s.value, "reply": reply, "messages": number} for s, reply, number in self.reasons],
            "problems": [
                {"order": key.order_id, "kind": key.kind, "state": state.value, "reply": reply, "at": at.isoformat()}
                for key, state, reply, at in self.problems
            ],
        }


def read_status(ledger: LedgerView, seller: str | None) -> Status:
    """Read the state of a ledger, of one seller account or of all. Raises ``OutboxError`` and ``OutboxUnavailable``."""
    standing, overview = ledger.standing(seller, done=True), ledger.overview(seller)
    found = asdict(standing)
    states = {state: found[state.value] + (standing.scheduled if state is State.QUEUED else 0) for state in State}
    problems = [(key, state, reply, at.replace(tzinfo=UTC)) for key, state, reply, at in overview.problems()]
    return Status(
        seller,
        standing,
        states,
        overview.by_kind(),
        overview.sent_in(RATE_SPAN) / RATE_SPAN.total_seconds(),
        overview.waiting_since(),
        overview.next_due(),
        ledger.stopped(seller),
        overview.reasons(),
        problems,
    )
