"""Send what a batch has queued: several connections, each a worker, the ledger written in groups."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from franking.dispatch.errors import NotSent, Unreachable
from franking.dispatch.pace import Pace
from franking.dispatch.transport import Connection, Transport
from franking.model import Envelope, FrankingError, Outcome, State

_RETRIES = 4  # connections that may fail in a row before the batch stops
_BACKOFF = 0.5  # seconds, doubled each time


class Box(Protocol):
    """What dispatch needs of the ledger."""

    def claim(self, batch: str, count: int) -> list[Envelope]: ...
    def settle(self, outcomes: Iterable[tuple[Envelope, Outcome]]) -> None: ...
    def unclaim(self, envelopes: Iterable[Envelope]) -> None: ...
    def interrupted(self) -> list[Envelope]: ...


def recover(box: Box, transport: Transport) -> None:
    """Settle what a dead process left ``sending``, under the ledger's lock: by evidence, otherwise as ambiguous."""
    settled: list[tuple[Envelope, Outcome]] = []
    back: list[Envelope] = []
    for envelope in box.interrupted():
        arrived = transport.evidence(envelope)
        if arrived is None:
            settled.append((envelope, Outcome(State.AMBIGUOUS, "the process died while this message was being sent")))
        elif arrived:
            settled.append((envelope, Outcome(State.SENT, "found delivered after an interruption")))
        else:
            back.append(envelope)
    box.settle(settled)
    box.unclaim(back)


class Dispatcher:
    """One run over a batch. ``stopped`` tells why it ended early, empty otherwise."""

    def __init__(self, box: Box, transport: Transport, batch: str, connections: int, pace: Pace,
                 progress: Callable[[int], None]) -> None:  # fmt: skip
        self._box = box
        self._transport = transport
        self._batch = batch
        self._connections = connections
        self._pace = pace
        self._progress = progress
        self._ready: deque[Envelope] = deque()
        self._results: list[tuple[Envelope, Outcome]] = []
        self._more = asyncio.Lock()
        self._ledger = ThreadPoolExecutor(1, "ledger")  # one thread: writes keep their order
        self._stopping = False
        self._failure: FrankingError | None = None
        self.stopped = ""

    async def run(self) -> None:
        """Deliver until nothing of the batch is queued, or until stopped by a signal or an unreachable server.

        Raises ``FrankingError`` where the transport is configured wrongly; what was not sent is queued then.
        """
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self._stop, "interrupted")
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._connections):
                    group.create_task(self._worker())
        finally:
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(sign)
            self._box.settle(self._results)
            self._box.unclaim(self._ready)
            self._ledger.shutdown()
        if self._failure is not None:
            raise self._failure

    def _stop(self, why: str) -> None:
        self._stopping = True
        self.stopped = self.stopped or why

    async def _next(self) -> Envelope | None:
        """The next message to send. Claiming writes the ledger: results of the last group, then the next group."""
        async with self._more:
            if not self._ready and not self._stopping:
                results, self._results = self._results, []
                claimed = await asyncio.get_running_loop().run_in_executor(self._ledger, self._turn, results)
                self._ready.extend(claimed)
            if self._stopping or not self._ready:
                return None
            return self._ready.popleft()

    def _turn(self, results: list[tuple[Envelope, Outcome]]) -> list[Envelope]:
        self._box.settle(results)
        return self._box.claim(self._batch, self._connections * 2)

    async def _worker(self) -> None:
        connection: Connection | None = None
        try:
            while (envelope := await self._next()) is not None:
                await self._pace.wait()
                outcome: Outcome | None = None
                broken = 0
                while outcome is None and not self._stopping:
                    if connection is None:
                        connection = await self._connect()
                        if connection is None:
                            break
                    try:
                        outcome = await connection.deliver(envelope)
                    except NotSent:
                        await connection.close()
                        connection = None
                        broken += 1
                        if broken == _RETRIES:
                            outcome = Outcome(State.DEFERRED, "the server broke off before DATA, several times")
                    else:
                        if not getattr(connection, "alive", True):
                            connection = None
                if outcome is None:
                    self._ready.append(envelope)
                    return
                self._results.append((envelope, outcome))
                self._progress(1)
        finally:
            if connection is not None:
                await connection.close()

    async def _connect(self) -> Connection | None:
        for attempt in range(_RETRIES):
            if self._stopping:
                return None
            try:
                return await self._transport.connect()
            except Unreachable as error:
                reason = str(error)
            except FrankingError as error:
                # Wrong configuration: the other workers finish what they have in hand, then the run fails.
                self._failure = error
                self._stop(str(error))
                return None
            await asyncio.sleep(_BACKOFF * 2**attempt)
        self._stop(f"the server cannot be reached ({reason})")
        return None
