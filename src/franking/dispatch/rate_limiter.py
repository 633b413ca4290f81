"""The rate limiter: send times reserved from a bucket that all processes share."""

from __future__ import annotations

import asyncio
import math
import re
from collections import deque
from concurrent.futures import Executor
from typing import Protocol

from franking.errors import ConfigurationError

_HORIZON = 0.1  # seconds: send times are reserved this far in advance and stay valid this long
_BLOCK = 100  # send times per reservation if only a daily cap applies


class Bucket(Protocol):
    """The source of send times. Calls can be as slow as the database."""

    def take(self, wanted: int) -> list[float]:
        """Up to ``wanted`` send times in seconds from now, ascending; empty if the daily cap is used up."""
        ...

    def give_back(self, count: int) -> None:
        """Return unused reservations to the daily cap."""
        ...


class RateLimiter:
    """Delays messages to the send times of a bucket. Without a bucket there is no delay.

    ``rate`` is the bucket's number of messages per second, None if it is unlimited.
    """

    def __init__(self, bucket: Bucket | None = None, rate: float | None = None, executor: Executor | None = None) -> None:
        self._bucket = bucket
        self._wanted = max(1, math.ceil(rate * _HORIZON)) if rate is not None else _BLOCK
        self._limited = rate is not None
        self._executor = executor
        self._moments: deque[float] = deque()  # by the event loop's clock
        self._missed = 0
        self._filling: asyncio.Task[None] | None = None
        self.exhausted = False

    async def wait(self) -> bool:
        """Wait until the next message may be sent; False if the daily cap is used up."""
        if self._bucket is None:
            return True
        while not self._next():
            if self.exhausted:
                return False
            await asyncio.shield(self._fill())
        delay = self._moments.popleft() - asyncio.get_running_loop().time()
        if delay > 0:
            await asyncio.sleep(delay)
        return True

    def put_back(self) -> None:
        """Put back a send time that was not used."""
        self._missed += 1

    def now(self) -> bool:
        """Whether a message may be sent now; if so, its send time is used."""
        if self._bucket is None:
            return True
        if self._next() and self._moments[0] <= asyncio.get_running_loop().time():
            self._moments.popleft()
            return True
        return False

    def _next(self) -> bool:
        """Whether a send time is available. Missed ones are dropped, because making up for them would be a burst."""
        clock = asyncio.get_running_loop().time()
        while self._limited and self._moments and self._moments[0] < clock - _HORIZON:
            self._moments.popleft()
            self._missed += 1
        return bool(self._moments)

    async def end(self) -> None:
        """Return unused send times."""
        if self._filling is not None:
            await asyncio.wait([self._filling])
        unused, self._missed = len(self._moments) + self._missed, 0
        self._moments.clear()
        if self._bucket is not None and unused:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._bucket.give_back, unused)

    def _fill(self) -> asyncio.Task[None]:
        if self._filling is None or self._filling.done():
            self._filling = asyncio.get_running_loop().create_task(self._take())
        return self._filling

    async def _take(self) -> None:
        assert self._bucket is not None
        loop = asyncio.get_running_loop()
        moments = await loop.run_in_executor(self._executor, self._bucket.take, self._wanted)
        arrived = loop.time()
        self._moments.extend(arrived + moment for moment in moments)
        self.exhausted = not moments


def parse_rate(text: str) -> float:
    """Messages a second from ``5``, ``5/s``, ``300/m``, ``2000/h``. Raises ``ConfigurationError`` otherwise."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(s|m|h))?\s*", text)
    if match is None or float(match[1]) <= 0:
        raise ConfigurationError(f"rate {text[:20]!r}: expected for example 5/s, 300/m or 2000/h")
    return float(match[1]) / {"s": 1, "m": 60, "h": 3600, None: 1}[match[2]]
