"""``franking send``: the batch from report to server, and its summary."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from franking.cli.batch import broken_refusal, clock, context, existing_ledger, open_pipeline, open_report, read_orders, retries
from franking.cli.brand import guard_demo
from franking.cli.lookups import Lookups
from franking.cli.plan import SHOWN, refusal_table
from franking.cli.schedule import Schedule
from franking.cli.sender import configured_sender
from franking.cli.settings import Settings
from franking.cli.terminal import console, out, out_json, progress, say
from franking.cli.transport import configured_transport, pace
from franking.cli.worker import hiring
from franking.dispatch import Dispatcher, Retries, Transport, parse_rate, recover
from franking.errors import FrankingError
from franking.mail import Sender
from franking.model import BrokenOrder, Order, Refusal, Sealed, State
from franking.orders.details import open_details
from franking.outbox import Hire, Ledger
from franking.pipeline import Pipeline, Rejected
from franking.press import Task, Work, press, press_in_processes
from franking.shapes import Stats

GROUP = 1000  # messages queued in one ledger transaction: whole chunks, where workers send
_GROUP_BYTES = 32 << 20  # of their contents at the most: some kinds have files attached
_WORTH_A_PROCESS = 3000  # orders: a process takes a second to start


@dataclass(frozen=True, slots=True)
class Job:
    """What one ``send`` was asked to do."""

    orders: Path
    kind: str
    as_of: str | None = None
    encoding: str | None = None
    marketplace: str | None = None
    states: Path | None = None
    limit: int | None = None
    dry_run: bool = False
    strict: bool = False
    at: str | None = None
    details: Path | None = None
    attach: Path | None = None
    jobs: int | None = None
    paranoid: bool = False
    stats: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the orders that were read."""

    orders: int = 0
    made: int = 0
    queued: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    brand: str = ""  # where the example's brand was found
    refusals: list[Refusal] = field(default_factory=list)
    rejections: list[Rejected] = field(default_factory=list)
    stats: Stats = field(default_factory=Stats)

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal; the first ones are kept for the summary."""
        if refusal.rule == "brand":
            self.brand = refusal.message
        self.refused[refusal.rule] += 1
        if len(self.refusals) < SHOWN:
            self.refusals.append(refusal)

    def reject(self, rejected: Rejected) -> None:
        """Count a rejected message; the first ones are kept for the summary."""
        self.rejected += 1
        if len(self.rejections) < SHOWN:
            self.rejections.append(rejected)


def send_batch(settings: Settings, job: Job, format: str) -> int:
    """Run the batch and print its summary; the exit code."""
    started = time.monotonic()
    sender = configured_sender(settings)
    guard_demo(settings)
    if not job.dry_run and not settings.by_workers:
        configured_transport(settings)  # told before a report is read
    if settings.rate:
        parse_rate(settings.rate)
    pipeline = open_pipeline(settings, job.kind, paranoid=job.paranoid)
    batch = secrets.token_hex(6)
    if job.dry_run:
        ledger = existing_ledger(settings)
        tally = Tally()
        for _ in _prepare(settings, job, pipeline, ledger, sender, tally):
            tally.queued += 1
        return _summary(batch, job, tally, None, "", time.monotonic() - started, format)
    ledger = Ledger(settings.outbox)
    if settings.by_workers:
        tally = _queue(settings, job, pipeline, ledger, sender, batch, hiring(settings))
        return _summary(batch, job, tally, ledger.counts(batch), "", time.monotonic() - started, format, by_workers=True)
    transport = configured_transport(settings)
    with ledger.lock():
        recover(ledger, transport)
        tally = _queue(settings, job, pipeline, ledger, sender, batch)
        ledger.withdraw(pipeline.policy.critical_kinds, batch=batch)  # who opted out while messages were made
        stopped = _dispatch(settings, ledger, transport, batch, tally, retries(settings))
        counts = ledger.counts(batch)
    return _summary(batch, job, tally, counts, stopped, time.monotonic() - started, format)


def _prepare(
    settings: Settings, job: Job, pipeline: Pipeline, ledger: Ledger | None, sender: Sender, tally: Tally
) -> Iterator[Sealed]:
    """Seal what may be sent; count the rest."""
    source = open_report(job.orders, job.encoding, job.marketplace)
    try:
        with progress("checking", source.count) as advance:
            tasks = _permitted(settings, job, pipeline, ledger, tally, read_orders(source, job.states), advance)
            # Processes work ahead; a limit on messages must not read on.
            number = 1 if job.limit is not None else jobs(job.jobs, source.count)
            if number > 1:
                work = Work(partial(open_pipeline, settings, job.kind, paranoid=job.paranoid), sender)
                made = press_in_processes(tasks, work, tally.stats, number)
            else:
                made = press(tasks, pipeline, sender, tally.stats)
            for result in made:
                if isinstance(result, Rejected):
                    tally.reject(result)
                    continue
                yield result
                tally.made += 1
    finally:
        source.close()


def _permitted(
    settings: Settings, job: Job, pipeline: Pipeline, ledger: Ledger | None, tally: Tally,
    orders: Iterator[Order | BrokenOrder], advance: Callable[[int], None],
) -> Iterator[Task]:  # fmt: skip
    """The orders whose buyers may be written to, up to the job's limit of messages; the others are counted."""
    now = clock(job.as_of)
    lookups = Lookups(ledger, settings.seller, pipeline.kind.name)
    ask = context(settings, now, lookups, pipeline)
    schedule = Schedule.parse(job.at, now)
    details = open_details(job.details, job.attach, [v for v in pipeline.kind.variables if v.given])
    for entry in lookups.ahead(orders):
        if job.limit is not None and tally.made >= job.limit:
            break
        advance(1)
        tally.orders += 1
        if isinstance(entry, BrokenOrder):
            tally.refuse(broken_refusal(entry))
            continue
        entry = details.add(entry)
        due_at = schedule.due(entry)
        if isinstance(due_at, Refusal):
            tally.refuse(due_at)
            continue
        # What is scheduled is judged at the moment that it will leave.
        permit = pipeline.permitted(entry, ask if due_at is None else replace(ask, now=due_at))
        if isinstance(permit, list):
            tally.refuse(permit[0])
        else:
            yield Task(entry, permit.important, due_at or now, due_at)


