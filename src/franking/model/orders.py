"""Orders as reports and the API show them, and the marketplaces they were placed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

MEND_ROW: Final = "Fix the row in the report, or download the report again."


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One national marketplace: what fixes a message's language, clock, currency and addresses."""

    id: str
    name: str  # the report's sales-channel, such as "Amazon.de"
    domain: str
    relay_domain: str
    language: str  # BCP 47 primary language, such as "de"
    locale: str  # CLDR locale for dates and prices, such as "de_DE"
    time_zone: str
    currency: str  # ISO 4217
    country: str  # ISO 3166-1 alpha-2
    date_order: Literal["dmy", "mdy", "ymd"] = "dmy"
    other_relay_domains: tuple[str, ...] = ()
    platform: str = "amazon"  # who runs it, and what else that runs: see the policies
    # Pages for buyers by the name of a template's variable, with {domain} and {order_id}: URLs that not every platform has.
    pages: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def relay_domains(self) -> tuple[str, ...]:
        """Every domain that this marketplace gives its buyers' addresses at."""
        return (self.relay_domain, *self.other_relay_domains)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A value that the source has and that is none of those known: neither absent nor to be taken for any of them.

    ``where`` is the report's column or the path in an API answer, ``shown`` what may be printed of the value.
    """

    where: str
    shown: str


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One row of an order. ``price`` is the row's price in the order's currency, None where the report has none."""

    sku: str
    title: str
    quantity: int
    price: Decimal | None = None
    asin: str = ""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that the seller sends with an order's message."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """The buyer's mail that a message answers: its subject, its Message-ID, and those before it, the oldest first."""

    subject: str = field(repr=False)
    message_id: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the seller's report or the API shows it. Datetimes are aware."""

    id: str
    marketplace: Marketplace
    purchased_at: datetime
    items: tuple[OrderItem, ...]
    buyer_email: str = ""  # as the source has it; where its rows name several addresses, all of them, separated by ", "
    buyer_name: str = ""
    recipient_name: str = ""
    state: str | NotUnderstood = ""  # lower case, "" where the source does not say
    currency: str = ""
    language: str = ""  # the buyer's own preference, "" where only the marketplace's is known
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None  # delivery, or the latest estimate of it
    delivery_from: datetime | None = None
    delivery_to: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    ship_city: str = ""
    fulfilled_by_marketplace: bool = False
    line: int = 0  # first row in the source file
    details: Mapping[str, object] = field(default_factory=dict, repr=False)  # what the seller adds, by variable
    files: tuple[AttachedFile, ...] = ()
    cancel_requested: bool | NotUnderstood = False  # by the buyer, for any of the items
    thread: Thread | None = None  # the buyer's own, where the message is a reply in it
    ship_country: str = ""  # ISO 3166-1 alpha-2, "" where the source does not say
    ship_state: str = ""  # as the source has it
    fulfilment: Literal["AFN", "MFN", ""] = ""  # by the marketplace, by the seller, or not said

    @property
    def preferred_language(self) -> str:
        """The buyer's language where known, otherwise the marketplace's."""
        return self.language or self.marketplace.language


@dataclass(frozen=True, slots=True)
class BrokenOrder:
    """An order that a report holds but that cannot be read; ``problem`` names column, found and expected.

    ``rule`` is the slug that it is refused by.
    """

    id: str
    line: int
    problem: str
    rule: str
    hint: str = MEND_ROW
