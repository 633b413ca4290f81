"""What became of the orders of one ``send``: each counts once, so that the numbers add up to the orders."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from franking.batch.pipeline import Rejected
from franking.model import Known, Order, Refusal, Standing, State, Stats
from franking.outbox import Queued
from franking.permit.rules.brand import RULE as BRAND
from franking.permit.rules.once_per_order import RULE as ONCE
from franking.policy.reasons.cancelled import RULE as CANCELLED
from franking.policy.reasons.repeated_order import RULE as REPEATED

SHOWN = 50
# What an earlier run left, in the words of the rule: such an order counts as what its message is.
_LEFT = {
    State.AMBIGUOUS: ("may have been sent: the server's reply was lost", "Settle it with franking resolve."),
    State.FAILED: ("failed for good in an earlier run", "See franking status for the reason."),
    State.DEFERRED: (
        "was deferred by the server in an earlier run",
        "It is tried again by franking retry, or without --dry-run.",
    ),
    State.SENDING: ("is being sent right now", ""),
}


@dataclass(slots=True)
class Tally:
    """Orders by what happened to them in this run. ``left`` are those whose message an earlier run left ambiguous, failed, in
    the hands of a worker or, in a dry run, deferred; ``kept`` those that stay scheduled."""

    orders: int = 0
    made: int = 0
    queued: int = 0
    later: int = 0  # of them, in a dry run, those that would be scheduled
    refused: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    left: Counter[State] = field(default_factory=Counter)
    kept: int = 0
    ready: Counter[str] = field(default_factory=Counter)  # in a dry run: what waits already and would be sent, by where
    revived: int = 0  # that had been cancelled before
    withheld: int = 0  # refused now, though a message of an earlier run still waits
    taken_back: int = 0  # of an earlier run, since their orders' state no longer permits them
    stayed: Counter[State] = field(default_factory=Counter)  # changed by others between the look and the queue
    next_kept: datetime | None = None  # when the first of ``kept`` may leave
    moved_on: int = 0  # likewise: scheduled by others
    repeated: int = 0
    channels: Counter[str] = field(default_factory=Counter)  # permitted orders by the channel of their message
    brand: str = ""  # where the example's brand was found
    refusals: list[Refusal] = field(default_factory=list)
    rejections: list[Rejected] = field(default_factory=list)
    stats: Stats = field(default_factory=Stats)

    def refuse(self, refusal: Refusal, known: Known | None = None) -> Refusal:
        """Count a refusal, and give it back; the first ones are kept for the summary."""
        if refusal.rule == BRAND.slug:
            self.brand = refusal.message
        self.refused[refusal.rule] += 1
        self.withheld += known is not None and known.state in (State.QUEUED, State.DEFERRED)
        return self._show(refusal)

    def reject(self, rejected: Rejected) -> None:
        """Count a rejected message; the first ones are kept for the summary."""
        self.rejected += 1
        if len(self.rejections) < SHOWN:
            self.rejections.append(rejected)

    def leave(self, order: Order, kind: str, state: State) -> Refusal:
        """Count an order that has a message from an earlier run, and return the refusal."""
        self.left[state] += 1
        message, hint = _LEFT[state]
        return self._show(Refusal(order.id, ONCE.slug, f"{kind} {message}", hint, order.line))

    def keep(self, order: Order, kind: str, due_at: datetime | None) -> Refusal:
        """Count an order whose message stays scheduled, and return the refusal; the summary has only their number."""
        self.kept += 1
        if due_at is not None:
            self.next_kept = min(due_at, self.next_kept) if self.next_kept is not None else due_at
        return Refusal(
            order.id,
            ONCE.slug,
            f"{kind} stays scheduled as an earlier run left it",
            "Send with --now or --reschedule, or cancel it.",
            order.line,
        )

    def queue(self, number: int, queued: Queued) -> None:
        """Count what was put into the ledger, and what was found there."""
        self.queued += number
        self.stayed += queued.stayed
        self.moved_on += queued.scheduled
        self.repeated += queued.repeated

    def _show(self, refusal: Refusal) -> Refusal:
        if len(self.refusals) < SHOWN:
            self.refusals.append(refusal)
        return refusal


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of a summary. The first group adds up to the orders; ``scheduled`` are among ``queued``; ``earlier`` are
    those among ``deferred``, ``failed`` and ``ambiguous`` that an earlier run left; ``elsewhere`` are the account's others."""

    refused: Counter[str]
    rejected: int
    queued: int
    sent: int
    deferred: int
    failed: int
    ambiguous: int
    scheduled: int
    earlier: dict[str, int]
    elsewhere: Standing

    @property
    def unsettled(self) -> int:
        """Of this report."""
        return self.deferred + self.failed + self.ambiguous


def count(tally: Tally, batch: Standing, seller: Standing, own: Standing | None = None) -> Counts:
    """The numbers of a run: what it tallied, how its batch stands, and how the account stands. ``own`` is what of the account
    is the batch's already, where that is less than the batch: in a dry run."""
    own = own or batch
    refused = Counter(tally.refused)
    by_hand = batch.cancelled - sum(batch.taken_back.values())
    for rule, number in ((ONCE, tally.stayed[State.SENT]), (REPEATED, tally.repeated), (CANCELLED, by_hand)):
        if number:
            refused[rule.slug] += number
    refused += Counter(batch.taken_back)
    left = tally.left + tally.stayed
    if seller.stranded and seller.stranded == seller.sending:  # a dry run settles nothing, and tells it all the same
        left[State.AMBIGUOUS] += left.pop(State.SENDING, 0)
    kept = tally.kept + tally.moved_on
    in_batch = (
        batch.queued
        + batch.scheduled
        + batch.sending
        + batch.sent
        + batch.deferred
        + batch.failed
        + batch.ambiguous
        + batch.cancelled
    )
    # What another send of the same report has taken over meanwhile waits in its batch.
    taken_over = max(0, tally.queued - tally.stayed.total() - tally.moved_on - tally.repeated - in_batch)
    under_way = batch.sending - batch.stranded
    queued = batch.queued + batch.scheduled + under_way + kept + taken_over + left[State.SENDING]
    deferred = batch.deferred + left[State.DEFERRED]
    failed = batch.failed + left[State.FAILED]
    ambiguous = batch.in_doubt + left[State.AMBIGUOUS]
    elsewhere = Standing(
        queued=max(0, seller.queued - own.queued),
        scheduled=max(0, seller.scheduled - own.scheduled - kept),
        deferred=max(0, seller.deferred - deferred),
        failed=max(0, seller.failed - failed),
        ambiguous=max(0, seller.in_doubt - ambiguous),
    )
    earlier = {state.value: left[state] for state in (State.DEFERRED, State.FAILED, State.AMBIGUOUS)}
    return Counts(
        refused, tally.rejected, queued, batch.sent, deferred, failed, ambiguous, batch.scheduled + kept, earlier, elsewhere
    )
