"""``franking send``: the batch from report to server, and its summary."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from franking.batch.lookups import Lookups
from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.process_pool import Task, Work, press, press_in_processes
from franking.batch.schedule import Schedule
from franking.batch.tally import Tally, count
from franking.cli.batch import (
    broken_refusal,
    clock,
    context,
    existing_ledger,
    open_ledger,
    open_pipeline,
    open_report,
    read_orders,
    retries,
)
from franking.cli.brand import guard_demo
from franking.cli.sender import configured_sender
from franking.cli.settings import Settings
from franking.cli.summary import Run, summed_up
from franking.cli.terminal import progress
from franking.cli.transport import configured_transport, pace
from franking.cli.worker import hiring
from franking.dispatch import Dispatcher, Retries, Transport, parse_rate, recover
from franking.errors import FrankingError, InputError
from franking.mail import Sender
from franking.model import BrokenOrder, Known, Order, Refusal, Sealed, Standing, State
from franking.orders.details import open_details
from franking.outbox import Hire, Ledger
from franking.policy.reasons.broken_row import RULE as BROKEN_ROW

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
    items: tuple[Path, ...] = ()
    now: bool = False
    reschedule: bool = False


def send_batch(settings: Settings, job: Job, format: str) -> int:
    """Run the batch and print its summary; the exit code."""
    started = time.monotonic()
    sender = configured_sender(settings)
    guard_demo(settings)
    if not job.dry_run and not settings.by_workers:
        configured_transport(settings)  # told before a report is read
    if settings.rate:
        parse_rate(settings.rate)
    if job.now and job.at is not None:
        raise InputError("--now sends at once, --at later: name one of them")
    if job.reschedule and job.at is None:
        raise InputError("--reschedule needs --at, the new time; --now sends at once what was scheduled")
    pipeline = open_pipeline(settings, job.kind, paranoid=job.paranoid)
    batch = secrets.token_hex(6)
    schedule = Schedule.parse(job.at, clock(job.as_of))
    run = Run(batch, schedule, 0.0, dry_run=job.dry_run, by_workers=settings.by_workers, stats=job.stats)
    if job.dry_run:
        ledger = existing_ledger(settings)
        tally = Tally()
        for _ in _prepare(settings, job, pipeline, ledger, sender, tally, schedule):
            tally.queued += 1
        account = ledger.standing(settings.seller) if ledger is not None else Standing()
        would = Standing(scheduled=tally.queued) if job.at is not None else Standing(queued=tally.queued)
        own = Standing(queued=tally.ready["queued"], scheduled=tally.ready["scheduled"])
        counts = count(tally, would, account, own)
        return summed_up(replace(run, seconds=time.monotonic() - started), tally, counts, format)
    ledger = open_ledger(settings)
    if settings.by_workers:
        tally = _queue(settings, job, pipeline, ledger, sender, batch, schedule, hiring(settings))
        stopped = ""
    else:
        transport = configured_transport(settings)
        with ledger.lock():
            recover(ledger, transport)
            tally = _queue(settings, job, pipeline, ledger, sender, batch, schedule)
            ledger.withdraw(batch=batch)  # who opted out while messages were made
            stopped = _dispatch(settings, ledger, transport, batch, tally, retries(settings))
    counts = count(tally, ledger.standing(batch=batch, done=True), ledger.standing(settings.seller))
    return summed_up(replace(run, stopped=stopped, seconds=time.monotonic() - started), tally, counts, format)


def _prepare(
    settings: Settings, job: Job, pipeline: Pipeline, ledger: Ledger | None, sender: Sender, tally: Tally, schedule: Schedule
) -> Iterator[Sealed]:
    """Seal what may be sent; count the rest."""
    source = open_report(job.orders, job.encoding, job.marketplace, job.items)
    try:
        with progress("checking", source.count) as advance:
            tasks = _permitted(settings, job, pipeline, ledger, tally, schedule, read_orders(source, job.states), advance)
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
    settings: Settings, job: Job, pipeline: Pipeline, ledger: Ledger | None, tally: Tally, schedule: Schedule,
    orders: Iterator[Order | BrokenOrder], advance: Callable[[int], None],
) -> Iterator[Task]:  # fmt: skip
    """The orders whose buyers may be written to, up to the job's limit of messages; the others are counted."""
    now = clock(job.as_of)
    lookups = Lookups(ledger, settings.seller, pipeline.kind.name)
    ask = context(settings, now, lookups, pipeline)
    details = open_details(job.details, job.attach, [v for v in pipeline.kind.variables if v.given],
                           threads=pipeline.kind.name in pipeline.policy.thread_kinds)  # fmt: skip
    for entry in lookups.ahead(orders):
        if job.limit is not None and tally.made >= job.limit:
            break
        advance(1)
        tally.orders += 1
        if isinstance(entry, BrokenOrder):
            tally.refuse(broken_refusal(entry))
            continue
        entry = details.add(entry)
        known = lookups.known(entry.id)
        due_at = schedule.due(entry)
        if known is not None and _told(job, entry, known, due_at, pipeline.kind.name, tally):
            continue
        if isinstance(due_at, Refusal):
            if known is None or known.state is State.CANCELLED:
                tally.refuse(due_at)
                continue
            due_at = None  # what waits has had its time already; what is done is told by the rules
        # What is scheduled is judged at the moment that it will leave.
        permit = pipeline.permitted(entry, ask if due_at is None else replace(ask, now=due_at))
        if isinstance(permit, list):
            tally.refuse(permit[0], known)
        else:
            tally.revived += known is not None and known.state is State.CANCELLED
            schedule.given(due_at)
            yield Task(entry, due_at or now, due_at)


