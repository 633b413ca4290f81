"""The batch from report to server."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from franking.batch.job import Job
from franking.batch.leaving import FIRST, Leaving
from franking.batch.live import LiveOrders
from franking.batch.mailing import Mailing
from franking.batch.permitted import Judging
from franking.batch.pipeline import Pipeline, Rejected
from franking.batch.process_pool import Task, Work, make_in_processes, make_messages
from franking.batch.reports import OrderSource, clock, open_report, read_orders
from franking.batch.schedule import Schedule
from franking.batch.selecting import Selecting
from franking.batch.sending import Sending
from franking.batch.tally import Counts, Tally, count
from franking.batch.wish import opens
from franking.dispatch import INTERRUPTED, Dispatcher, recover
from franking.errors import ConfigurationError, InputError
from franking.mail import Sender, build_message
from franking.model import Franked, Order, OutgoingMessage, Refusal, Standing
from franking.model.counted import counted
from franking.outbox import Hire, Ledger
from franking.policy.reasons.broken_row import RULE as BROKEN_ROW
from franking.selection import Selection

GROUP = 1000  # messages queued in one ledger transaction: whole chunks, where workers send
_GROUP_BYTES = 32 << 20  # of their contents at the most: some kinds have files attached
_WORTH_A_PROCESS = 3000  # orders: a process takes a second to start


@dataclass(frozen=True, slots=True)
class MessageMaking:
    """What makes the messages of a batch; ``elsewhere`` makes the pipeline in another process."""

    mailing: Mailing
    sender: Sender
    elsewhere: Callable[[], Pipeline]


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a batch. ``stopped`` is the reason why it ended early, else empty."""

    batch: str
    schedule: Schedule
    tally: Tally
    counts: Counts
    stopped: str = ""
    selection: Selection = field(default_factory=Selection)


