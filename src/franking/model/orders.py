"""Orders from reports and the API, and their marketplaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

MEND_ROW: Final = "Fix the row in the report, or download the report again."


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One national marketplace. It determines language, time zone, currency and relay addresses of a message."""

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
    platform: str = "amazon"  # the platform that the marketplace belongs to, as in the policies
    # URLs of pages for buyers, by the name of the template variable, with {domain} and {order_id}. Not every platform has them.
    pages: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def relay_domains(self) -> tuple[str, ...]:
        """Every domain of the marketplace's relay addresses."""
        return (self.relay_domain, *self.other_relay_domains)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A value in the source that is present but unknown. ``where`` is the column of the report or the path in an API
    answer, ``shown`` the part of the value that may be printed.
    """

    where: str
    shown: str


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One row of an order. ``price`` is the row's price in the order's currency, None if the report has none.

    ``number`` is the marketplace's own of the item, ``shipped`` how many of its pieces were dispatched, ``charges`` are the
    row's other amounts by name (``tax``, ``shipping``, ``shipping_tax``, ``gift_wrap``, ``gift_wrap_tax``, ``item_promotion``,
    ``shipping_promotion``): they are read for adjustments only; "" and None if they are not, or the source does not say.
    """

    sku: str
    title: str
    quantity: int
    price: Decimal | None = None
    asin: str = ""
    number: str = ""
    shipped: int | None = None
    charges: Mapping[str, Decimal | NotUnderstood] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that the seller attaches to the message of an order."""

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
    buyer_email: str = ""  # as in the source; several addresses are separated by ", "
    buyer_name: str = ""
    recipient_name: str = ""
    state: str | NotUnderstood = ""  # lower case, "" if the source does not state it
    currency: str = ""
    language: str = ""  # the buyer's own preference, "" if only the marketplace's is known
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None  # delivery, or the latest estimate of it
    delivery_from: datetime | None = None
    delivery_to: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    ship_city: str = ""
    fulfilled_by_marketplace: bool = False
    line: int = 0  # first row in the source file
    details: Mapping[str, object] = field(default_factory=dict, repr=False)  # values that the seller adds, by variable
    files: tuple[AttachedFile, ...] = ()
    cancel_requested: bool | NotUnderstood = False  # by the buyer, for any of the items
    thread: Thread | None = None  # the buyer's own, where the message is a reply in it
    ship_country: str = ""  # ISO 3166-1 alpha-2, "" if the source does not state it
    ship_state: str = ""  # as the source has it
    fulfilment: Literal["AFN", "MFN", ""] = ""  # by the marketplace, by the seller, or not said

    @property
    def preferred_language(self) -> str:
        """The buyer's language if it is known, else the marketplace's (BCP 47)."""
        return self.language or self.marketplace.language


@dataclass(frozen=True, slots=True)
class BrokenOrder:
    """An order that cannot be read. ``problem`` names the column, what was found and what was expected; ``rule`` is the
    slug of the refusal.
    """

    id: str
    line: int
    problem: str
    rule: str
    hint: str = MEND_ROW
