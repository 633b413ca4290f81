"""``franking send``: the batch as configured, and its summary."""

from __future__ import annotations

import time

from franking.batch.job import Job
from franking.batch.summary import Run
from franking.cli.summary import summed_up
from franking.cli.terminal import TERMINAL
from franking.config.batches import open_batch, run_batch
from franking.config.settings import Settings


def send_batch(settings: Settings, job: Job, format: str) -> int:
    """Run the batch and print its summary; the exit code."""
    started = time.monotonic()
    sent = run_batch(settings, job, open_batch(settings, job, TERMINAL))
    run = Run(
        sent.batch,
        sent.schedule,
        time.monotonic() - started,
        sent.stopped,
        job.dry_run,
        settings.by_workers,
        job.stats,
        sent.selection,
    )
    return summed_up(run, sent.tally, sent.counts, format)
