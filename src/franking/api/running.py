"""A batch in a thread of its own, so the event loop is not blocked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from franking.api.results import Progress
from franking.batch.watch import Advance

T = TypeVar("T")


class Messages:
    """Receives progress and messages of a use case: calls ``step`` in the worker thread and collects the messages."""

    def __init__(self, step: Callable[[Progress], None] | None = None) -> None:
        self._step = step
        self.notes: list[str] = []

    @contextmanager
    def progress(self, what: str, total: int | None) -> Iterator[Advance]:
        """Call ``step`` for each unit of work."""
        done = 0

        def advance(number: int, known: int | None = None) -> None:
            nonlocal done, total
            done += number
            total = known if known is not None else total
            if self._step is not None:
                self._step(Progress(what, done, total))

        advance(0)
        yield advance

    def say(self, text: str) -> None:
        """Store a message."""
        self.notes.append(text)


class Latest:
    """Passes progress from the worker thread to the event loop: each kind of work in its order, and of one kind the latest.
    A newer value replaces one of the same kind that was not read, so memory use stays constant."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._there = asyncio.Event()
        self._lock = Lock()
        self._unread: dict[str, Progress] = {}
        self._ended = False

    def put(self, progress: Progress) -> None:
        """Store a value. Can be called from any thread."""
        with self._lock:
            first = not self._unread
            self._unread[progress.what] = progress
        if first:
            self._loop.call_soon_threadsafe(self._there.set)

    def end(self) -> None:
        """Signal the end: no more values follow."""
        self._ended = True
        self._there.set()

    async def take(self) -> Progress | None:
        """Wait for a value that was not read yet; None after the end."""
        while True:
            self._there.clear()
            with self._lock:
                if self._unread:
                    return self._unread.pop(next(iter(self._unread)))
            if self._ended:
                return None
            await self._there.wait()


class Running(Generic[T]):
    """Work in a thread. If the awaiting task is cancelled, ``stop`` is called, and the cancellation waits until the work
    has ended."""

    def __init__(self, work: Callable[[], T], stop: Callable[[], None]) -> None:
        self._stop = stop
        self._executor = ThreadPoolExecutor(1, "franking")
        self._future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._executor.shutdown(wait=False)

    async def result(self) -> T:
        """The result of the work."""
        try:
            return await asyncio.shield(self._future)
        except asyncio.CancelledError:
            await self.ended()
            raise

    async def ended(self) -> None:
        """Stop the work and wait until it has ended, with or without an error."""
        self._stop()
        while not self._future.done():
            try:
                await asyncio.wait([self._future])
            except asyncio.CancelledError:
                continue  # messages that are being sent are finished
        if not self._future.cancelled():
            self._future.exception()  # seen

    async def steps(self, latest: Latest) -> AsyncGenerator[Progress, None]:
        """Iterate over the progress until the work has ended. Leaving the iteration stops the work."""
        self._future.add_done_callback(lambda _: latest.end())
        try:
            while (progress := await latest.take()) is not None:
                yield progress
        finally:
            if not self._future.done():
                await self.ended()
