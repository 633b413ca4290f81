"""How often an operation may be called: its usage plan, shared by all processes if there is a ledger to share it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from franking.channels.operations import Operation


class Bucket(Protocol):
    """Where moments come from."""

    def take(self, wanted: int) -> list[float]:
        """Up to ``wanted`` moments in seconds from now, ascending."""
        ...


class _Local:
    """A bucket of this process (generic cell rate algorithm, ITU-T I.371), with the plan's burst."""

    def __init__(self, rate: float, burst: int) -> None:
        self._gap = 1.0 / rate
        self._burst = (burst - 1) * self._gap
        self._next = 0.0

    def take(self, wanted: int) -> list[float]:
        """See ``Bucket``."""
        now = time.monotonic()
        start = max(self._next, now - self._burst)
        self._next = start + wanted * self._gap
        return [max(0.0, start + number * self._gap - now) for number in range(wanted)]


class Quotas:
    """The buckets of one seller account's operations. ``shared`` gives the bucket of an operation and a rate; where it
    gives none, each process has its own. For several threads."""

    def __init__(self, shared: Callable[[str, float], Bucket | None] | None = None) -> None:
        self._shared = shared
        self._rates: dict[str, float] = {}
        self._buckets: dict[str, Bucket] = {}
        self._paused: dict[str, float] = {}  # until when, on the monotonic clock
        self._lock = threading.Lock()

    def wait(self, operation: Operation) -> None:
        """Return when the operation may be called."""
        with self._lock:
            bucket = self._buckets.get(operation.name)
            if bucket is None:
                rate = self._rates.setdefault(operation.name, operation.rate)
                local = _Local(rate, operation.burst)
                bucket = (self._shared(operation.name, rate) if self._shared is not None else None) or local
                self._buckets[operation.name] = bucket
            moment = bucket.take(1)
        delay = max(moment[0] if moment else 0.0, self.pause_of(operation))
        if delay > 0:
            time.sleep(delay)

    def gap(self, operation: Operation) -> float:
        """Seconds from one call to the next by the usage plan, as far as it is known."""
        return 1.0 / self._rates.get(operation.name, operation.rate)

    def pause(self, operation: Operation, seconds: float) -> None:
        """The API asked for this long without a call."""
        with self._lock:
            until = time.monotonic() + seconds
            self._paused[operation.name] = max(until, self._paused.get(operation.name, 0.0))

    def pause_of(self, operation: Operation) -> float:
        """Seconds of a pause that are left."""
        return max(0.0, self._paused.get(operation.name, 0.0) - time.monotonic())

    def learn(self, operation: Operation, header: str) -> None:
        """Take over the rate that the API reports (``x-amzn-RateLimit-Limit``)."""
        try:
            rate = float(header)
        except ValueError:
            return
        with self._lock:
            if 0.0001 <= rate <= 1000 and rate != self._rates.get(operation.name, operation.rate):
                self._rates[operation.name] = rate
                self._buckets.pop(operation.name, None)
