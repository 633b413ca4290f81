"""Server-sent events for open pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any


class EventStream:
    """The subscribers: one queue per open page."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def tell(self, event: dict[str, Any]) -> None:
        """Send an event to every open page."""
        for queue in self._listeners:
            queue.put_nowait(json.dumps(event))

    @property
    def heard(self) -> bool:
        """Whether a page is open."""
        return bool(self._listeners)

    def end(self) -> None:
        """End every stream."""
        for queue in self._listeners:
            queue.put_nowait(None)

    async def listen(self) -> AsyncIterator[str]:
        """Events as a stream of ``text/event-stream`` (HTML, section 9.2)."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield "retry: 500\n\n"
            ended = False
            while not ended:
                told = [await queue.get(), *(queue.get_nowait() for _ in range(queue.qsize()))]  # several are one answer
                ended = None in told
                yield "".join(f"data: {event}\n\n" for event in told if event is not None)
        finally:
            self._listeners.discard(queue)
