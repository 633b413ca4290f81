"""What came back, applied to the ledger as far as it is clear and proven; the rest is listed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Literal, get_args

from franking.batch.resolve import alone
from franking.batch.watch import Advance, Watch
from franking.feedback import Found, Report, Trust, Unreadable, open_mailbox, read_mail, read_report
from franking.model import State
from franking.outbox import ACCOUNT, Ledger, digest

Heading = Literal[
    "account_restricted",
    "kind_refused",
    "unverified_opt_outs",
    "not_understood",
    "without_message_id",
    "other_recipient",
    "unreadable",
]
_STOPPING: tuple[Heading, ...] = ("account_restricted", "kind_refused")
_IDENTITY = re.compile(r"<[!-;=?-~]{3,200}>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail that a person should look at: where it is, its Message-ID, and why."""

    where: str
    message_id: str
    why: str


@dataclass(slots=True)
class Result:
    """What the mails of a source came to."""

    counts: Counter[str] = field(default_factory=lambda: Counter({"mails": 0, "reports": 0, "suppressed": 0}))
    listed: dict[Heading, list[Entry]] = field(default_factory=lambda: {heading: [] for heading in get_args(Heading)})

    @property
    def stops(self) -> bool:
        """Whether the marketplace refuses a kind of message, or the account."""
        return any(self.listed[heading] for heading in _STOPPING)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mails are read: a Maildir, mbox, ``.eml``, folder or ``imaps://…``; the last with a password, and TLS as ``tls``
    makes it."""

    source: str
    password: str
    tls: Callable[[], SSLContext]


def read_bounces(ledger: Ledger, seller: str, mailbox: Mailbox, trust: Trust, watch: Watch) -> Result:
    """Apply every mail of a mailbox."""
    with alone(ledger), watch.progress("reading mail", None) as advance:
        mails = open_mailbox(mailbox.source, mailbox.password, mailbox.tls)
        return Feedback(ledger, seller, trust).of_all(_noted(mails, advance))


def _noted(mails: Iterable[Found], advance: Advance) -> Iterable[Found]:
    for mail in mails:
        advance(1)
        yield mail


class Feedback:
    """Applies mails to one account's part of a ledger.

    A report is believed where it names the Message-ID of a message of ours and no other recipient than its buyer. That ID is a
    digest of account, order and kind: only who has the message, or knows its order's number, can name it; the worst that a
    buyer can bring about is not to be written to. An address alone changes nothing.
    """

    def __init__(self, ledger: Ledger, seller: str, trust: Trust) -> None:
        self._upkeep = ledger.upkeep(seller)
        self._suppressed = ledger.suppressions(seller)
        self._stops = ledger.stops(seller)
        self._trust = trust
        self._result = Result()

    def of_all(self, mails: Iterable[Found]) -> Result:
        """Apply mails one by one: whatever is in one, the next one is read."""
        for found in mails:
            self._result.counts["mails"] += 1
            try:
                reports = self._read(found)
            except Unreadable as problem:
                self._list("unreadable", found, str(problem))
                continue
            self._result.counts["reports"] += len(reports)
            for report in reports:
                self._apply(found, report)
        return self._result

    def _read(self, found: Found) -> list[Report]:
        if found.problem:
            raise Unreadable(found.problem)
        try:
            return read_report(found.data, self._trust)
        except Unreadable:
            raise
        except Exception:  # anybody can send a mail: none of them may end the others
            raise Unreadable("its header fields or parts are damaged") from None

    def _apply(self, found: Found, report: Report) -> None:
        counts = self._result.counts
        match report.event:
            case "not-understood":
                self._list("not_understood", found, report.problem)
            case "account-restricted":
                self._list("account_restricted", found, _proof(report))
                if report.verified:
                    self._stop(ACCOUNT, found, "the marketplace restricted the account")
            case "message-refused":
                self._refused(found, report)
            case "opt-out":
                self._opted_out(found, report)
            case "failed" | "delivered" | "complaint":
                self._of_message(found, report)
            case event:
                counts[event.replace("-", "_")] += 1

    def _of_message(self, found: Found, report: Report) -> None:
        """A report about one message, by its Message-ID."""
        if not report.message_id:
            self._list("without_message_id", found, f"{report.event} {report.status}".strip())
            return
        known = self._upkeep.about(report.message_id)
        if known is None:
            self._result.counts["of_other_messages"] += 1
            return
        if known.digest and report.recipients and known.digest not in map(digest, report.recipients):
            self._list("other_recipient", found, f"{report.event} {report.status}, order {known.order_id}, {known.kind}")
            return
        if report.event == "complaint":
            self._result.counts["complaints"] += 1
            self._suppress(known.digest, "opt-out")
            return
        if report.hard:
            self._suppress(known.digest, "bounce")
        if report.event == "failed":
            self._settle(report.message_id, State.FAILED, f"bounced {report.status}".strip())
        else:
            self._settle(report.message_id, State.SENT, f"reported delivered {report.status}".strip())

    def _opted_out(self, found: Found, report: Report) -> None:
        known = self._upkeep.about(report.message_id) if report.message_id else None
        order = known.order_id if known is not None else report.order_id
        if not report.verified:
            self._list("unverified_opt_outs", found, f"order {order}" if order else "a message of no order here")
            return
        # The order in the notice is the marketplace's word; a message that is returned with it only helps where it has none.
        owner = self._upkeep.digest_of_order(report.order_id) if report.order_id else known.digest if known else ""
        if not owner:
            self._result.counts["of_other_messages"] += 1
        self._suppress(owner, "opt-out")

    def _refused(self, found: Found, report: Report) -> None:
        known = self._upkeep.about(report.message_id) if report.message_id else None
        order = known.order_id if known is not None else report.order_id
        kind = known.kind if known is not None else "kind unknown"
        self._list("kind_refused", found, f"order {order}, {kind}, {_proof(report)}")
        if report.verified and known is not None:
            self._settle(report.message_id, State.FAILED, "refused by the marketplace")
            self._stop(known.kind, found, f"the marketplace refused the message of order {known.order_id}")

    def _stop(self, kind: str, found: Found, reason: str) -> None:
        """By a proven notice, once: reading it again does not undo what a person has lifted."""
        named = _identity(found.data) or hashlib.sha256(found.data).hexdigest()
        if self._stops.add(kind, reason, named):
            self._result.counts["stopped"] += 1

    def _settle(self, message_id: str, state: State, detail: str) -> None:
        before = self._upkeep.by_evidence(message_id, state, detail)
        if before is not None:
            self._result.counts[f"{before.value}_to_{state.value}"] += 1

    def _suppress(self, owner: str, reason: Literal["opt-out", "bounce"]) -> None:
        if owner:
            self._result.counts["suppressed"] += self._suppressed.add_digests([owner], reason)

    def _list(self, heading: Heading, found: Found, why: str) -> None:
        self._result.listed[heading].append(Entry(_shown(found.where), _identity(found.data), why))


def _proof(report: Report) -> str:
    return "verified" if report.verified else "not verified"


def _identity(data: bytes) -> str:
    """The mail's own Message-ID, "" where it has none that can be shown."""
    try:
        match = _IDENTITY.search(read_mail(data[: 256 << 10]).fields.first("message-id"))
    except Unreadable:
        return ""
    return match.group() if match is not None else ""


def _shown(name: str) -> str:
    """A file's name as it can be printed."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name)
