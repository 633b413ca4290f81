"""``franking worker``."""

from __future__ import annotations

import asyncio

from franking.config.parts import retries
from franking.config.settings import Settings
from franking.config.transport import configured_transport, limits
from franking.config.workers import hiring, needs_extra
from franking.errors import FrankingError
from franking.outbox import Ledger


def _shareable(settings: Settings) -> None:
    """Raises ``FrankingError`` where the ledger is none that workers can share."""
    if not settings.by_workers:
        raise FrankingError(
            f"workers share a PostgreSQL ledger: --outbox postgresql://…, not {settings.outbox.partition(':')[0][:20]}:"
        )


def run_worker(settings: Settings, chunks: int, until_idle: bool, metrics: str | None) -> None:
    """Lease and send until stopped."""
    transport = configured_transport(settings)
    limits(settings, "", transport.url)  # unreadable rates are told before anything starts
    _shareable(settings)
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
    asyncio.run(Worker(ledger, open_queue(settings.outbox), hire, transport, options, shown).run())
