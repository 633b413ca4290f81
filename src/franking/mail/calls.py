"""A message for the marketplace's API, as bytes for the outbox: the content of the call, without tokens.

The sender of its envelope begins with ``api:``, which is no valid address.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from franking.errors import InputError
from franking.files.strict_json import BadJson, fault_of, read_json
from franking.mail.message import Sender, message_id
from franking.model import _TOKEN, AttachedFile, Conditions, Envelope, FrankedText, Key, OutgoingMessage

BY_API = "api:"
_AMAZON = f"{BY_API}amazon"


@dataclass(frozen=True, slots=True)
class Call:
    """The content of a call. ``action`` is the last segment of its path; ``covered`` are the first and the last day of a
    warranty, as date-times (RFC 3339)."""

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
    franked: FrankedText,
    action: str,
    sender: Sender,
    recipient: str,
    due_at: datetime | None = None,
    *,
    critical: bool = False,
    conditions: Conditions | None = None,
) -> OutgoingMessage:
    """The stored form of a text that the checker let pass. ``critical`` kinds reach a buyer who opted out as well.
    ``recipient`` is the buyer's address, by which bounces and opt-outs find the message, or "" if there is none."""
    draft = franked.draft
    assert draft.marketplace is not None
    key = Key(sender.seller, draft.order_id, draft.kind)
    said: dict[str, Any] = {
        "call": 1,
        "action": action,
        "order": draft.order_id,
        "marketplace": draft.marketplace.id,
        "seller": sender.seller,
        "text": franked.text,
        "covered": franked.covered,
        "files": [[f.name, f.media_type, base64.b64encode(f.content).decode("ascii")] for f in draft.files],
    }
    content = json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    identity = message_id(key, sender.mailbox.domain)
    return OutgoingMessage(key, _AMAZON, recipient, identity, content, _TOKEN, due_at, critical, None, conditions)


def read_call(content: bytes) -> Call:
    """The call of stored bytes. Raises ``InputError`` if they hold none."""
    from pydantic import ValidationError

    from franking.mail.stored_call import StoredCall

    unreadable = "the outbox holds an API message that this version cannot read"
    try:
        said = StoredCall.model_validate(read_json(content))
    except BadJson as error:
        raise InputError(f"{unreadable}: {error.reason}") from None
    except ValidationError as error:
        raise InputError(f"{unreadable}: {fault_of(error)}") from None
    files = tuple(AttachedFile(*file) for file in said.files)
    return Call(said.action, said.order, said.marketplace, said.seller, said.text, files, said.covered)
