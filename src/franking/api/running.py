"""A batch that runs in a thread of its own, so that an event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

from franking.api.results import Progress
from franking.batch.watch import Advance

T = TypeVar("T")


class Told:
    """A use case's watch: the progress goes to ``step``, which is called in the thread that works; what is said is kept."""

    def __init__(self, step: Callable[[Progress], None] | None = None) -> None:
        self._step = step
        self.notes: list[str] = []

    @contextmanager
    def progress(self, what: str, total: int | None) -> Iterator[Advance]:
        """Tell the step of each piece of work."""
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
        """Keep a message."""
        self.notes.append(text)


class Latest:
    """The latest progress, from the thread that works to the loop that looks: what nobody looked at is overtaken, so that it
    takes no memory."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._there = asyncio.Event()
        self._progress: Progress | None = None
        self._ended = False

    def put(self, progress: Progress) -> None:
        """From any thread."""
        waiting, self._progress = self._progress, progress
        if waiting is None:
            self._loop.call_soon_threadsafe(self._there.set)

    def end(self) -> None:
        """There will be no more."""
        self._ended = True
        self._there.set()

    async def take(self) -> Progress | None:
        """The latest one, once there is one that was not taken yet; None where there will be none."""
        while True:
            found, self._progress = self._progress, None
            if found is not None:
                return found
            if self._ended:
                return None
            self._there.clear()
            if self._progress is None:  # put meanwhile, from another thread
                await self._there.wait()


class Running(Generic[T]):
    """Work in a thread. Where the task that waits for it is cancelled, ``stop`` is called, and the cancellation waits until the
    work has ended in order."""

    def __init__(self, work: Callable[[], T], stop: Callable[[], None]) -> None:
        self._stop = stop
        self._executor = ThreadPoolExecutor(1, "franking")
        self._future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        self._executor.shutdown(wait=False)

    async def result(self) -> T:
        """What the work comes to."""
        try:
            return await asyncio.shield(self._future)
        except asyncio.CancelledError:
            await self.ended()
            raise

    async def ended(self) -> None:
        """Stop the work, and return once it has ended, whatever it came to."""
        self._stop()
        while not self._future.done():
            try:
                await asyncio.wait([self._future])
            except asyncio.CancelledError:
                continue  # what is on the wire is finished all the same
        if not self._future.cancelled():
            self._future.exception()  # seen

    async def steps(self, latest: Latest) -> AsyncGenerator[Progress, None]:
        """The progress until the work has ended. Whoever stops looking stops the work."""
        self._future.add_done_callback(lambda _: latest.end())
        try:
            while (progress := await latest.take()) is not None:
                yield progress
        finally:
            if not self._future.done():
                await self.ended()
