"""Retry times of deferred messages (RFC 5321, section 4.5.4.1)."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from franking.model import Envelope, Outcome, State


@dataclass(frozen=True, slots=True)
class Retries:
    """Exponential, jittered delays from ``first`` to ``longest``. A message older than ``age`` since it was queued is given
    up."""

    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=4)
    age: timedelta = timedelta(hours=48)

    def settle(self, envelope: Envelope, outcome: Outcome) -> Outcome:
        """A deferral with the time of the next attempt, or a failure if the age is reached; other outcomes unchanged."""
        if outcome.state is not State.DEFERRED:
            return outcome
        now = datetime.now(UTC)
        doubled = self.first * 2 ** min(envelope.attempt - 1, 16)
        delay = min(doubled, self.longest) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
        due = max(now + delay, outcome.due_at or now)  # not before the time that the server names, if any
        if envelope.queued_at is not None and due > envelope.queued_at + self.age:
            return Outcome(State.FAILED, f"given up after {envelope.attempt} tries: {outcome.detail}")
        return replace(outcome, due_at=due)
