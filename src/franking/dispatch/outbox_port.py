"""The interface of the ledger for dispatch, and the recovery of messages that a dead process was sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from franking.dispatch.transport import Transport
from franking.model import Envelope, Outcome, State


class OutboxPort(Protocol):
    """The interface of the ledger for dispatch."""

    def exchange(
        self, outcomes: Iterable[tuple[Envelope, Outcome]], batch: str | None, count: int, seller: str | None = None
    ) -> Sequence[Envelope]: ...
    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None: ...
    def unclaim(self, envelopes: Iterable[Envelope]) -> None: ...
    def interrupted(self) -> list[Envelope]: ...


DIED = "the process died while this message was being sent"
UNWRITTEN = "the ledger could not be written while this message was being sent"


def recover(outbox: OutboxPort, transport: Transport, reason: str = DIED) -> None:
    """Settle messages whose sender is dead, under the ledger's lock: by evidence of the transport, else as ambiguous."""
    settled: list[tuple[Envelope, Outcome]] = []
    back: list[Envelope] = []
    for envelope in outbox.interrupted():
        arrived = transport.evidence(envelope)
        if arrived is None:
            settled.append((envelope, Outcome(State.AMBIGUOUS, reason)))
        elif arrived:
            settled.append((envelope, Outcome(State.SENT, "found delivered after an interruption")))
        else:
            back.append(envelope)
    outbox.settle(settled)
    outbox.unclaim(back)
