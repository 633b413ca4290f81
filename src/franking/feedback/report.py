"""The report in a mail, and its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Event = Literal[
    "failed",  # the message did not arrive, and no server tries again
    "delayed",
    "delivered",
    "opt-out",  # the marketplace: this buyer accepts no more messages
    "complaint",  # the buyer reported the message as unwanted (RFC 5965)
    "message-refused",  # the marketplace: this message breaks its rules
    "account-restricted",  # the marketplace: this seller account is restricted
    "receipt",  # the message was opened, or not (RFC 8098); says nothing about delivery
    "auto-reply",  # an absence, a confirmation request
    "other-feedback",  # a feedback report of a kind that asks for nothing
    "not-understood",  # looks like one of the above, but is unclear
]


@dataclass(frozen=True, slots=True)
class Report:
    """One event for one message, which is identified by its Message-ID or its order.

    ``status`` is the enhanced status code (RFC 3463), ``hard`` means that the address is dead. ``recipients`` are the
    addresses in the report, which may be empty. ``verified`` means that a notice was proven to be from the marketplace.
    ``problem`` describes what was not understood, without personal data.
    """

    event: Event
    message_id: str = ""
    order_id: str = ""
    status: str = ""
    hard: bool = False
    recipients: tuple[str, ...] = field(default=(), repr=False)
    verified: bool = False
    problem: str = ""
