"""Batches from settings, for the commands ``send`` and ``plan`` and for the Python API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from franking.batch.job import Job
from franking.batch.live import LiveOrders
from franking.batch.pipeline import Rejected
from franking.batch.plan import Plan, Question, plan
from franking.batch.send import Batch, MessageMaking, Sent
from franking.batch.watch import Watch
from franking.config.brand import guard_demo
from franking.config.parts import existing_ledger, mailing, open_ledger, open_pipeline
from franking.config.sender import configured_sender
from franking.config.settings import Settings
from franking.config.transport import configured_transport, sending
from franking.config.workers import hiring
from franking.dispatch import parse_rate
from franking.model import Franked, OutgoingMessage, Refusal
from franking.outbox import Ledger


def plan_batch(settings: Settings, kind: str, question: Question, watch: Watch, *, brand: str = "") -> Plan:
    """Which orders would get a message and which would not. Raises ``FrankingError``."""
    with closing_ledger(existing_ledger(settings)) as ledger:
        return plan(mailing(settings, kind, watch, brand=brand), question, ledger)


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


@contextmanager
def closing_ledger(ledger: Ledger | None) -> Iterator[Ledger | None]:
    """Close the ledger, if there is one, at the end of the ``with`` block."""
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