def _told(job: Job, order: Order, known: Known, due_at: object, kind: str, tally: Tally) -> bool:
    """Whether an order counts as what an earlier run left of its message: in doubt, failed, being sent, or scheduled."""
    if known.state in (State.AMBIGUOUS, State.FAILED, State.SENDING) or (job.dry_run and known.state is State.DEFERRED):
        tally.leave(order, kind, known.state)
        return True
    scheduled = known.state is State.QUEUED and known.due_at is not None and known.due_at > datetime.now(UTC)
    if scheduled and known.due_at != due_at and not job.now and not job.reschedule:
        tally.kept += 1
        return True
    if job.dry_run and known.state is State.QUEUED:
        tally.ready["scheduled" if scheduled else "queued"] += 1
    return False


def jobs(wanted: int | None, orders: int) -> int:
    """How many processes make messages: as wanted, else as many as there are processors and enough orders for each."""
    return wanted or max(1, min(os.cpu_count() or 1, orders // _WORTH_A_PROCESS))


def _queue(
    settings: Settings,
    job: Job,
    pipeline: Pipeline,
    ledger: Ledger,
    sender: Sender,
    batch: str,
    schedule: Schedule,
    hire: Hire | None = None,
) -> Tally:
    if job.strict:
        trial = Tally()
        for _ in _prepare(settings, job, pipeline, ledger, sender, trial, schedule):
            pass
        broken = trial.refused[BROKEN_ROW.slug]
        if broken or trial.rejected:
            first = next((r.message for r in trial.refusals if r.rule == BROKEN_ROW.slug), "")
            told = (
                f": {first}" if first else f": order {trial.rejections[0].order_id}: {trial.rejections[0].findings[0].message}"
            )
            raise InputError(
                f"{job.orders}: --strict: nothing sent, {broken} broken rows and {trial.rejected} rejected messages{told}"
            )
    tally = Tally()
    group: list[Sealed] = []
    size = 0

    def put() -> None:
        tally.queue(len(group), ledger.queue(batch, group, hire, reschedule=job.now or job.reschedule))
        group.clear()

    for sealed in _prepare(settings, job, pipeline, ledger, sender, tally, schedule):
        group.append(sealed)
        size += len(sealed.content)
        if len(group) == GROUP or size > _GROUP_BYTES:
            put()
            size = 0
    put()
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
            raise type(problem)(f"{problem}; nothing is lost: what is not sent stays queued") from None
    return dispatcher.stopped
