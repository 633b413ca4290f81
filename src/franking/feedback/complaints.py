"""Feedback reports (RFC 5965): a buyer reported a message as unwanted; and message disposition notifications (RFC 8098)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from franking.feedback.mime import Part, fields_of
from franking.feedback.notifications import ORIGINAL, original_id
from franking.feedback.report import Report
from franking.feedback.structured import keyword, recipient

FEEDBACK = "message/feedback-report"
DISPOSITION = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
_UNWANTED = frozenset({"abuse", "opt-out", "opt-out-list", "complaint", "fraud"})  # the last but one: older providers
_OTHER = frozenset({"not-spam", "auth-failure", "dmarc", "virus", "identity", "other", "miscategorized"})


def complaints(leaves: Sequence[Part]) -> Iterator[Report]:
    """The reports of a mail's leaves. The message is identified by the Message-ID of the returned message."""
    originals = [leaf for leaf in leaves if leaf.kind in ORIGINAL]
    identity = original_id(originals[0]) if len(originals) == 1 else ""
    for leaf in leaves:
        if leaf.kind != FEEDBACK:
            continue
        fields = fields_of(leaf.text())
        kind = keyword(fields.first("feedback-type"))
        addresses = tuple(found for value in fields.every("original-rcpt-to")[:100] if (found := recipient(value)))
        if kind in _UNWANTED:
            yield Report("complaint", identity, recipients=addresses)
        elif kind in _OTHER:
            yield Report("other-feedback", identity)
        else:
            what = "an unknown type" if kind else "no type"
            yield Report("not-understood", identity, problem=f"a feedback report of {what}")


def receipts(leaves: Sequence[Part]) -> Iterator[Report]:
    """Receipts: the message was displayed, deleted, processed. They change no state."""
    for leaf in leaves:
        if leaf.kind in DISPOSITION:
            text = leaf.text()
            fields = fields_of("\n".join(line for line in text.splitlines() if line.strip()))
            if fields.first("disposition"):
                yield Report("receipt", fields.first("original-message-id")[:250])
            else:
                yield Report("not-understood", problem="a receipt without a disposition")
