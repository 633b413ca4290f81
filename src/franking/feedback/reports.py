"""Delivery status notifications (RFC 3464) and the marketplace's own refusals, read as facts about a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default as default_policy
from typing import Literal

from franking.policy.words import pattern

_ORDER = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
_STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
# An address that does not exist or takes nothing any more (RFC 3463, section 3.2): not a full mailbox, not a policy.
_HARD = re.compile(r"5\.1\.[1236]|5\.2\.1|5\.4\.4|5\.7\.13")


@dataclass(frozen=True, slots=True)
class Report:
    """One fact about one message: what happened, to the message of a Message-ID or about an order."""

    event: Literal["failed", "delivered", "delayed", "opt-out"]
    message_id: str = ""
    order_id: str = ""
    status: str = ""  # enhanced status code (RFC 3463)
    hard: bool = False  # the address is of no more use


def read_report(data: bytes) -> list[Report]:
    """The facts in a mail; empty for a mail that reports nothing. Broken mails report nothing."""
    mail = message_from_bytes(data, policy=default_policy)
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() == "multipart/report":
        return _notification(mail)
    return _refusal(mail)


def _notification(mail: EmailMessage) -> list[Report]:
    original = ""
    fields: list[Message] = []
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            payload = part.get_payload()
            fields = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers") and not original:
            original = _original_id(part)
    reports: list[Report] = []
    for block in fields[1:] or fields:  # the first block is about the whole message (RFC 3464, section 2.1)
        action = str(block.get("Action", "")).strip().lower()
        status = _STATUS.search(str(block.get("Status", "")))
        code = status.group() if status else ""
        if action == "failed":
            reports.append(Report("failed", original, "", code, _HARD.fullmatch(code) is not None))
        elif action in ("delivered", "relayed", "expanded"):
            reports.append(Report("delivered", original, "", code))
        elif action == "delayed":
            reports.append(Report("delayed", original, "", code))
    return reports


def _original_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        found = str(payload[0].get("Message-ID", ""))
    else:
        found = str(message_from_bytes(_text(part).encode("utf-8", "replace"), policy=default_policy).get("Message-ID", ""))
    match = _MESSAGE_ID.search(found)
    return match.group() if match else ""


def _refusal(mail: EmailMessage) -> list[Report]:
    """The marketplace's word that a buyer takes no more messages: from the marketplace itself, naming the order."""
    sender = str(mail.get("From", "")).lower()
    if re.search(r"[@.]amazon\.[a-z.]{2,6}>?\s*$", sender) is None:
        return []
    body = mail.get_body(("plain", "html"))
    text = f"{mail.get('Subject', '')}\n{_text(body) if body is not None else ''}"
    order = _ORDER.search(text)
    if order is None or pattern("refusals").search(text) is None:
        return []
    return [Report("opt-out", order_id=order.group())]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")
