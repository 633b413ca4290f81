"""How fast messages may leave: a token bucket."""

from __future__ import annotations

import asyncio
import re

from franking.model import FrankingError


class Pace:
    """At most ``rate`` messages a second over all connections, in bursts of a tenth of a second; None is unlimited."""

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        self._next = 0.0

    async def wait(self) -> None:
        """Return when the next message may leave."""
        if self.rate is None:
            return
        now = asyncio.get_running_loop().time()
        start = max(self._next, now - 0.1)
        self._next = start + 1.0 / self.rate
        if start > now:
            await asyncio.sleep(start - now)

    def now(self) -> bool:
        """Whether a message may leave this moment; if so, it counts as left."""
        if self.rate is None:
            return True
        now = asyncio.get_running_loop().time()
        start = max(self._next, now - 0.1)
        if start > now:
            return False
        self._next = start + 1.0 / self.rate
        return True


def parse_rate(text: str) -> float:
    """Messages a second from ``5``, ``5/s``, ``300/m``, ``2000/h``. Raises ``FrankingError`` otherwise."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:/\s*(s|m|h))?\s*", text)
    if match is None or float(match[1]) <= 0:
        raise FrankingError(f"rate {text[:20]!r}: expected such as 5/s, 300/m or 2000/h")
    return float(match[1]) / {"s": 1, "m": 60, "h": 3600, None: 1}[match[2]]
