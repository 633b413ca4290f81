"""Workers on a shared ledger: the jobs for them, and a worker that is ready to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from franking.config.parts import retries
from franking.config.settings import Settings
from franking.config.transport import configured_transport, limits
from franking.errors import FrankingError, install_hint
from franking.outbox import Hire, Ledger

if TYPE_CHECKING:
    from franking.worker import Worker


def hiring(settings: Settings) -> Hire:
    """A function that creates jobs for workers, in the ledger's own transactions. Raises ``FrankingError`` without the
    extra ``postgres``."""
    needs_extra()
    from franking.worker import hire, open_queue, prepare

    app = open_queue(settings.outbox)
    prepare(app, settings.outbox)
    return hire(app)


def open_worker(settings: Settings, chunks: int, *, until_idle: bool = False, metrics: str | None = None) -> Worker:
    """A worker that sends ``chunks`` chunks in parallel, and serves metrics on ``metrics``, HOST:PORT.

    Waits for a database that is starting. Raises ``FrankingError`` for a ledger that workers cannot share, an unusable
    configuration, and without the extra ``postgres``.
    """
    transport = configured_transport(settings)
    limits(settings, "", transport.url)  # raises for an unreadable rate, before anything starts
    if not settings.by_workers:
        raise FrankingError(
            f"workers share a PostgreSQL ledger: --outbox postgresql://…, not {settings.outbox.partition(':')[0][:20]}:"
        )
    needs_extra()
    from franking.worker import Worker, WorkerOptions, once_it_is_up, open_queue
    from franking.worker.telemetry import Metrics, start_logging

    start_logging()
    ledger = once_it_is_up(lambda: Ledger(settings.outbox))
    hire = once_it_is_up(lambda: hiring(settings))
    shown = Metrics(ledger)
    if metrics is not None:
        host, _, port = metrics.rpartition(":")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise FrankingError(f"--metrics {metrics[:60]!r}: expected for example 127.0.0.1:9100")
        shown.serve(host.strip("[]") or "127.0.0.1", int(port))
    options = WorkerOptions(
        lambda seller: limits(settings, seller, transport.url),
        retries(settings),
        settings.connections,
        chunks,
        until_idle,
    )
    return Worker(ledger, open_queue(settings.outbox), hire, transport, options, shown)


def needs_extra() -> None:
    """Raise ``FrankingError`` if the extra ``postgres`` is not installed."""
    try:
        import franking.worker  # noqa: F401 - loaded to see what it needs
    except ModuleNotFoundError as error:
        raise FrankingError(f"workers need {error.name}: {install_hint('postgres')}") from None
