"""The worker process: leases chunks of messages and sends them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from franking.batch.wish import opens
from franking.dispatch import Dispatcher, PooledTransport, RateLimiter, Retries, Transport, interrupted, recover
from franking.dispatch.outbox_port import UNWRITTEN
from franking.dispatch.run import CAP_REACHED
from franking.errors import FrankingError, OutboxUnavailable
from franking.outbox import Hire, Ledger, Limit
from franking.worker.jobs import QUEUE, SEND, queue_error
from franking.worker.telemetry import Metrics, log

_HEARTBEAT = 5.0  # seconds
_DEAD = 30.0  # seconds without a heartbeat
_PATIENCE = 600.0  # seconds that a chunk waits for an unavailable database
_PAUSE = timedelta(seconds=30)  # until an unreachable server is tried again
_LONG_PAUSE = timedelta(minutes=10)  # until a server that refuses the sender is tried again


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """Options of a worker. ``limits`` returns the limits of an account at the transport."""

    limits: Callable[[str], list[Limit]]
    retries: Retries
    connections: int = 4
    chunks: int = 2  # at once
    until_idle: bool = False


class Worker:
    """One worker process."""

    def __init__(
        self, ledger: Ledger, app: App, hire: Hire, transport: Transport, options: WorkerOptions, metrics: Metrics
    ) -> None:
        self._ledger = ledger
        self._app = app
        self._hire = hire
        self._transport = PooledTransport(transport, options.connections)
        self._options = options
        self._metrics = metrics
        self._rate_limiters: dict[str, RateLimiter] = {}
        self._running: set[Dispatcher] = set()
        self._runs: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by ``root``, while a job runs
        self._stopping = False
        self._stop: Callable[[], None] = lambda: None
        self._failure: FrankingError | None = None

    async def run(self) -> None:
        """Work until SIGINT or SIGTERM, or until no message is due with ``until_idle``. Waits for an unavailable database.
        Raises ``FrankingError`` if the transport is misconfigured or the database cannot be used."""
        pause = 0.5
        while not self._stopping:
            try:
                await self._work()
                pause = 0.5
                if self._options.until_idle:
                    break
            except (ConnectorException, psycopg.Error, OSError) as error:
                trouble = queue_error(error)
                if not isinstance(trouble, OutboxUnavailable):
                    self._failure = self._failure or trouble
                    break
                log.warning("database away", extra={"reason": type(error.__cause__ or error).__name__, "seconds": pause})
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
        for rate_limiter in self._rate_limiters.values():
            try:
                await rate_limiter.end()
            except FrankingError as error:  # they only reduce the daily cap
                log.warning("unused moments not returned", extra={"reason": str(error)})
        await self._transport.end()
        if self._failure is not None:
            raise self._failure

    async def _work(self) -> None:
        async with self._app.open_async():
            task = asyncio.create_task(
                self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._options.chunks,
                    wait=not self._options.until_idle,
                    fetch_job_polling_interval=2.0,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    additional_context={"worker": self},
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=_DEAD,
                )
            )

            def stop() -> None:
                for dispatcher in self._running:
                    dispatcher.stop("interrupted")
                if not self._stopping:  # cancelled twice, the queue would not wait for the jobs that are being worked on
                    self._stopping = True
                    task.cancel()

            self._stop = stop
            with interrupted(stop):
                log.info("worker started", extra={"transport": self._transport.url, "chunks": self._options.chunks})
                try:
                    await task
                except asyncio.CancelledError:
                    if not self._stopping:
                        raise
        log.info("worker ended")

    async def take_over(self, app: App) -> None:
        """Give the messages of dead workers to new jobs, and end the old ones. A worker that was only suspended finds none of
        its messages any more; if its own job ran again, it would settle what the other run is sending, and the first run
        to end would remove the job from the queue."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD):
            if job.task_name != SEND:
                await app.job_manager.retry_job(job)
                continue
            assert job.id is not None
            seller, root = str(job.task_kwargs["seller"]), job.task_kwargs.get("root")
            before = root if isinstance(root, int) else job.id
            await asyncio.to_thread(self._ledger.leased(job.id).take_over, seller, self._hire, before)
            with suppress(ConnectorException):  # another worker ended it, or the next round will
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            self._metrics.taken_over.inc()
            log.warning("job of a dead worker taken over", extra={"job": job.id})

    async def send(self, job: int, seller: str, root: int) -> None:
        """Send the messages of a job; those that still wait afterwards are assigned to a new job. Raises
        ``OutboxUnavailable`` if the database was unavailable for too long; the job runs again then. Any other
        ``FrankingError`` also ends the worker."""
        # A worker that was suspended counts as dead: it may get the job that its own messages were given to while it still
        # sends some of them. That job would settle these as ambiguous.
        one_at_a_time = self._runs.setdefault(root, asyncio.Lock())
        try:
            async with one_at_a_time:
                await self._send(job, seller)
        except OutboxUnavailable:
            raise
        except FrankingError as error:
            self._end_by(error)
            raise

    def _end_by(self, error: FrankingError) -> None:
        """End the worker with an error, after the job that raised it has ended."""
        self._failure = self._failure or error
        asyncio.get_running_loop().call_soon(self._stop)  # after the end of this job

    async def _send(self, job: int, seller: str) -> None:
        leases = self._ledger.leased(job)
        await asyncio.to_thread(recover, leases, self._transport)
        withdrawn = await asyncio.to_thread(leases.withdraw)
        back = (await asyncio.to_thread(leases.review, opens)).taken_back
        began = time.monotonic()
        each = max(1, self._options.connections // self._options.chunks)
        dispatcher = Dispatcher(
            leases,
            self._transport,
            None,
            each,
            self._rate_limiter(seller),
            lambda _n: None,
            self._options.retries,
            standalone=False,
            patience=_PATIENCE,
        )
        self._running.add(dispatcher)
        opened = self._transport.opened
        broken = False
        try:
            if self._stopping:
                dispatcher.stop("interrupted")
            await dispatcher.run()
        except OutboxUnavailable:
            raise
        except FrankingError as error:
            broken = True
            self._end_by(error)
        finally:
            self._running.discard(dispatcher)
            self._metrics.connections.inc(self._transport.opened - opened)
            for state, number in dispatcher.outcomes.items():
                self._metrics.messages.labels(state.value).inc(number)
        if dispatcher.lost_sight or broken:
            # A claim with an unknown commit, or a result that could not be written (full disk), leaves messages ``sending``
            # without a sender. If this step fails as well, the job runs again and begins with it.
            await asyncio.to_thread(recover, leases, self._transport, UNWRITTEN)
        back += (await asyncio.to_thread(leases.review, opens)).taken_back
        stops = await asyncio.to_thread(self._ledger.stopped, seller)
        for stop in stops:
            log.warning("held back: %s", stop, extra={"job": job, "seller": seller})
        later = datetime.now(UTC) + _LONG_PAUSE if stops else self._not_before(dispatcher)
        left = await asyncio.to_thread(leases.pass_on, seller, self._hire, later)
        self._metrics.chunks.inc()
        log.info(
            "chunk done",
            extra={
                "job": job,
                "seller": seller,
                **{s.value: n for s, n in dispatcher.outcomes.items()},
                "left": left,
                "withdrawn": withdrawn,
                "taken_back": dict(back),
                "stopped": dispatcher.stopped,
                "seconds": round(time.monotonic() - began, 3),
            },
        )

    def _rate_limiter(self, seller: str) -> RateLimiter:
        if seller not in self._rate_limiters or self._rate_limiters[seller].exhausted:
            limits = self._options.limits(seller)
            rates = [limit.rate for limit in limits if limit.rate is not None]
            bucket = self._ledger.allowances(limits) if limits else None
            self._rate_limiters[seller] = RateLimiter(bucket, min(rates, default=None))
        return self._rate_limiters[seller]

    def _not_before(self, dispatcher: Dispatcher) -> datetime | None:
        now = datetime.now(UTC)
        if dispatcher.stopped == CAP_REACHED:
            return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if dispatcher.sender_refused:
            return now + _LONG_PAUSE
        return now + _PAUSE if dispatcher.stopped and dispatcher.stopped != "interrupted" else None
