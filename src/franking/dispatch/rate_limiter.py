"""How fast messages may leave: moments taken from a bucket that all processes share."""

from __future__ import annotations

import asyncio
import math
import re
from collections import deque
from concurrent.futures import Executor
from typing import Protocol

from franking.errors import ConfigurationError

_HORIZON = 0.1  # seconds: moments are taken for this long in advance, and kept for this long when they were missed
_BLOCK = 100  # moments at once if only a day's cap holds


class Bucket(Protocol):
    """Where moments come from. Calls may take as long as the database does."""

    def take(self, wanted: int) -> list[float]:
        """Up to ``wanted`` moments in seconds from now, ascending; none when the day's cap is used up."""
        ...

    def give_back(self, count: int) -> None:
        """Return moments of the day's cap that were not used."""
        ...


class RateLimiter:
    """Lets messages leave one by one. Without a bucket they leave as fast as they can.

    ``rate`` is the number of messages a second that the bucket gives, if it limits them.
    """

    def __init__(self, bucket: Bucket | None = None, rate: float | None = None, executor: Executor | None = None) -> None:
        self._bucket = bucket
        self._wanted = max(1, math.ceil(rate * _HORIZON)) if rate is not None else _BLOCK
        self._limited = rate is not None
        self._executor = executor
        self._moments: deque[float] = deque()  # on the loop's clock
        self._missed = 0
        self._filling: asyncio.Task[None] | None = None
        self.exhausted = False

    async def wait(self) -> bool:
        """Return when the next message may leave; False if the day's cap is used up."""
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
        """The moment that was waited for is not used."""
        self._missed += 1

    def now(self) -> bool:
        """Whether a message may leave this moment; if so, it counts as left."""
        if self._bucket is None:
            return True
        if self._next() and self._moments[0] <= asyncio.get_running_loop().time():
            self._moments.popleft()
            return True
        return False

    def _next(self) -> bool:
        """Whether there is a moment to use. Those that were missed are dropped: to make up for them would be a burst."""
        clock = asyncio.get_running_loop().time()
        while self._limited and self._moments and self._moments[0] < clock - _HORIZON:
            self._moments.popleft()
            self._missed += 1
        return bool(self._moments)

    async def end(self) -> None:
        """Return what was taken and not used."""
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
