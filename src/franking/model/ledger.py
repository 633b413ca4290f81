"""Where a message stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where a message stands in the ledger."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Key:
    """What the ledger keeps unique: a buyer gets one message of a kind per order."""

    seller: str
    order_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message that the ledger hands out for delivery. ``number`` is its row."""

    number: int
    sender: str
    recipient: str = field(repr=False)
    message_id: str = ""
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; ``detail`` is the server's reply without personal data."""

    state: State
    detail: str = ""
