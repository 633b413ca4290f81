"""Batches as configured: what ``send`` and ``plan`` of the commands and of the Python API have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TypeVar

from franking.batch.job import Job
from franking.batch.pipeline import Rejected
from franking.batch.plan import Plan, Question, plan
from franking.batch.send import Batch, MessageMaking, Sent
from franking.batch.watch import Watch
from franking.config.brand import guard_demo
from franking.config.ledgers import existing_ledger, existing_view, open_ledger
from franking.config.parts import mailing, open_pipeline
from franking.config.sender import configured_sender
from franking.config.settings import Settings
from franking.config.transport import configured_transport, sending
from franking.config.workers import hiring
from franking.dispatch import parse_rate
from franking.model import Franked, OutgoingMessage, Refusal
from franking.outbox import LedgerView

_L = TypeVar("_L", bound=LedgerView)


def plan_batch(settings: Settings, kind: str, question: Question, watch: Watch, *, brand: str = "") -> Plan:
    """Who would be written to and who not. Raises ``FrankingError``."""
    with closing_ledger(existing_view(settings)) as ledger:
        return plan(mailing(settings, kind, watch, brand=brand), question, ledger)


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


@contextmanager
def closing_ledger(ledger: _L | None) -> Iterator[_L | None]:
    """A ledger that is closed at the end, or none."""
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
