"""Sends a test message once through a transport, without a ledger."""

from __future__ import annotations

from collections.abc import Iterable

from franking.dispatch import Dispatcher, RateLimiter, Retries, Transport
from franking.model import Envelope, Outcome, OutgoingMessage, State


class _One:
    """An outbox port for one message, which stores its outcome."""

    def __init__(self, outgoing: OutgoingMessage) -> None:
        self._left = [Envelope(1, outgoing.sender, outgoing.recipient, outgoing.message_id, outgoing.content)]
        self.outcome = Outcome(State.QUEUED, "the server could not be reached")

    def exchange(
        self, outcomes: Iterable[tuple[Envelope, Outcome]], _batch: str | None, count: int, _seller: str | None = None
    ) -> list[Envelope]:
        """Store the outcome; return the message on the first call."""
        for _, self.outcome in outcomes:
            pass
        taken, self._left = (self._left[:count], self._left[count:]) if count else ([], self._left)
        return taken

    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None:
        """Store the outcome."""
        self.exchange(outcomes, None, 0)

    def unclaim(self, envelopes: Iterable[Envelope]) -> None:
        """Does nothing: the message is not sent."""

    def interrupted(self) -> list[Envelope]:
        """Nothing is left ``sending``."""
        return []


async def send_test_message(outgoing: OutgoingMessage, transport: Transport) -> Outcome:
    """Send one message and return its outcome. Raises ``FrankingError`` if the transport is misconfigured."""
    outbox = _One(outgoing)
    dispatcher = Dispatcher(outbox, transport, None, 1, RateLimiter(), lambda _n: None, Retries(), standalone=False)
    await dispatcher.run()
    return outbox.outcome if not dispatcher.stopped else Outcome(State.QUEUED, dispatcher.stopped)
