"""The orders of a report whose buyers may be written to, and why the others may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from franking.batch.job import Job
from franking.batch.mailing import Mailing
from franking.batch.process_pool import Task
from franking.batch.reports import broken_refusal, clock
from franking.batch.schedule import Schedule
from franking.batch.selecting import Selecting
from franking.batch.tally import Tally
from franking.batch.watch import Advance
from franking.batch.wish import Holding
from franking.model import BrokenOrder, Known, Order, Refusal, State
from franking.orders.details import open_details
from franking.outbox import Ledger
from franking.permit import Context, permit
from franking.permit.last_moment import last_moment
from franking.permit.rules.cancel_requested import RULE as CANCEL_WISH
from franking.permit.rules.order_state import RULE as ORDER_STATE

_STATE = (ORDER_STATE.slug, CANCEL_WISH.slug)


@dataclass(frozen=True, slots=True)
class Judging:
    """What orders are judged by; ``stopping`` is whether to end before the report does."""

    job: Job
    mailing: Mailing
    schedule: Schedule
    ledger: Ledger | None
    selecting: Selecting
    stopping: Callable[[], object] = lambda: False

    def judged(self, orders: Iterator[Order | BrokenOrder], tally: Tally, advance: Advance) -> Iterator[Task | Refusal]:
        """What each order comes to, in order, up to the job's limit of messages; refusals are counted."""
        job, schedule, pipeline = self.job, self.schedule, self.mailing.pipeline
        now = clock(job.as_of)
        selection = self.selecting.selection
        lookups = self.selecting.lookups
        ask = self.mailing.context(now, lookups, adjusted=job.adjusted)
        holding = Holding(schedule, selection.unless_sent)
        ways = self.mailing.ways()
        details = open_details(
            job.details,
            job.attach,
            [v for v in pipeline.kind.variables if v.given],
            threads=pipeline.kind.name in pipeline.policy.thread_kinds,
        )
        for entry in lookups.ahead(orders):
            if self.stopping() or (job.limit is not None and tally.made >= job.limit):
                break
            advance(1)
            tally.orders += 1
            if isinstance(entry, BrokenOrder):
                yield tally.refuse(broken_refusal(entry))
                continue
            known = lookups.known(entry.id)
            if (unmeant := self.selecting.refused(entry)) is not None:
                yield tally.refuse(unmeant, known)
                continue
            entry = details.add(entry)
            due_at = schedule.due(entry)
            if known is not None and (against := self._against(entry, known, ask)) is not None:
                yield self._take_back(entry, against, tally)
                continue
            left = None if known is None else _left(job, entry, known, due_at, pipeline.kind.name, tally)
            if left is not None:
                yield left
                continue
            if isinstance(due_at, Refusal):
                if known is None or known.state is State.CANCELLED:
                    yield tally.refuse(due_at)
                    continue
                due_at = None  # a waiting message has its time already; the rules report one that is done
            # What is scheduled is judged at the moment that it will leave.
            way = ways.of(entry, ask if due_at is None else replace(ask, now=due_at), later=due_at is not None)
            if isinstance(way, list):
                yield tally.refuse(way[0], known)
            else:
                tally.revived += known is not None and known.state is State.CANCELLED
                schedule.given(due_at)
                tally.channels[way.channel] += 1
                warned = tuple([warning.rule for warning in way.permit.warnings])
                # With a clock of the user's own nothing expires: the real one says nothing of it.
                last = last_moment(entry, pipeline.kind, pipeline.policy) if job.as_of is None else None
                yield Task(way.order, due_at or now, due_at, warned, way.api_call, holding.of(entry, due_at, last))

    def _against(self, order: Order, known: Known, ask: Context) -> Refusal | None:
        """Why an order's present state no longer permits its message that waits from an earlier run; None if it does."""
        if known.state not in (State.QUEUED, State.DEFERRED):
            return None
        found = permit(order, self.mailing.pipeline.kind, replace(ask, now=max(ask.now, known.due_at or ask.now)))
        return next((r for r in found if r.rule in _STATE), None) if isinstance(found, list) else None

    def _take_back(self, order: Order, against: Refusal, tally: Tally) -> Refusal:
        if self.ledger is not None and not self.job.dry_run:
            reasons = {order.id: (against.rule, against.message)}
            tally.taken_back += self.ledger.take_back(self.mailing.seller, self.mailing.pipeline.kind.name, reasons)
        return tally.refuse(against)


def _left(job: Job, order: Order, known: Known, due_at: object, kind: str, tally: Tally) -> Refusal | None:
    """Why nothing is made of an order because of what an earlier run left of its message, None where something is: it is in
    doubt, failed, being sent, or scheduled."""
    if known.state in (State.AMBIGUOUS, State.FAILED, State.SENDING) or (job.dry_run and known.state is State.DEFERRED):
        return tally.leave(order, kind, known.state)
    scheduled = known.state is State.QUEUED and known.due_at is not None and known.due_at > datetime.now(UTC)
    if scheduled and known.due_at != due_at and not job.now and not job.reschedule:
        return tally.keep(order, kind, known.due_at)
    if job.dry_run and known.state is State.QUEUED:
        tally.ready["scheduled" if scheduled else "queued"] += 1
    return None
