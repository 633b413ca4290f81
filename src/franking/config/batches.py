"""Batches as configured: what ``send`` and ``plan`` of the commands and of the Python API have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from franking.batch.job import Job
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
    """A batch that is ready to run. Raises ``FrankingError`` for what is wrong with the configuration, before a report is
    read."""
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
    """Send the batch, give it to workers where the outbox is theirs, or only try it out. Raises ``FrankingError``."""
    if job.dry_run:
        with closing_ledger(existing_ledger(settings)) as known:
            return batch.try_out(known)
    with closing(open_ledger(settings)) as ledger:
        if settings.by_workers:
            return batch.give_to_workers(ledger, hiring(settings))
        return batch.send(ledger, sending(settings))


def each_order(settings: Settings, batch: Batch) -> Iterator[Refusal | Rejected | tuple[Franked, OutgoingMessage]]:
    """What each order of a batch comes to; nothing is stored or sent. Raises ``FrankingError``."""
    with closing_ledger(existing_ledger(settings)) as ledger:
        yield from batch.each(ledger)
