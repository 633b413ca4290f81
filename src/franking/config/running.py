"""``franking run``: every campaign of ``campaigns.toml``, one after the other, and then what else is due."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from franking.batch.job import Job
from franking.batch.retry import Retried, retry
from franking.batch.send import Sent
from franking.batch.summary import Run, exit_code
from franking.batch.watch import Watch
from franking.config.batches import open_batch, run_batch
from franking.config.campaigns import Campaign
from franking.config.ledgers import existing_ledger, open_ledger
from franking.config.planning import closing_ledger
from franking.config.settings import Settings
from franking.config.transport import sending
from franking.errors import InputError, OutboxUnavailable


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How campaigns are run. ``whole``: all of the file, so that what else waits and is due is sent as well."""

    dry_run: bool = False
    reschedule: bool = False
    as_of: str | None = None
    whole: bool = True


@dataclass(slots=True)
class Ran:
    """What became of a campaign; the numbers are over all of its files. ``due`` are the messages that leave now (in a dry run,
    that would), ``next_at`` is when the next of the others may."""

    campaign: Campaign
    files: list[Path] = field(default_factory=list)
    orders: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    due: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # by state, as ``send`` tells them
    unmatched: list[str] = field(default_factory=list)
    next_at: datetime | None = None
    cap_left: int | None = None
    error: str = ""
    stopped: str = ""
    codes: set[int] = field(default_factory=set)

    @property
    def selected(self) -> int:
        """The orders that the selection means."""
        return self.orders - self.refused["not-selected"] - self.refused["selection-unknown"]

    def add(self, sent: Sent, settings: Settings, *, dry_run: bool) -> None:
        """Count what became of a file's orders."""
        tally, counts = sent.tally, sent.counts
        self.orders += tally.orders
        self.refused += counts.refused
        self.rejected += counts.rejected
        waiting = counts.queued - counts.scheduled
        self.due += waiting if dry_run or settings.by_workers else counts.sent + waiting
        self.counts.update(
            {
                "queued": counts.queued,
                "scheduled": counts.scheduled,
                "sent": counts.sent,
                "deferred": counts.deferred,
                "failed": counts.failed,
                "ambiguous": counts.ambiguous,
                "taken_back": tally.taken_back,
            }
        )
        moments = [moment for moment in (self.next_at, sent.schedule.first, tally.next_kept) if moment is not None]
        self.next_at = min(moments, default=None)
        unmatched = set(sent.selection.unmatched()) if sent.selection.judged else set(self.unmatched)
        self.unmatched = sorted(unmatched if len(self.files) == 1 else unmatched & set(self.unmatched or unmatched))
        self.stopped = self.stopped or sent.stopped
        self.codes.add(exit_code(Run(sent.batch, sent.schedule, 0.0, sent.stopped, dry_run, settings.by_workers), counts))


def run_campaigns(
    campaigns: Sequence[Campaign], configure: Callable[[Campaign], Settings], options: RunOptions, watch: Watch
) -> Iterator[Ran]:
    """Run each; an error of one is in its ``error``, and the others still run. Raises ``FrankingError`` for
    a configuration or an outbox that cannot be used."""
    ready = [(campaign, configure(campaign)) for campaign in campaigns]
    for campaign, settings in ready:
        yield _run(campaign, settings, options, watch)


def _run(campaign: Campaign, settings: Settings, options: RunOptions, watch: Watch) -> Ran:
    ran = Ran(campaign)
    table = campaign.table
    states = _files([table.states]) if table.states else []
    for file in _files(campaign.sources):
        ran.files.append(file)
        job = Job(
            file,
            table.kind,
            options.as_of,
            table.encoding,
            table.marketplace,
            states[-1] if states else None,
            dry_run=options.dry_run,
            details=table.details,
            attach=table.attach,
            items=tuple(table.items),
            reschedule=options.reschedule and campaign.wish.timed,
            wish=campaign.wish,
            daily=table.daily,
            day_zone=settings.time_zone,
        )
        try:
            if table.states and not states:
                raise InputError(f"{table.states}: no such file; expected a report with the states of the orders")
            ran.add(run_batch(settings, job, open_batch(settings, job, watch)), settings, dry_run=options.dry_run)
        except InputError as error:
            ran.error = ran.error or str(error)
    if ran.error:
        ran.codes.add(2)
    with closing_ledger(existing_ledger(settings)) as ledger:
        if ledger is not None and table.daily is not None:
            used = next((cap.daily - cap.left for cap in ledger.caps(settings.seller) if cap.kind == table.kind), 0)
            ran.cap_left = max(0, table.daily - used)
        if ledger is not None and not options.dry_run:
            ran.next_at = ledger.overview(settings.seller).next_of(table.kind)
    if table.daily is not None and ran.cap_left is None:
        ran.cap_left = table.daily
    if options.dry_run and ran.cap_left is not None:
        ran.due = min(ran.due, ran.cap_left)
    return ran


def send_what_is_due(settings: Settings, watch: Watch) -> Retried | None:
    """What waits of the account from earlier runs and is due now; None where workers send it. Raises ``FrankingError``."""
    if settings.by_workers:
        return None
    with closing_ledger(open_ledger(settings)) as ledger:
        assert ledger is not None
        return retry(ledger, settings.seller, sending(settings), watch, now=False)


@contextmanager
def run_alone(settings: Settings, *, dry_run: bool) -> Iterator[bool]:
    """One run at a time on an outbox: False while another one is under way. Raises ``FrankingError`` if the outbox
    cannot be used."""
    if dry_run:
        yield True
        return
    with closing_ledger(open_ledger(settings)) as ledger:
        assert ledger is not None
        try:
            lock = ledger.run_lock()
        except OutboxUnavailable:
            yield False
            return
        with lock:
            yield True


def _files(patterns: Sequence[str]) -> list[Path]:
    """The files of patterns, each once, by name."""
    found = {Path(name) for pattern in patterns for name in glob.glob(pattern, recursive=True)}  # noqa: PTH207 - may be absolute
    return sorted(path for path in found if path.is_file())


def code_of(ran: Sequence[Ran], retried: Retried | None) -> int:
    """The exit code: 2 where a campaign could not be read, 3 where a message is unsent or ambiguous, 1 where a message was
    rejected."""
    codes = {code for one in ran for code in one.codes} | ({3} if retried is not None and not retried.done else set())
    return next((code for code in (2, 3, 1) if code in codes), 0)
