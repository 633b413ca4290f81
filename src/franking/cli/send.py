"""``franking send``: the batch as configured, and its summary."""

from __future__ import annotations

import time
from functools import partial

from franking.batch.send import Batch, Job, MessageMaking
from franking.cli.brand import guard_demo
from franking.cli.sender import configured_sender
from franking.cli.settings import Settings
from franking.cli.summary import Run, summed_up
from franking.cli.transport import configured_transport, sending
from franking.cli.wiring import existing_ledger, mailing, open_ledger, open_pipeline
from franking.cli.worker import hiring
from franking.dispatch import parse_rate


def send_batch(settings: Settings, job: Job, format: str) -> int:
    """Run the batch and print its summary; the exit code."""
    started = time.monotonic()
    sender = configured_sender(settings)
    guard_demo(settings)
    if not job.dry_run and not settings.by_workers:
        configured_transport(settings)  # told before a report is read
    if settings.rate:
        parse_rate(settings.rate)
    job.check()
    elsewhere = partial(open_pipeline, settings, job.kind, paranoid=job.paranoid)
    batch = Batch(job, MessageMaking(mailing(settings, job.kind, paranoid=job.paranoid), sender, elsewhere))
    if job.dry_run:
        sent = batch.try_out(existing_ledger(settings))
    elif settings.by_workers:
        sent = batch.give_to_workers(open_ledger(settings), hiring(settings))
    else:
        sent = batch.send(open_ledger(settings), sending(settings))
    run = Run(sent.batch, sent.schedule, time.monotonic() - started, sent.stopped, job.dry_run, settings.by_workers, job.stats)
    return summed_up(run, sent.tally, sent.counts, format)