def jobs(wanted: int | None, orders: int) -> int:
    """How many processes make messages: as wanted, else as many as there are processors and enough orders for each."""
    return wanted or max(1, min(os.cpu_count() or 1, orders // _WORTH_A_PROCESS))


def _queue(
    settings: Settings, job: Job, pipeline: Pipeline, ledger: Ledger, sender: Sender, batch: str, hire: Hire | None = None
) -> Tally:
    if job.strict:
        trial = Tally()
        for _ in _prepare(settings, job, pipeline, ledger, sender, trial):
            pass
        broken = trial.refused["broken-row"]
        if broken or trial.rejected:
            first = next((r.message for r in trial.refusals if r.rule == "broken-row"), "")
            told = (
                f": {first}" if first else f": order {trial.rejections[0].order_id}: {trial.rejections[0].findings[0].message}"
            )
            raise FrankingError(
                f"{job.orders}: --strict: nothing sent, {broken} broken rows and {trial.rejected} rejected messages{told}"
            )
    tally = Tally()
    group: list[Sealed] = []
    size = 0
    for sealed in _prepare(settings, job, pipeline, ledger, sender, tally):
        group.append(sealed)
        size += len(sealed.content)
        tally.queued += 1
        if len(group) == GROUP or size > _GROUP_BYTES:
            ledger.queue(batch, group, hire)
            group, size = [], 0
    ledger.queue(batch, group, hire)
    return tally


def _dispatch(settings: Settings, ledger: Ledger, transport: Transport, batch: str, tally: Tally, again: Retries) -> str:
    if not tally.queued:
        return ""
    with progress("sending", tally.queued) as advance, ThreadPoolExecutor(1, "ledger") as executor:
        keeping = pace(settings, ledger, transport.url, executor)
        dispatcher = Dispatcher(
            ledger, transport, batch, min(settings.connections, tally.queued), keeping, advance, again, executor=executor
        )
        try:
            asyncio.run(dispatcher.run())
        except FrankingError as problem:
            raise FrankingError(f"{problem}; nothing is lost: what is not sent stays queued") from None
    return dispatcher.stopped


def _summary(
    batch: str, job: Job, tally: Tally, counts: Any, stopped: str, seconds: float, format: str, *, by_workers: bool = False
) -> int:
    states = {state.value: int(counts[state]) if counts is not None else 0 for state in State if state is not State.SENDING}
    if counts is None:
        states["queued"] = tally.queued
    result = {
        "schema": 1, "batch": batch, "orders": tally.orders, "refused": dict(tally.refused), "rejected": tally.rejected,
        **states, "seconds": round(seconds, 3),
    }  # fmt: skip
    if job.stats:
        _say_stats(tally.stats)
    if stopped:
        say(f"franking: stopped: {stopped}; run the same command again to go on")
    if format == "json":
        out_json(result)
    else:
        _print(job, tally, states, seconds, by_workers)
    # What workers will send, or what is scheduled, is where it should be.
    waiting = 0 if counts is None or by_workers or job.at is not None else states["queued"]
    unfinished = states["failed"] + states["ambiguous"] + states["deferred"] + waiting
    if unfinished or stopped:
        return 3
    if tally.refused["brand"]:
        say(f"franking: nothing is sent with the example's brand: {tally.brand}")
        return 2
    return 1 if tally.rejected else 0


def _say_stats(stats: Stats) -> None:
    """How messages were made: what is slow, and why, is a designer's hint."""
    say(f"made by their shape: {stats.fast} (shapes: {stats.shapes}); made as a whole: {stats.slow.total()}")
    for reason, number in stats.slow.most_common():
        say(f"  {number}: {reason}")


def _print(job: Job, tally: Tally, states: dict[str, int], seconds: float, by_workers: bool) -> None:
    from rich.table import Table

    refusal_table(tally.refusals, sum(tally.refused.values()))
    for rejected in tally.rejections:
        out(f"rejected {rejected.order_id} (line {rejected.line}):")
        told = {(f.rule, f.message): f for f in reversed(rejected.findings)}  # the text part repeats what the HTML part says
        for finding in reversed(told.values()):
            where = f"  ({finding.template.file}:{finding.template.line})" if finding.template else ""
            out(f"  {finding.rule}: {finding.message}{where}")
            out(f"    {finding.hint}")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_row(str(tally.orders), "orders read")
    for slug, number in tally.refused.most_common():
        table.add_row(str(number), f"not permitted: {slug}")
    if tally.rejected:
        table.add_row(str(tally.rejected), "messages rejected by the checker")
    waiting = "would be sent (dry run)" if job.dry_run else "queued for the workers" if by_workers else "still queued"
    if job.at is not None and not job.dry_run:
        waiting = "scheduled" if by_workers else "scheduled: franking retry sends what is due"
    names = {"sent": "sent", "queued": waiting, "deferred": "deferred by the server",
             "failed": "refused by the server", "ambiguous": "ambiguous: the reply was lost"}  # fmt: skip
    for state, label in names.items():
        if states[state]:
            table.add_row(str(states[state]), label)
    console().print(table)
    out(f"{seconds:.1f} s")