class Batch:
    """One order report on its way. Raises ``InputError`` for a time that cannot be read, or has passed."""

    def __init__(self, job: Job, making: MessageMaking) -> None:
        self.id = secrets.token_hex(6)
        self._job = job
        self._making = making
        self._mailing = making.mailing
        self._schedule = job.wish.schedule(job.at, clock(job.as_of))
        self.selection = job.wish.selection()
        self._guard = threading.Lock()
        self._stopping = ""
        self._stop_sending: Callable[[str], object] | None = None

    def stop(self, why: str) -> None:
        """End early, from any thread: no further order is read, what is on the wire is finished, what is queued stays so."""
        with self._guard:
            self._stopping = self._stopping or why
            if self._stop_sending is not None:
                self._stop_sending(why)

    def try_out(self, ledger: Ledger | None) -> Sent:
        """Make every message; store and send none."""
        seller = self._mailing.seller
        tally = Tally()
        for made in self._prepare(ledger, tally):
            tally.queued += 1
            tally.later += made.due_at is not None
        account = ledger.standing(seller) if ledger is not None else Standing()
        later = tally.queued if self._job.at is not None else tally.later
        would = Standing(queued=tally.queued - later, scheduled=later)
        own = Standing(queued=tally.ready["queued"], scheduled=tally.ready["scheduled"])
        return Sent(self.id, self._schedule, tally, count(tally, would, account, own), self._stopping, self.selection)

    def give_to_workers(self, ledger: Ledger, hire: Hire) -> Sent:
        """Queue the messages of the report; workers send them."""
        return self._sent(ledger, self.queue(ledger, hire))

    def send(self, ledger: Ledger, sending: Sending) -> Sent:
        """Queue the messages of the report and send what waits, in this process alone."""
        if isinstance(self._job.orders, LiveOrders):
            self._job.orders.file(self._mailing.watch)  # may take long, and others may send meanwhile
        with ledger.lock():
            recover(ledger, sending.transport)
            leaving = Leaving(ledger, sending, self.id, self._mailing.seller, self._mailing.watch, self._run)
            # With --strict nothing leaves before everything is in the ledger.
            tally = self.queue(ledger, leaving=None if self._job.strict else leaving)
            if not self._stopping:
                leaving.rest(tally.queued)
            ledger.review(opens, batch=self.id)  # what is over its hours, or over the day's cap, has its next time
        return self._sent(ledger, tally, leaving.stopped)

    def _sent(self, ledger: Ledger, tally: Tally, stopped: str = "") -> Sent:
        counts = count(tally, ledger.standing(batch=self.id, done=True), ledger.standing(self._mailing.seller))
        return Sent(self.id, self._schedule, tally, counts, stopped or self._stopping, self.selection)

    def queue(self, ledger: Ledger, hire: Hire | None = None, leaving: Leaving | None = None) -> Tally:
        """Put the messages of the report into the ledger, from where ``leaving`` sends them in turns. Raises ``InputError`` for
        one that must be whole and is not."""
        job = self._job
        if job.strict:
            trial = Tally()
            for _ in self._prepare(ledger, trial):
                pass
            broken = trial.refused[BROKEN_ROW.slug]
            if broken or trial.rejected:
                first = next((r.message for r in trial.refusals if r.rule == BROKEN_ROW.slug), "")
                hint = (
                    f": {first}"
                    if first
                    else f": order {trial.rejections[0].order_id}: {trial.rejections[0].findings[0].message}"
                )
                raise InputError(
                    f"{job.orders}: --strict: nothing sent, {counted(broken, 'broken row')} and "
                    f"{counted(trial.rejected, 'rejected message')}{hint}"
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
            if len(group) == (FIRST if leaving is not None and not tally.queued else GROUP) or size > _GROUP_BYTES:
                put()
                size = 0
                if leaving is not None and leaving.turn(tally.queued) == INTERRUPTED:
                    self.stop(INTERRUPTED)
        put()
        return tally

    def _prepare(self, ledger: Ledger | None, tally: Tally) -> Iterator[OutgoingMessage]:
        """Build what may be sent; count the rest."""
        job, making, watch = self._job, self._making, self._mailing.watch
        source = open_report(job.orders, job.encoding, job.marketplace, watch, job.items)
        try:
            selecting = self._selecting(source, ledger)
            with watch.progress("checking", source.count) as advance:
                judging = Judging(job, self._mailing, self._schedule, ledger, selecting, lambda: self._stopping)
                judged = judging.judged(read_orders(source, job.states), tally, advance)
                tasks = (one for one in judged if isinstance(one, Task))
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

    def each(self, ledger: Ledger | None) -> Iterator[Refusal | Rejected | tuple[Franked, OutgoingMessage]]:
        """What each order comes to, made in this process one by one; nothing is stored or sent."""
        job, made = self._job, self._making
        if self._mailing.by != "email":
            raise ConfigurationError("messages for the marketplace's API are not made one by one; expected channel 'email'")
        source = open_report(job.orders, job.encoding, job.marketplace, self._mailing.watch, job.items)
        tally = Tally()
        try:
            judging = Judging(job, self._mailing, self._schedule, ledger, self._selecting(source, ledger))
            for one in judging.judged(read_orders(source, job.states), tally, lambda _number: None):
                if isinstance(one, Refusal):
                    yield one
                    continue
                franked = self._mailing.pipeline.franked(one.order)
                if isinstance(franked, Franked):
                    tally.made += 1
                    yield franked, build_message(franked, made.sender, one.order.buyer_email, one.now, one.due_at)
                else:
                    yield franked
        finally:
            source.close()

    def _selecting(self, source: OrderSource, ledger: Ledger | None) -> Selecting:
        """What selects among the report's orders. Raises ``InputError`` if the report has no column that it needs."""
        self._job.wish.check(source)
        if ledger is not None and not self._job.dry_run:
            self._cap(source, ledger)
        self.selection = self._job.wish.selection()
        selecting = Selecting(self.selection, self._mailing.lookups(ledger, self.selection.kinds))
        selecting.look(source, ledger, self._mailing.seller)
        return selecting

    def _cap(self, source: OrderSource, ledger: Ledger) -> None:
        job = self._job
        if job.daily is None:
            return
        zone = job.day_zone or next((o.marketplace.time_zone for o in source if isinstance(o, Order)), "UTC")
        ledger.set_cap(self._mailing.seller, self._mailing.pipeline.kind.name, job.daily or None, zone)

    def _run(self, dispatcher: Dispatcher) -> None:
        asyncio.run(self._dispatched(dispatcher))

    async def _dispatched(self, dispatcher: Dispatcher) -> None:
        """Dispatch; meanwhile ``stop`` reaches the dispatcher, in its own thread."""
        loop = asyncio.get_running_loop()
        with self._guard:
            self._stop_sending = lambda why: loop.call_soon_threadsafe(dispatcher.stop, why)
            if self._stopping:
                dispatcher.stop(self._stopping)
        try:
            await dispatcher.run()
        finally:
            with self._guard:
                self._stop_sending = None


def jobs(wanted: int | None, orders: int) -> int:
    """How many processes make messages: as wanted, else as many as there are processors and enough orders for each."""
    return wanted or max(1, min(os.cpu_count() or 1, orders // _WORTH_A_PROCESS))
