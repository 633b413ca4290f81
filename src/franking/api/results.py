"""The results of a batch, per order and in total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from franking.api.checks import Verdict
from franking.batch.pipeline import Rejected
from franking.batch.send import Sent
from franking.batch.summary import Run, exit_code
from franking.model import Finding, Franked, OutgoingMessage, Refusal


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """A message that passed every rule. ``mail`` is the whole mail (RFC 5322, CRLF line endings). ``due_at`` is the time
    from which it may be sent (aware); None means at once."""

    order_id: str
    recipient: str = field(repr=False)
    message_id: str
    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    mail: bytes = field(repr=False)
    warnings: tuple[Finding, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A message that the checker rejected. ``line`` is the line of the order in the report. The texts are empty if the
    template failed."""

    order_id: str
    line: int
    verdict: Verdict
    subject: str = ""
    html: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a batch: ``done`` of ``total`` steps of the current phase; ``total`` is None if it is not known."""

    what: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class SendResult:
    """The outcome in numbers, as in ``franking send --format json``: ``refused`` (by slug), ``rejected``, ``queued``,
    ``sent``, ``deferred``, ``failed`` and ``ambiguous`` add up to ``orders``.

    ``scheduled`` are among ``queued``. ``code`` is the command's exit code: 0 all well, 1 a message was rejected, 2 the
    example's brand, 3 a message is not sent or ambiguous. ``stopped`` is the reason for an early end, else "". ``refusals``
    and ``rejections`` are the first 50 of each; ``notes`` are remarks about the report as a whole.
    """

    batch: str
    orders: int
    refused: Mapping[str, int]
    rejected: int
    queued: int
    sent: int
    deferred: int
    failed: int
    ambiguous: int
    scheduled: int
    seconds: float
    dry_run: bool
    stopped: str
    code: int
    refusals: tuple[Refusal, ...] = field(repr=False)
    rejections: tuple[Rejection, ...] = field(repr=False)
    notes: tuple[str, ...] = ()


def prepared(franked: Franked, sealed: OutgoingMessage) -> PreparedMessage:
    """A message and its wire format as a result of the API."""
    inlined = franked.inlined
    return PreparedMessage(
        sealed.key.order_id, sealed.recipient, sealed.message_id, inlined.draft.subject, inlined.html, inlined.text,
        sealed.content, franked.warnings, sealed.due_at,
    )  # fmt: skip


def rejection(rejected: Rejected) -> Rejection:
    """A rejected message as a result of the API."""
    verdict = Verdict(rejected.order_id, rejected.findings)
    inlined = rejected.inlined
    if inlined is None:
        return Rejection(rejected.order_id, rejected.line, verdict)
    return Rejection(rejected.order_id, rejected.line, verdict, inlined.draft.subject, inlined.html, inlined.text)


def result(sent: Sent, run: Run, notes: tuple[str, ...]) -> SendResult:
    """The numbers of a run."""
    counts, tally = sent.counts, sent.tally
    return SendResult(
        sent.batch, tally.orders, dict(counts.refused), counts.rejected, counts.queued, counts.sent, counts.deferred,
        counts.failed, counts.ambiguous, counts.scheduled, run.seconds, run.dry_run, sent.stopped, exit_code(run, counts),
        tuple(tally.refusals), tuple(rejection(one) for one in tally.rejections), notes,
    )  # fmt: skip
