"""Batches from settings, for the commands ``send`` and ``plan`` and for the Python API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from franking.batch.job import Job
from franking.batch.live import LiveOrders
from franking.batch.pipeline import Rejected
from franking.batch.send import Batch, MessageMaking, Sent
from franking.batch.watch import Watch
from franking.config.brand import guard_demo
from franking.config.ledgers import existing_ledger, open_ledger
from franking.config.parts import mailing, open_pipeline
from franking.config.planning import closing_ledger
from franking.config.sender import configured_sender
from franking.config.settings import Settings
from franking.config.transport import configured_transport, sending
from franking.config.workers import hiring
from franking.dispatch import parse_rate
from franking.model import Franked, OutgoingMessage, Refusal


def open_batch(settings: Settings, job: Job, watch: Watch, *, brand: str = "") -> Batch:
    """A batch that is ready to run. Raises ``FrankingError`` for an unusable configuration, before a report is read."""
    sender = configured_sender(settings)
    guard_demo(settings)
    if not job.dry_run and not settings.by_workers:
        configured_transport(settings)
    if settings.rate:
        parse_rate(settings.rate)
    job.check()
    elsewhere = partial(open_pipeline, settings, job.kind, paranoid=job.paranoid, brand=brand)
    return Batch(job, MessageMaking(mailing(settings, job.kind, watch, paranoid=job.paranoid, brand=brand), sender, elsewhere))


def run_batch(settings: Settings, job: Job, batch: Batch) -> Sent:
    """Send the batch, queue it for workers if the outbox is in PostgreSQL, or do a dry run. Raises ``FrankingError``."""
    if job.dry_run:
        with closing_ledger(existing_ledger(settings)) as known:
            return batch.try_out(known)
    with closing(open_ledger(settings)) as ledger:
        sent = batch.give_to_workers(ledger, hiring(settings)) if settings.by_workers else batch.send(ledger, sending(settings))
    if isinstance(job.orders, LiveOrders) and not sent.stopped:
        job.orders.done()
    return sent


def each_order(settings: Settings, batch: Batch) -> Iterator[Refusal | Rejected | tuple[Franked, OutgoingMessage]]:
    """The result of each order of a batch; stores and sends nothing. Raises ``FrankingError``."""
    with closing_ledger(existing_ledger(settings)) as ledger:
        yield from batch.each(ledger)
