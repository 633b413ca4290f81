"""What a mail reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Event = Literal[
    "failed",  # the message did not arrive, and nobody tries on
    "delayed",
    "delivered",
    "opt-out",  # the marketplace: this buyer takes no more messages
    "complaint",  # the buyer called the message unwanted (RFC 5965)
    "message-refused",  # the marketplace: this message breaks its rules
    "account-restricted",  # the marketplace: this seller may not write
    "receipt",  # the message was opened, or not (RFC 8098); says nothing about delivery
    "auto-reply",  # an absence, a confirmation request
    "other-feedback",  # a feedback report of a kind that asks for nothing
    "not-understood",  # looks like one of the above, and is not clear
]


@dataclass(frozen=True, slots=True)
class Report:
    """One fact about one message: what happened, to the message of a Message-ID or about an order.

    ``status`` is the enhanced status code (RFC 3463), ``hard`` says that the address is of no more use, ``recipients`` are the
    addresses that the report names for it, empty if it names none. ``verified`` says that a marketplace's notice was proven
    to be one. ``problem`` says what was not understood, without personal data.
    """

    event: Event
    message_id: str = ""
    order_id: str = ""
    status: str = ""
    hard: bool = False
    recipients: tuple[str, ...] = field(default=(), repr=False)
    verified: bool = False
    problem: str = ""
