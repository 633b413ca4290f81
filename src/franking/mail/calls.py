"""A message that the marketplace's API delivers, as the bytes that the outbox keeps: what the call says, and no token.

The envelope of such a message has ``api:`` in place of a sender's address, which no address can be.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from franking.errors import InputError
from franking.mail.message import Sender, message_id
from franking.model import _SEAL, AttachedFile, Conditions, Envelope, FrankedText, Key, OutgoingMessage

BY_API = "api:"
_AMAZON = f"{BY_API}amazon"


@dataclass(frozen=True, slots=True)
class Call:
    """What a call says. ``action`` is the last segment of its path; ``covered`` are the first and the last day of a warranty,
    as date-times (RFC 3339)."""

    action: str
    order_id: str
    marketplace: str  # its id
    seller: str
    text: str = field(default="", repr=False)
    files: tuple[AttachedFile, ...] = ()
    covered: tuple[str, str] | None = None


def is_call(envelope: Envelope) -> bool:
    """Whether a message goes by the marketplace's API."""
    return envelope.sender.startswith(BY_API)


def build_call(
    franked: FrankedText, action: str, sender: Sender, recipient: str, due_at: datetime | None = None, *,
    critical: bool = False, conditions: Conditions | None = None,
) -> OutgoingMessage:  # fmt: skip
    """The stored form of a text that the checker let pass. ``critical`` kinds reach a buyer who opted out as well.
    ``recipient`` is the buyer's address, by which bounces and opt-outs find the message, or "" where there is none."""
    draft = franked.draft
    assert draft.marketplace is not None
    key = Key(sender.seller, draft.order_id, draft.kind)
    said: dict[str, Any] = {
        "call": 1, "action": action, "order": draft.order_id, "marketplace": draft.marketplace.id, "seller": sender.seller,
        "text": franked.text, "covered": franked.covered,
        "files": [[f.name, f.media_type, base64.b64encode(f.content).decode("ascii")] for f in draft.files],
    }  # fmt: skip
    content = json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    identity = message_id(key, sender.mailbox.domain)
    return OutgoingMessage(key, _AMAZON, recipient, identity, content, _SEAL, due_at, critical, None, conditions)


def read_call(content: bytes) -> Call:
    """The call of stored bytes. Raises ``InputError`` where they hold none."""
    try:
        said = json.loads(content)
        if said["call"] != 1:
            raise ValueError
        files = tuple(AttachedFile(name, kind, base64.b64decode(data, validate=True)) for name, kind, data in said["files"])
        covered = tuple(said["covered"]) if said["covered"] is not None else None
        texts = [said[name] for name in ("action", "order", "marketplace", "seller", "text")]
        if not all(isinstance(text, str) for text in texts) or (covered is not None and len(covered) != 2):
            raise ValueError
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise InputError("the outbox holds an API message that this version cannot read") from None
    action, order_id, place, seller, text = texts
    return Call(action, order_id, place, seller, text, files, covered)
