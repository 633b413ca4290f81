"""What waits in the ledger is sent: what is queued, and what is deferred or scheduled and due."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from franking.batch.sending import Sending
from franking.batch.watch import Watch
from franking.batch.wish import opens
from franking.dispatch import Dispatcher, recover
from franking.model import Standing, State
from franking.outbox import Hire, Ledger


@dataclass(frozen=True, slots=True)
class Retried:
    """The result: the numbers of messages ``tried`` (or given to workers), accepted by servers, and withdrawn because
    their buyers must not be written to any more. ``stopped`` is the reason why it ended early, else empty; ``standing`` is
    the account's after it."""

    tried: int
    sent: int
    withdrawn: int
    stopped: str
    standing: Standing
    next_due: datetime | None
    by_workers: bool
    taken_back: Counter[str] = field(default_factory=Counter)  # by slug: what must not leave any more

    @property
    def done(self) -> bool:
        """Whether nothing of the account is left that should have been sent."""
        undone = 0 if self.by_workers else self.standing.queued
        return not (self.stopped or undone or self.standing.unsettled)


def retry(ledger: Ledger, seller: str, sending: Sending, watch: Watch, *, now: bool) -> Retried:
    """Send in this process alone; ``now`` also what is deferred and not yet due."""
    with ledger.lock():
        recover(ledger, sending.transport)
        upkeep = ledger.upkeep(seller)
        if now:
            upkeep.due_now()
        withdrawn = ledger.withdraw(seller=seller)
        back = ledger.review(opens, seller=seller).taken_back
        tried, _ = upkeep.waiting()
        sent, stopped = _sent(ledger, seller, sending, watch, tried)
        back += ledger.review(opens, seller=seller).taken_back
    return _retried(ledger, seller, tried, sent, withdrawn, stopped, back)


def retry_by_workers(ledger: Ledger, seller: str, hire: Hire, *, now: bool) -> Retried:
    """Give what waits to workers."""
    withdrawn = ledger.withdraw(seller=seller)
    back = ledger.review(opens, seller=seller).taken_back
    tried = ledger.reassign(seller, hire, every=now)
    return _retried(ledger, seller, tried, 0, withdrawn, "", back)


def _retried(ledger: Ledger, seller: str, tried: int, sent: int, withdrawn: int, stopped: str, back: Counter[str]) -> Retried:
    standing, due = ledger.standing(seller), ledger.overview(seller).next_due()
    return Retried(tried, sent, withdrawn, stopped, standing, due, ledger.shared, back)


def _sent(ledger: Ledger, seller: str, sending: Sending, watch: Watch, number: int) -> tuple[int, str]:
    """Send what is due, so many messages: how many servers took, and why it stopped early, "" otherwise."""
    if not number:
        return 0, ""
    with watch.progress("sending", number) as advance, ThreadPoolExecutor(1, "ledger") as executor:
        dispatcher = Dispatcher(
            ledger,
            sending.transport,
            None,
            min(sending.connections, number),
            sending.rate_limiter(ledger, seller, executor),
            advance,
            sending.retries,
            seller,
            executor=executor,
        )
        asyncio.run(dispatcher.run())
    return dispatcher.outcomes[State.SENT], dispatcher.stopped
