"""The queue: Procrastinate, in the same database as the ledger, so that rows and jobs commit together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from franking.errors import FrankingError, OutboxUnavailable
from franking.outbox import Chunk, Hire
from franking.outbox.jobs import PLACES
from franking.outbox.jobs import QUEUE as QUEUE_TABLE
from franking.outbox.trouble import translated
from franking.worker.telemetry import log

QUEUE = "franking"
SEND = "franking.send_chunk"
_TAKE_OVER = "*/1 * * * * */10"  # every ten seconds
_PREPARING = 0x4672616E70  # advisory lock for creating the queue's tables


class Sending(Protocol):
    """The interface of a worker for its jobs."""

    async def send(self, job: int, seller: str, root: int) -> None:
        """Send the messages of a job. ``root`` is the first of those that it was taken over from, or the job itself."""

    async def take_over(self, app: App) -> None:
        """Give the messages of dead workers to new jobs."""


def queue_error(error: BaseException) -> FrankingError:
    """The error of the queue's database: ``OutboxUnavailable`` if it may be temporary, else ``OutboxError``."""
    cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ is not None else error
    away = isinstance(cause, (OSError, PoolTimeout))
    return OutboxUnavailable(f"the queue: {type(cause).__name__}") if away else translated(cause, "the queue")


def conninfo(outbox: str) -> str:
    """The ledger's URL in libpq's format."""
    scheme, _, rest = outbox.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def open_queue(outbox: str) -> App:
    """The queue of a PostgreSQL ledger with its tasks. Does not connect."""
    app = App(connector=PsycopgConnector(conninfo=conninfo(outbox)))

    @app.task(name=SEND, queue=QUEUE, pass_context=True, retry=RetryStrategy(max_attempts=None, wait=10))
    async def send_chunk(context: JobContext, seller: str, root: int | None = None) -> None:
        """Send the messages of this job."""
        worker: Sending = context.additional_context["worker"]
        assert context.job.id is not None
        try:
            await worker.send(context.job.id, seller, root if root is not None else context.job.id)
        except Exception as error:
            log.error("chunk failed, to be run again", extra={"job": context.job.id, "reason": type(error).__name__})
            raise

    @app.periodic(cron=_TAKE_OVER)
    @app.task(name="franking.take_over", queue=QUEUE, queueing_lock="take_over", pass_context=True)
    async def take_over(context: JobContext, timestamp: int) -> None:
        """Run the jobs of dead workers again."""
        worker: Sending = context.additional_context["worker"]
        await worker.take_over(context.app)

    return app


def prepare(app: App, outbox: str) -> None:
    """Create the queue's tables if they do not exist. Raises ``OutboxUnavailable`` or ``OutboxError``."""
    try:
        with psycopg.connect(conninfo(outbox)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_PREPARING,))
            if connection.execute(QUEUE_TABLE).fetchone() == (None,):
                connection.execute(app.schema_manager.get_schema().encode())
    except psycopg.Error as error:
        raise queue_error(error) from None


def hire(app: App) -> Hire:
    """A function that creates jobs for chunks on the ledger's connection. The app must not have been opened by a worker: it
    would use its asyncio connections.

    Seller accounts share the workers fairly: the priority of a chunk falls with the number of chunks that its account has
    waiting (start-time fair queuing; the virtual time is that of the most urgent waiting chunk).
    """
    task = app.tasks[SEND]

    def make(connection: Any, chunks: Sequence[Chunk]) -> list[int]:
        jobs: list[int] = []
        try:
            for chunk in chunks:
                row = connection.execute(PLACES, (chunk.seller, SEND)).fetchone()
                options: dict[str, Any] = {"schedule_at": chunk.due_at} if chunk.due_at is not None else {}
                deferrer = task.configure(priority=-max(row), connection=connection, **options)
                inherited = {"root": chunk.root} if chunk.root is not None else {}
                jobs.append(deferrer.defer(seller=chunk.seller, **inherited))
        except (ConnectorException, psycopg.Error) as error:
            raise queue_error(error) from None
        return jobs

    return make
