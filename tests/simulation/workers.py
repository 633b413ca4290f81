"""``franking worker`` in a story: the real worker, on a queue that stands for Procrastinate's in the ledger's own database.

Workers send side by side from one ledger, each its own jobs. One that is dead or frozen loses its jobs to the others; a frozen one
comes back and does not know it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from franking.config.parts import retries
from franking.config.settings import Settings
from franking.config.transport import configured_transport, limits
from franking.errors import FrankingError
from franking.outbox import Chunk, Ledger
from franking.outbox.access import writing
from franking.outbox.leases import hand_over
from franking.worker.jobs import SEND

if TYPE_CHECKING:
    from tests.simulation.story import Story

SELLER = "acme"
_OFTEN, _SELDOM = 0.2, 5.0  # seconds between looks at the queue: seldom while nothing ends and nothing is found
_TABLE = "CREATE TABLE simulated_job (number INTEGER PRIMARY KEY AUTOINCREMENT, seller TEXT, due REAL, root INTEGER, worker TEXT NOT NULL DEFAULT '')"


def prepare(ledger: Path) -> None:
    """Make the queue's table."""
    connection = sqlite3.connect(ledger)
    connection.execute(_TABLE)
    connection.commit()
    connection.close()


def hire(connection: Any, chunks: Sequence[Chunk]) -> list[int]:
    """Make jobs in the ledger's transaction."""
    statement = "INSERT INTO simulated_job (seller, due, root) VALUES (?, ?, ?)"
    rows = [(c.seller, c.due_at.timestamp() if c.due_at is not None else 0.0, c.root) for c in chunks]
    return [connection.execute(statement, row).lastrowid for row in rows]


def adopt(ledger: Ledger, size: int) -> None:
    """Give what waits and has no job to new jobs, as ``queue`` and ``reassign`` do in PostgreSQL, ``size`` messages each."""
    waits = (
        "SELECT number FROM message WHERE state IN ('queued', 'deferred') AND recipient IS NOT NULL"
        " AND (lease IS NULL OR lease NOT IN (SELECT number FROM simulated_job)) ORDER BY number"
    )
    with writing(ledger._engine) as connection:
        numbers = [row[0] for row in connection.exec_driver_sql(waits)]
        for start in range(0, len(numbers), size):
            hand_over(connection, hire, SELLER, numbers[start : start + size], None)


class _Job:
    def __init__(self, number: int, seller: str, root: int | None) -> None:
        self.id = number
        self.task_name = SEND
        self.task_kwargs = {"seller": seller} | ({"root": root} if root is not None else {})


class Queue:
    """Procrastinate's part, for one worker process."""

    def __init__(self, story: Story, name: str) -> None:
        self._story = story
        self._name = name
        self._connection = sqlite3.connect(story.path, isolation_level=None, timeout=0)
        self.job_manager = self

    @asynccontextmanager
    async def open_async(self) -> AsyncIterator[Queue]:
        """As the application has it."""
        yield self

    def _do(self, statement: str, *values: object) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    async def run_worker_async(self, *, concurrency: int, additional_context: dict[str, Any], **_: Any) -> None:
        """Work until there is no job that is due; cancelled, what is under way is finished."""
        worker = additional_context["worker"]
        running: set[asyncio.Task[None]] = set()
        pause, ended = _OFTEN, asyncio.Event()
        try:
            while True:
                with suppress(FrankingError, sqlite3.OperationalError):  # a task of the queue: it fails, and comes again
                    await worker.take_over(self)
                found = self._next() if len(running) < concurrency else []
                if found:
                    task = asyncio.create_task(self._run(worker, *found[0]))
                    running.add(task)
                    task.add_done_callback(running.discard)
                    task.add_done_callback(lambda _: ended.set())
                    pause = _OFTEN
                elif not running:
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await ended.wait()
                pause = min(_SELDOM, pause * 1.5) if not ended.is_set() else _OFTEN
                ended.clear()
        finally:
            for task in sorted(running, key=lambda t: t.get_name()):
                await asyncio.wait([task])

    def _next(self) -> list[Any]:
        try:
            found = self._do(
                "UPDATE simulated_job SET worker = ? WHERE number = (SELECT number FROM simulated_job WHERE worker = '' AND due <= ?"
                " ORDER BY number LIMIT 1) RETURNING number, seller, root",
                self._name,
                self._story.world.wall,
            )
            for number, _, root in found:
                if root is not None:  # its messages were taken over, even if who did so died before the old job ended
                    self._story.account.orphan(number)
            return found
        except sqlite3.OperationalError:  # a stranger holds the file
            return []

    async def _run(self, worker: Any, number: int, seller: str, root: int | None) -> None:
        """As Procrastinate, which does not ask whose a job is that it ends or returns."""
        later = self._story.world.wall + 10
        statement = "DELETE FROM simulated_job WHERE number = ?"
        values: tuple[object, ...] = (number,)
        try:
            await worker.send(number, seller, number if root is None else root)
        except Exception:
            self._story.account.orphan(number)  # what it could not write down is in doubt when the job runs again
            statement, values = "UPDATE simulated_job SET worker = '', due = ? WHERE number = ?", (later, number)
        while True:
            try:
                self._do(statement, *values)
                return
            except sqlite3.OperationalError:
                await asyncio.sleep(1)

    async def get_stalled_jobs(self, *, seconds_since_heartbeat: float) -> list[_Job]:
        """Jobs of workers that give no sign of life."""
        lost = [p.name for p in self._story.world.processes if p.lifeless(seconds_since_heartbeat)]
        return [
            _Job(number, seller, root)
            for number, seller, root, name in self._do("SELECT number, seller, root, worker FROM simulated_job ORDER BY number")
            if name in lost
        ]

    async def retry_job(self, job: Any) -> None:
        """Run a job again."""
        with suppress(sqlite3.OperationalError):
            self._do("UPDATE simulated_job SET worker = '' WHERE number = ?", job.id)

    async def finish_job(self, job: Any, _status: object, *, delete_job: bool) -> None:
        """End a job whose messages another has."""
        assert delete_job
        for (number,) in self._do("SELECT number FROM simulated_job WHERE root = ?", job.task_kwargs.get("root", job.id)):
            self._story.account.orphan(number)
        with suppress(sqlite3.OperationalError):
            self._do("DELETE FROM simulated_job WHERE number = ?", job.id)


def work(story: Story, settings: Settings, name: str, chunks: int) -> int:
    """``franking worker --until-idle``."""
    from franking.worker.run import Worker, WorkerOptions
    from franking.worker.telemetry import Metrics

    ledger = Ledger(settings.outbox)
    transport = configured_transport(settings)
    options = WorkerOptions(
        lambda seller: limits(settings, seller, transport.url), retries(settings), settings.connections, chunks, until_idle=True
    )
    queue: Any = Queue(story, name)
    worker = Worker(ledger, queue, hire, transport, options, Metrics(ledger))
    asyncio.run(worker.run())
    return 0
