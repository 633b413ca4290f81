"""Only files that the order needs are attached.

Only shipping labels, invoices, custom designs, warranty papers and instructions may be attached, and only what the kind
of message declares under ``[[attachments.allowed]]`` in its ``kind.toml``: name patterns, media types, size and a reason.
A file must fit one entry in all three. The name's ending has to agree with its media type, so that no program travels as
an invoice. Images that the HTML part shows by ``cid:`` are no attachments. Without a kind the rule is off.

Permitted::

    attachment: Invoice-302-1234567-1234567.pdf, application/pdf, 80000

Rejected, line 1::

    attachment: catalogue.pdf, application/pdf, 80000

Rejected, line 1::

    attachment: invoice.exe, application/pdf, 80000

Rejected, line 1::

    attachment: invoice.pdf, application/pdf, 8000000

To fix it: remove the file, or declare what the kind needs in its ``kind.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule

if TYPE_CHECKING:
    from franking.model import AllowedAttachment, Attachment

RULE = Rule("attachment", "error", "attachment that is not needed", "links", "check", __doc__)
_HINT = "Remove it, or declare what the kind needs under [[attachments.allowed]] in kind.toml."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each file with the condition that comes nearest to letting it pass."""
    allowed = context.message.allowed_attachments
    if allowed is None:
        return
    for attachment in context.message.attachments:
        problems = [_problem(attachment, entry) for entry in allowed]
        if None in problems:
            continue
        # The entry that the name fits says most about what is wrong.
        problem = min((p for p in problems if p is not None), default=(9, "this kind of message attaches nothing"))
        yield Finding(
            RULE.slug,
            RULE.severity,
            f"Attachment {attachment.name[:60]!r}: {problem[1]}",
            _HINT,
            measured=attachment.media_type,
            part="html",
        )


def _problem(attachment: Attachment, entry: AllowedAttachment) -> tuple[int, str] | None:
    """What keeps a file from fitting an entry, the nearest miss with the smallest number; None if it fits."""
    import mimetypes  # few messages have attachments

    name = attachment.name.lower()
    if not any(fnmatchcase(name, pattern.lower()) for pattern in entry.files):
        return 3, f"expected a name such as {', '.join(entry.files)}"
    if attachment.media_type.lower() not in entry.types:
        return 2, f"found {attachment.media_type[:60]}, expected {', '.join(entry.types)}"
    guessed = mimetypes.guess_type(name)[0]
    if guessed != attachment.media_type.lower():
        return 1, f"its name does not belong to {attachment.media_type}"
    if attachment.size > entry.max_bytes:
        return 0, f"{attachment.size} bytes, allowed are {entry.max_bytes} for {entry.purpose.replace('_', ' ')}"
    return None


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
