"""Send the queued messages of a batch over several connections; ledger rows are written in groups."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import count
from typing import TypeVar

from franking.dispatch.interrupts import interrupted
from franking.dispatch.outbox_port import OutboxPort
from franking.dispatch.rate_limiter import RateLimiter
from franking.dispatch.retry import Retries
from franking.dispatch.transport import Connection, Transport
from franking.errors import ConnectionBroken, FrankingError, OutboxUnavailable, SenderRefused, Unreachable
from franking.model import Envelope, Outcome, State, undamaged

_RETRIES = 4  # connections that may fail in a row before the batch stops
_BACKOFF = 0.5  # seconds, doubled each time
_AHEAD = 2.5  # claimed messages, as a multiple of those sent during one ledger transaction
_LARGEST_GROUP = 1000  # messages
_LEAD = 250  # of a large group have left when the next turn begins, of a small one half: in doubt after a crash is what waits
_LARGEST_BYTES = 32 << 20  # limit of claimed bytes, because some kinds have attachments
_MOST_GIVEN_UP = 5  # consecutive messages during which the connection broke, before the batch stops
CAP_REACHED = "the day's cap is reached"
INTERRUPTED = "interrupted"

T = TypeVar("T")


class Dispatcher:
    """One run over a batch. ``stopped`` is the reason for an early end, else empty; ``outcomes`` counts the attempts."""

    def __init__(
        self,
        outbox: OutboxPort,
        transport: Transport,
        batch: str | None,
        connections: int,
        rate_limiter: RateLimiter,
        progress: Callable[[int], None],
        retries: Retries | None = None,
        seller: str | None = None,
        *,
        executor: Executor | None = None,
        standalone: bool = True,
        patience: float = 0.0,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._batch = batch
        self._connections = connections
        self._rate_limiter = rate_limiter
        self._progress = progress
        self._retries = retries or Retries()
        self._seller = seller
        self._ready: deque[Envelope] = deque()
        self._results: list[tuple[Envelope, Outcome]] = []
        self._unsent: list[Envelope] = []  # of a group with an unusable message
        self._returned: Counter[int] = Counter()  # number of times a message was returned unsent
        self._handed: dict[int, Envelope] = {}  # to connections, by row number
        self._given_up = 0  # consecutive messages during which the connection broke
        self._turning: asyncio.Task[None] | None = None
        self._group = self._least = connections * 2
        self._turned = 0.0  # end of the last ledger transaction
        self._drained = False
        self._ledger = executor or ThreadPoolExecutor(1, "ledger")  # one thread, so writes keep their order
        self._own = executor is None
        self._standalone = standalone
        self._patience = patience  # seconds that the ledger may be unavailable
        self.lost_sight = False  # the ledger was unavailable in between
        self._stopping = False
        self._failure: Exception | None = None
        self.sender_refused = False  # it stopped because the server accepts no message from the sender
        self.stopped = ""
        self.outcomes: Counter[State] = Counter()

    async def run(self) -> None:
        """Deliver until no message of the batch is queued, or until a signal or an unreachable server stops the run.

        Raises ``FrankingError`` if the transport is misconfigured or the ledger cannot be written, and other exceptions for
        bugs. In each case the connections finish their current messages, outcomes are recorded, and unsent messages are
        queued again, if the ledger can be written.
        """
        try:
            with interrupted(lambda: self.stop(INTERRUPTED)) if self._standalone else nullcontext():
                async with asyncio.TaskGroup() as group:
                    for _ in range(self._connections):
                        group.create_task(self._worker())
        finally:
            await self._end()
        if self._failure is not None:
            raise self._failure

    async def _end(self) -> None:
        """Record outcomes and return the other messages to the queue. If one step fails, the others are still done."""
        if self._turning is not None:
            await asyncio.wait([self._turning])
        self._account()
        steps = [
            lambda: self._written(self._outbox.exchange, self._results, self._batch, 0),
            lambda: self._written(self._outbox.unclaim, [*self._ready, *self._unsent]),
            *([self._rate_limiter.end] if self._standalone else []),
        ]
        for step in steps:
            try:
                await step()
            except Exception as error:
                self._fail(error)
        if self._own:
            self._ledger.shutdown()

    def _account(self) -> None:
        """Settle messages that a failed connection neither settled nor returned: by evidence, else as ambiguous."""
        for envelope in list(self._handed.values()):
            arrived = self._transport.evidence(envelope)
            if arrived is None:
                self.done(envelope, Outcome(State.AMBIGUOUS, "the run was interrupted while this message was being sent"))
            elif arrived:
                self.done(envelope, Outcome(State.SENT, "found delivered after an interruption"))
            else:
                self._unsent.append(envelope)

    def _fail(self, error: Exception) -> None:
        """End the run with an error after the connections have finished their current messages."""
        self._failure = self._failure or error
        self.stop(str(error) if isinstance(error, FrankingError) else f"an error of the program itself: {type(error).__name__}")

    def stop(self, why: str) -> None:
        """Claim no more messages; current ones are finished."""
        self._stopping = True
        self.stopped = self.stopped or why

    # -- interface for connections (``Source``) ---------------------------------------------------------------------

    async def take(self) -> Envelope | None:
        """The next message, after the rate limiter permits it."""
        while not self._stopping:
            if self._ready:
                try:
                    if not await self._patiently(self._rate_limiter.wait):
                        self.stop(CAP_REACHED)
                        return None
                except FrankingError as error:
                    self._fail(error)
                    return None
                if not self._ready or self._stopping:
                    self._rate_limiter.put_back()
                    continue  # another connection took it in the meantime
                return self._hand_out()
            if self._drained:
                return None
            await asyncio.shield(self._turn())
        return None

    def take_now(self) -> Envelope | None:
        """The next claimed message if it may be sent now."""
        if self._stopping or not self._ready or not self._rate_limiter.now():
            return None
        return self._hand_out()

    def _hand_out(self) -> Envelope:
        envelope = self._ready.popleft()
        self._handed[envelope.number] = envelope
        self._look_ahead()
        return envelope

    def done(self, envelope: Envelope, outcome: Outcome) -> None:
        """Collect an outcome for the next ledger transaction."""
        self._handed.pop(envelope.number, None)
        self._given_up = 0
        settled = self._retries.settle(envelope, outcome)
        self._results.append((envelope, settled))
        self.outcomes[settled.state] += 1
        self._progress(1)

    def give_back(self, envelope: Envelope, why: str, *, unsent: bool = False) -> None:
        """Return a message for another connection, unless connections keep breaking during it."""
        if unsent:
            self._rate_limiter.put_back()
        self._handed.pop(envelope.number, None)
        self._returned[envelope.number] += 1
        if self._returned[envelope.number] < _RETRIES:
            self._ready.appendleft(envelope)
            return
        given_up = self._given_up + 1
        self.done(envelope, Outcome(State.DEFERRED, f"the server broke off before DATA, several times: {why}"))
        self._given_up = given_up
        if given_up >= _MOST_GIVEN_UP:
            self.stop(f"the server breaks off again and again ({why})")

    # -- the ledger ----------------------------------------------------------------------------------------------------

    def _look_ahead(self) -> None:
        """Start the next ledger transaction while enough messages are left to send during it."""
        if len(self._ready) <= max(self._group // 2, self._group - _LEAD) and not self._drained and not self._stopping:
            self._turn()

    def _turn(self) -> asyncio.Task[None]:
        """Record outcomes and claim the next messages in one transaction; one transaction at a time."""
        if self._turning is None or self._turning.done():
            self._turning = asyncio.get_running_loop().create_task(self._exchange())
        return self._turning

    async def _exchange(self) -> None:
        loop = asyncio.get_running_loop()
        results, self._results = self._results, []
        started = loop.time()
        try:
            claimed = await self._written(self._outbox.exchange, results, self._batch, self._group, self._seller)
        except Exception as error:
            self._results = [*results, *self._results]  # tried once more at the end of the run
            self._fail(error)
            return
        if not claimed:
            self._drained = True
        envelopes = list(claimed)
        try:
            undamaged(envelopes)
        except FrankingError as error:
            self._unsent += envelopes
            self._fail(error)
            return
        self._ready.extend(envelopes)
        size = sum(len(envelope.content) for envelope in envelopes) / max(1, len(envelopes))
        room = max(1.0, _LARGEST_BYTES / max(1.0, size))
        # A multiple of what is sent during one transaction. Disk speed and rate limit determine the group size, which bounds
        # the number of ambiguous messages after a crash.
        ended = loop.time()
        leaving = len(results) / max(ended - self._turned, 1e-6) * (ended - started)
        self._turned = ended
        self._group = round(min(_LARGEST_GROUP, room, max(self._least, self._group / 2, _AHEAD * leaving)))

    async def _written(self, write: Callable[..., T], *arguments: object) -> T:
        """Call the ledger on its thread."""
        loop = asyncio.get_running_loop()
        return await self._patiently(lambda: loop.run_in_executor(self._ledger, write, *arguments))

    async def _patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat a ledger operation while the ledger is unavailable, up to the patience. Other errors end the run at once."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        for number in count():
            try:
                return await attempt()
            except OutboxUnavailable:
                self.lost_sight = True
                if loop.time() >= until:
                    raise
                await asyncio.sleep(min(5.0, _BACKOFF * 2**number))
        raise AssertionError("unreachable")

    # -- connections -----------------------------------------------------------------------------------------------------

    async def _worker(self) -> None:
        try:
            await self._work()
        except Exception as error:  # a bug: the other connections finish their current messages
            self._fail(error)

    async def _work(self) -> None:
        while not self._stopping and (self._ready or not self._drained):
            if not self._ready:
                await asyncio.shield(self._turn())
                continue
            connection = await self._connect()
            if connection is None:
                return
            try:
                await connection.work(self)
            except ConnectionBroken:
                continue
            except SenderRefused as problem:
                self.sender_refused = True
                self.stop(str(problem))
            finally:
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
                # Misconfiguration: the other connections finish their current messages, then the run fails.
                self._fail(error)
                return None
            await asyncio.sleep(_BACKOFF * 2**attempt)
        self.stop(f"the server cannot be reached ({reason})")
        return None
