"""When a message that the server puts off is tried again (RFC 5321, section 4.5.4.1)."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from franking.model import Envelope, Outcome, State


@dataclass(frozen=True, slots=True)
class Retries:
    """Growing, jittered delays from ``first`` to ``longest``, given up at ``age`` since the message was queued."""

    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=4)
    age: timedelta = timedelta(hours=48)

    def settle(self, envelope: Envelope, outcome: Outcome) -> Outcome:
        """A deferral with the time of the next try, or the end of trying; other outcomes as they are."""
        if outcome.state is not State.DEFERRED:
            return outcome
        now = datetime.now(UTC)
        doubled = self.first * 2 ** min(envelope.attempt - 1, 16)
        delay = min(doubled, self.longest) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
        due = max(now + delay, outcome.due_at or now)  # where the server names a time, not before that
        if envelope.queued_at is not None and due > envelope.queued_at + self.age:
            return Outcome(State.FAILED, f"given up after {envelope.attempt} tries: {outcome.detail}")
        return replace(outcome, due_at=due)
