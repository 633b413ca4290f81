"""Delivery status notifications (RFC 3464, RFC 6533), at any place in a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from franking.feedback.mime import Fields, Part, fields_of, read_fields
from franking.feedback.report import Event, Report
from franking.feedback.status import codes, decided
from franking.feedback.structured import keyword, message_ids, recipient
from franking.feedback.wordings import event_of

STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
ORIGINAL = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_OF_RECIPIENT = frozenset({"final-recipient", "original-recipient", "action", "status", "diagnostic-code"})
_EVENTS: dict[str, Event] = {
    "failed": "failed",
    "failure": "failed",
    "error": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
_DIAGNOSTIC = 2000  # characters
_MOST = 500  # recipients per report; our messages have one
_PARAGRAPH = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)")
_UNQUOTED = re.compile(r"(?im)^(?:>[ >]*)?(?:reporting-mta|final-recipient|original-recipient)[ \t]*:")


def is_status(part: Part) -> bool:
    """Whether a leaf contains a delivery status, by its media type, or by its text if a gateway changed the type."""
    if part.kind in STATUS:
        return True
    if part.kind not in ("text/plain", "application/octet-stream", "text/x-delivery-status"):
        return False
    start = part.body[:4000].lower()
    if b"final-recipient" not in start or b"action" not in start:
        return False
    first = next((line for line in part.text()[:4000].splitlines() if line.strip()), "")
    return _UNQUOTED.match(first) is not None


def notifications(leaves: Sequence[Part]) -> Iterator[tuple[Report, Part | None]]:
    """The reports of a mail's leaves, each with the part that contains the returned message."""
    places = [number for number, leaf in enumerate(leaves) if is_status(leaf)]
    originals = [number for number, leaf in enumerate(leaves) if leaf.kind in ORIGINAL]
    for index, place in enumerate(places):
        before = places[index - 1] if index else -1
        after = places[index + 1] if index + 1 < len(places) else len(leaves)
        behind = [number for number in originals if place < number < after]
        ahead = [number for number in originals if before < number < place]
        own = behind[:1] or (originals if len(originals) == 1 else []) or (ahead[-1:] if len(places) == 1 else [])
        original = leaves[own[0]] if own else None
        identity = original_id(original) if original is not None else ""
        for report in _of_status(leaves[place].text(), identity):
            yield report, original


def original_id(part: Part) -> str:
    """The Message-ID of a returned message or its header section; "" if it has none or several."""
    if part.parts:
        found = part.parts[0].fields
    else:
        content = part.content().lstrip(b"\r\n")
        found = read_fields(content[: 1 << 20])
    return one_id(found)


def one_id(fields: Fields) -> str:
    """The only Message-ID in a header section; "" for none or several."""
    ids = {identity for value in fields.every("message-id") for identity in message_ids(value)}
    return ids.pop() if len(ids) == 1 else ""


def _of_status(text: str, identity: str) -> Iterator[Report]:
    blocks = [fields_of(block) for block in _PARAGRAPH.split(text.strip(), 4 * _MOST)]
    # The first block is about the whole message (section 2.2), but some servers omit it or join it with the next.
    about = [block for block in blocks if any(name in _OF_RECIPIENT for name, _ in block.all)]
    if not about:
        yield Report("not-understood", identity, problem="a delivery status without a recipient's fields")
    if len(about) > _MOST:
        yield Report("not-understood", identity, problem=f"a delivery status of more than {_MOST} recipients")
        return
    for block in about:
        report = _of_block(block, identity)
        yield report
        # The marketplace's server may reply with the wording of its notices. In a report that is not verified.
        event = event_of(block.first("diagnostic-code")[:_DIAGNOSTIC]) if report.event == "failed" else None
        if event is not None:
            yield Report(event, identity, recipients=report.recipients)


def _of_block(block: Fields, identity: str) -> Report:
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    addresses = tuple(dict.fromkeys(found for name in names if (found := recipient(block.first(name)))))
    action = keyword(block.first("action"))
    code, hard = decided(block.first("status"), block.first("diagnostic-code"))
    event = _EVENTS.get(action)
    if not action and code[:1] == "5" and codes(block.first("status")):
        event = "failed"  # only class 5 is a permanent failure
    if event is None:
        what = "no Action field" if not action else "an unknown action"
        return Report("not-understood", identity, "", code, recipients=addresses, problem=f"a delivery status with {what}")
    if (event == "failed" and code[:1] == "2") or (event == "delivered" and code[:1] in ("4", "5")):
        return Report(
            "not-understood",
            identity,
            "",
            code,
            recipients=addresses,
            problem="a delivery status whose action and status contradict each other",
        )
    return Report(event, identity, "", code, hard and event == "failed", addresses)
