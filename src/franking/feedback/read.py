"""Read the reports in a mail. For any input this ends in bounded time with reports or ``Unreadable``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from franking.feedback.complaints import DISPOSITION, FEEDBACK, complaints, receipts
from franking.feedback.marketplace import Trust, is_from_marketplace, notice
from franking.feedback.mime import Part, Unreadable, read_mail
from franking.feedback.notifications import ORIGINAL, is_status, notifications, original_id
from franking.feedback.report import Report
from franking.feedback.signs import has_no_return, is_automatic, is_automatic_subject, is_bounce
from franking.feedback.structured import message_ids
from franking.feedback.texts import quoted_id, text_bounce

_MAILS = 50  # forwarded mails that are examined
_NOBODY = Trust()


def read_report(data: bytes, trust: Trust = _NOBODY) -> list[Report]:
    """The reports in a mail; empty if it reports nothing. An unclear report has the event ``not-understood``. Raises
    ``Unreadable`` for an unreadable mail."""
    mail = read_mail(data)
    reports = _read(mail, trust)
    if not reports and mail.is_cut():
        raise Unreadable("more parts, or parts nested deeper, than are read")
    return reports


def _read(mail: Part, trust: Trust) -> list[Report]:
    """The reports of a mail and of the mails forwarded in it. Returned messages are not examined."""
    found: list[Report] = []
    doubts: list[Report] = []
    waiting = [(mail, trust)]
    seen = 0
    while waiting and seen < _MAILS:
        current, trusted = waiting.pop()
        seen += 1
        leaves: list[Part] = []
        used: set[int] = set()
        if not current.is_message:
            leaves = list(current.within())
            reports, doubt, originals = _of_mail(current, leaves, trusted)
            found += reports
            doubts += [doubt] if doubt is not None else []
            used = set(map(id, originals))
        inner = [leaf.parts[0] for leaf in leaves or [current] if leaf.is_message and id(leaf) not in used]
        # A forwarded notice is not authenticated, unless the operator trusts the mailbox.
        waiting += [(part, trusted if trusted.vouched else _NOBODY) for part in reversed(inner)]
    return found or doubts[:1]


def _of_mail(mail: Part, leaves: Sequence[Part], trust: Trust) -> tuple[list[Report], Report | None, list[Part]]:
    """The reports of the mail itself, the event to use if no forwarded mail has a report, and the parts that are returned
    messages."""
    originals = [leaf for leaf in leaves if leaf.kind in ORIGINAL]
    if any(leaf.kind == FEEDBACK for leaf in leaves):
        return list(complaints(leaves)), None, originals
    if any(is_status(leaf) for leaf in leaves):
        pairs = list(notifications(leaves))
        identity = quoted_id(leaves) or _answered(mail)
        reports = [replace(r, message_id=r.message_id or identity, verified=trust.vouched) for r, _ in pairs]
        return reports, None, [original for _, original in pairs if original is not None]
    if any(leaf.kind in DISPOSITION for leaf in leaves):
        identity = _identity(mail, leaves, originals)
        rejected = list(text_bounce(mail, leaves, identity))  # some servers refuse a message in this form (RFC 5429)
        return rejected or list(receipts(leaves)), None, originals
    identity = _identity(mail, leaves, originals)
    report = notice(mail, leaves, identity, trust)
    if report is not None:
        return [report], None, originals
    if is_automatic_subject(mail.fields):
        return [Report("auto-reply")], None, originals
    if is_bounce(mail):
        reports = list(text_bounce(mail, leaves, identity))
        doubt = Report("not-understood", identity, problem="a bounce in a form that is not known")
        return reports, doubt, originals if reports else []
    if is_automatic(mail):
        return [Report("auto-reply")], None, originals
    if has_no_return(mail.fields) and not is_from_marketplace(mail.fields):
        return [], Report("not-understood", identity, problem="from the empty path, in a form that is not known"), []
    return [], None, []


def _identity(mail: Part, leaves: Sequence[Part], originals: Sequence[Part]) -> str:
    """The Message-ID of the message that a mail is about; "" if it names none or several."""
    returned = {found for original in originals if (found := original_id(original))}
    if len(returned) == 1:
        return returned.pop()
    return "" if returned else quoted_id(leaves) or _answered(mail)


def _answered(mail: Part) -> str:
    """The only message in In-Reply-To or References: some servers name it there and return no part of it."""
    found = message_ids(mail.fields.first("in-reply-to"))
    return found[0] if len(found) == 1 else ""
