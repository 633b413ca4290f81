"""The results of a batch, per order and in total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from franking.api.checks import Verdict
from franking.batch.pipeline import Rejected
from franking.batch.send import Sent
from franking.batch.summary import Run, exit_code
from franking.batch.tally import Counts
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

    ``counts`` holds them, and ``scheduled`` (among ``queued``), ``earlier`` (left by an earlier run) and ``elsewhere`` (the
    account's other messages). ``code`` is the command's exit code: 0 all well, 1 a message was rejected, 2 the example's brand,
    3 a message is unsent or ambiguous. ``stopped`` is why it ended early, "" where it did not. ``refusals`` and
    ``rejections`` are the first 50 of each; ``notes`` is what was noticed about the report as a whole.
    """

    batch: str
    orders: int
    counts: Counts
    seconds: float
    dry_run: bool
    stopped: str
    code: int
    refusals: tuple[Refusal, ...] = field(repr=False)
    rejections: tuple[Rejection, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> Mapping[str, int]:
        """Orders whose buyers must not be written to, by the slug of the rule."""
        return dict(self.counts.refused)

    @property
    def rejected(self) -> int:
        """Messages that the checker rejects."""
        return self.counts.rejected

    @property
    def queued(self) -> int:
        """Messages that wait, the scheduled ones among them."""
        return self.counts.queued

    @property
    def sent(self) -> int:
        """Messages that the server took."""
        return self.counts.sent

    @property
    def deferred(self) -> int:
        """Messages that the server put off: to be tried again."""
        return self.counts.deferred

    @property
    def failed(self) -> int:
        """Messages that the server refused for good."""
        return self.counts.failed

    @property
    def ambiguous(self) -> int:
        """Messages that may have been sent: the reply was lost."""
        return self.counts.ambiguous

    @property
    def scheduled(self) -> int:
        """Messages that wait for their time."""
        return self.counts.scheduled


def prepared(franked: Franked, outgoing: OutgoingMessage) -> PreparedMessage:
    """A message and its wire format as a result of the API."""
    inlined = franked.inlined
    return PreparedMessage(
        outgoing.key.order_id,
        outgoing.recipient,
        outgoing.message_id,
        inlined.draft.subject,
        inlined.html,
        inlined.text,
        outgoing.content,
        franked.warnings,
        outgoing.due_at,
    )


def rejection(rejected: Rejected) -> Rejection:
    """A rejected message as a result of the API."""
    verdict = Verdict(rejected.order_id, rejected.findings)
    inlined = rejected.inlined
    if inlined is None:
        return Rejection(rejected.order_id, rejected.line, verdict)
    return Rejection(rejected.order_id, rejected.line, verdict, inlined.draft.subject, inlined.html, inlined.text)


def result(sent: Sent, run: Run, notes: tuple[str, ...]) -> SendResult:
    """The numbers of a run."""
    return SendResult(
        sent.batch,
        sent.tally.orders,
        sent.counts,
        run.seconds,
        run.dry_run,
        sent.stopped,
        exit_code(run, sent.counts),
        tuple(sent.tally.refusals),
        tuple(rejection(one) for one in sent.tally.rejections),
        notes,
    )
