"""The batch from report to server."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from franking.batch.mailing import Mailing
from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.process_pool import Task, Work, make_in_processes, make_messages
from franking.batch.reports import broken_refusal, clock, open_report, read_orders
from franking.batch.schedule import Schedule
from franking.batch.sending import Sending
from franking.batch.tally import Counts, Tally, count
from franking.batch.watch import Advance
from franking.dispatch import Dispatcher, recover
from franking.errors import FrankingError, InputError
from franking.mail import Sender
from franking.model import BrokenOrder, Known, Order, OutgoingMessage, Refusal, Standing, State
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

    def check(self) -> None:
        """Raise ``InputError`` where it contradicts itself."""
        if self.now and self.at is not None:
            raise InputError("--now sends at once, --at later: name one of them")
        if self.reschedule and self.at is None:
            raise InputError("--reschedule needs --at, the new time; --now sends at once what was scheduled")


@dataclass(frozen=True, slots=True)
class MessageMaking:
    """What makes the messages of a batch; ``elsewhere`` makes the pipeline in another process."""

    mailing: Mailing
    sender: Sender
    elsewhere: Callable[[], Pipeline]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a batch. ``stopped`` says why it ended early, empty otherwise."""

    batch: str
    schedule: Schedule
    tally: Tally
    counts: Counts
    stopped: str = ""


class Batch:
    """One order report on its way. Raises ``InputError`` for a time that cannot be read, or has passed."""

    def __init__(self, job: Job, making: MessageMaking) -> None:
        self.id = secrets.token_hex(6)
        self._job = job
        self._making = making
        self._mailing = making.mailing
        self._schedule = Schedule.parse(job.at, clock(job.as_of))

    def try_out(self, ledger: Ledger | None) -> Sent:
        """Make every message; store and send none."""
        seller = self._mailing.seller
        tally = Tally()
        for _ in self._prepare(ledger, tally):
            tally.queued += 1
        account = ledger.standing(seller) if ledger is not None else Standing()
        would = Standing(scheduled=tally.queued) if self._job.at is not None else Standing(queued=tally.queued)
        own = Standing(queued=tally.ready["queued"], scheduled=tally.ready["scheduled"])
        return Sent(self.id, self._schedule, tally, count(tally, would, account, own))

    def give_to_workers(self, ledger: Ledger, hire: Hire) -> Sent:
        """Queue the messages of the report; workers send them."""
        return self._sent(ledger, self.queue(ledger, hire))

    def send(self, ledger: Ledger, sending: Sending) -> Sent:
        """Queue the messages of the report and send what waits, in this process alone."""
        with ledger.lock():
            recover(ledger, sending.transport)
            tally = self.queue(ledger)
            ledger.withdraw(batch=self.id)  # who opted out while messages were made
            stopped = self._dispatch(ledger, sending, tally)
        return self._sent(ledger, tally, stopped)

    def _sent(self, ledger: Ledger, tally: Tally, stopped: str = "") -> Sent:
        counts = count(tally, ledger.standing(batch=self.id, done=True), ledger.standing(self._mailing.seller))
        return Sent(self.id, self._schedule, tally, counts, stopped)

    def queue(self, ledger: Ledger, hire: Hire | None = None) -> Tally:
        """Put the messages of the report into the ledger. Raises ``InputError`` for one that must be whole and is not."""
        job = self._job
        if job.strict:
            trial = Tally()
            for _ in self._prepare(ledger, trial):
                pass
            broken = trial.refused[BROKEN_ROW.slug]
            if broken or trial.rejected:
                first = next((r.message for r in trial.refusals if r.rule == BROKEN_ROW.slug), "")
                told = (
                    f": {first}"
                    if first
                    else f": order {trial.rejections[0].order_id}: {trial.rejections[0].findings[0].message}"
                )
                raise InputError(
                    f"{job.orders}: --strict: nothing sent, {broken} broken rows and {trial.rejected} rejected messages{told}"
                )
        tally = Tally()
        group: list[OutgoingMessage] = []
        size = 0

        def put() -> None:
            tally.queue(len(group), ledger.queue(self.id, group, hire, reschedule=job.now or job.reschedule))
            group.clear()

        for outgoing in self._prepare(ledger, tally):
            group.append(outgoing)
            size += len(outgoing.content)
            if len(group) == GROUP or size > _GROUP_BYTES:
                put()
                size = 0
        put()
        return tally

    def _prepare(self, ledger: Ledger | None, tally: Tally) -> Iterator[OutgoingMessage]:
        """Seal what may be sent; count the rest."""
        job, making, watch = self._job, self._making, self._mailing.watch
        source = open_report(job.orders, job.encoding, job.marketplace, watch, job.items)
        try:
            with watch.progress("checking", source.count) as advance:
                tasks = self._permitted(ledger, tally, read_orders(source, job.states), advance)
                # Processes work ahead; a limit on messages must not read on.
                number = 1 if job.limit is not None else jobs(job.jobs, source.count)
                if number > 1:
                    results = make_in_processes(tasks, Work(making.elsewhere, making.sender), tally.stats, number)
                else:
                    results = make_messages(tasks, self._mailing.pipeline, making.sender, tally.stats)
                for result in results:
                    if isinstance(result, Rejected):
                        tally.reject(result)
                        continue
                    yield result
                    tally.made += 1
        finally:
            source.close()

    def _permitted(
        self, ledger: Ledger | None, tally: Tally, orders: Iterator[Order | BrokenOrder], advance: Advance
    ) -> Iterator[Task]:
        """The orders whose buyers may be written to, up to the job's limit of messages; the others are counted."""
        job, schedule, pipeline = self._job, self._schedule, self._mailing.pipeline
        now = clock(job.as_of)
        lookups = self._mailing.lookups(ledger)
        ask = self._mailing.context(now, lookups)
        ways = self._mailing.ways()
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
            way = ways.of(entry, ask if due_at is None else replace(ask, now=due_at), later=due_at is not None)
            if isinstance(way, list):
                tally.refuse(way[0], known)
            else:
                tally.revived += known is not None and known.state is State.CANCELLED
                schedule.given(due_at)
                tally.channels[way.channel] += 1
                yield Task(way.order, due_at or now, due_at, way.door)

    def _dispatch(self, ledger: Ledger, sending: Sending, tally: Tally) -> str:
        if not tally.queued:
            return ""
        with self._mailing.watch.progress("sending", tally.queued) as advance, ThreadPoolExecutor(1, "ledger") as executor:
            keeping = sending.rate_limiter(ledger, self._mailing.seller, executor)
            dispatcher = Dispatcher(
                ledger,
                sending.transport,
                self.id,
                min(sending.connections, tally.queued),
                keeping,
                advance,
                sending.retries,
                executor=executor,
            )
            try:
                asyncio.run(dispatcher.run())
            except FrankingError as problem:
                raise type(problem)(f"{problem}; nothing is lost: what is not sent stays queued") from None
        return dispatcher.stopped


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
