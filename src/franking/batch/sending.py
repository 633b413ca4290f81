"""From the ledger to a server or folder: what ``send`` and ``retry`` share where no workers do it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from franking.dispatch import RateLimiter, Retries, Transport
from franking.outbox import Ledger, Limit


@dataclass(frozen=True, slots=True)
class Sending:
    """How messages leave. ``limits`` are those of a seller account at the transport; it raises ``FrankingError`` for an
    unreadable rate."""

    transport: Transport
    connections: int
    retries: Retries
    limits: Callable[[str], list[Limit]]

    def rate_limiter(self, ledger: Ledger, seller: str, executor: Executor) -> RateLimiter:
        """The rate limiter of one process; ``executor`` is the thread that the ledger is written on."""
        holding = self.limits(seller)
        rates = [limit.rate for limit in holding if limit.rate is not None]
        return RateLimiter(ledger.allowances(holding) if holding else None, min(rates, default=None), executor)
