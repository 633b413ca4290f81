"""The states of messages in the ledger, and what the outbox and dispatch exchange about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from franking.errors import FrankingError


class State(StrEnum):
    """The state of a message in the ledger."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    CANCELLED = "cancelled"  # before it was sent: by a person, or by a rule; a later batch may queue it again


@dataclass(frozen=True, slots=True)
class Key:
    """The unique key of a message in the ledger: a buyer gets one message of a kind per order."""

    seller: str
    order_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Known:
    """The ledger's record of a key: the state, and the time from which a waiting message may be sent (aware, UTC; None: at
    once)."""

    state: State
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a message must still fulfil when it leaves. Moments are aware, and exclusive. ``document`` is JSON that the ledger
    keeps for whoever judges it: ``hours`` (see ``franking.selection``) and ``unless_sent``, the kinds whose messages speak
    against it; "" for neither."""

    not_after: datetime | None = None  # the last permitted moment
    open_until: datetime | None = None  # the end of the hours that it is to leave in
    document: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Number of messages by state. ``scheduled`` messages are queued for a later time and not counted in ``queued``.
    ``stranded`` is the part of ``sending`` whose sender ended: their replies are lost, and the next sender makes them
    ambiguous."""

    queued: int = 0
    scheduled: int = 0
    sending: int = 0
    stranded: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    ambiguous: int = 0
    cancelled: int = 0
    taken_back: Mapping[str, int] = field(default_factory=dict)  # of the cancelled, what a rule took back: by its slug

    @property
    def in_doubt(self) -> int:
        """Messages whose reply was lost: the ambiguous ones and the stranded ones."""
        return self.ambiguous + self.stranded

    @property
    def unsettled(self) -> int:
        """Messages that need a person or another attempt."""
        return self.deferred + self.failed + self.in_doubt


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message that was claimed for delivery. ``number`` is its row."""

    number: int
    sender: str
    recipient: str = field(repr=False)
    message_id: str = ""
    content: bytes = field(repr=False, default=b"")
    attempt: int = 1  # number of this attempt
    queued_at: datetime | None = None  # aware, UTC
    connection: str = ""  # number of the connection, for the record
    damaged: bool = False  # the content could not be read and is empty
    spot: tuple[int, int, int] | None = None  # location of the content in the ledger, used by the ledger only


def undamaged(envelopes: Iterable[Envelope]) -> None:
    """Raises ``FrankingError`` if the content of a claimed message could not be read."""
    if any(envelope.damaged for envelope in envelopes):
        raise FrankingError("the ledger contains a damaged message; nothing of this group is sent")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one attempt; ``detail`` is the server's reply without personal data."""

    state: State
    detail: str = ""
    due_at: datetime | None = None  # when a deferred message may be tried again; aware, UTC
