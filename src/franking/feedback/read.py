"""One mail, read as facts about messages. Whatever a mail holds, reading it ends, soon, with reports or ``Unreadable``."""

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

_MAILS = 50  # mails in a mail that are looked into
_NOBODY = Trust()


def read_report(data: bytes, trust: Trust = _NOBODY) -> list[Report]:
    """The facts in a mail; empty for a mail that reports nothing. What looks like a report and is not clear is a report
    ``not-understood``. Raises ``Unreadable`` for what cannot be read at all."""
    mail = read_mail(data)
    reports = _read(mail, trust)
    if not reports and mail.is_cut():
        raise Unreadable("more parts, or parts nested deeper, than are read")
    return reports


def _read(mail: Part, trust: Trust) -> list[Report]:
    """The reports of a mail, and of the mails that are forwarded in it: what returns a message is not looked into."""
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
        # What somebody forwards is nobody's authenticated word, unless the operator vouches for the mailbox.
        waiting += [(part, trusted if trusted.vouched else _NOBODY) for part in reversed(inner)]
    return found or doubts[:1]


def _of_mail(mail: Part, leaves: Sequence[Part], trust: Trust) -> tuple[list[Report], Report | None, list[Part]]:
    """What one mail itself reports; else what it may be, if no mail in it says more; and which of its parts hold a message
    that it is about."""
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
    told = notice(mail, leaves, identity, trust)
    if told is not None:
        return [told], None, originals
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
    """The Message-ID of the message that a mail is about, "" if it names none, or several."""
    returned = {found for original in originals if (found := original_id(original))}
    if len(returned) == 1:
        return returned.pop()
    return "" if returned else quoted_id(leaves) or _answered(mail)


def _answered(mail: Part) -> str:
    """The one message that the mail answers: some servers name it there, and return nothing of it."""
    found = message_ids(mail.fields.first("in-reply-to"))
    return found[0] if len(found) == 1 else ""
