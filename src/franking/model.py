"""The types that flow through the house: ``Order → Permit → Draft → Inlined → Franked → Outcome``.

All are frozen. Each stage takes the type of the stage before it, so a stage cannot be left out; in particular only
``franking.check`` can make a ``Franked`` message, and the outbox takes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from inspect import cleandoc
from typing import Literal

Severity = Literal["error", "warning"]


class FrankingError(Exception):
    """Unusable input or configuration: one line for the user, naming file, line, what was found and expected.

    The command line prints it and exits with 2.
    """


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


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One row of an order. ``price`` is the row's price in the order's currency, None where the report has none."""

    sku: str
    title: str
    quantity: int
    price: Decimal | None = None
    asin: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the seller's report or the API shows it. Datetimes are aware."""

    id: str
    marketplace: Marketplace
    purchased_at: datetime
    items: tuple[OrderItem, ...]
    buyer_email: str = ""
    buyer_name: str = ""
    recipient_name: str = ""
    state: str = ""  # lower case, "" where the source does not say
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

    @property
    def preferred_language(self) -> str:
        """The buyer's language where known, otherwise the marketplace's."""
        return self.language or self.marketplace.language


@dataclass(frozen=True, slots=True)
class BrokenOrder:
    """An order that a report holds but that cannot be read; ``problem`` names column, found and expected."""

    id: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Permit:
    """The permission to write to an order's buyer, with warnings that do not forbid it."""

    order: Order
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order's buyer must not be written to. ``rule`` is a slug; the texts hold no personal data."""

    order_id: str
    rule: str
    message: str
    hint: str = ""
    line: int = 0
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a kind's templates may use."""

    name: str
    about: str
    type: Literal["text", "date", "datetime", "money", "number", "items"] = "text"
    optional: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Asset:
    """A registered brand image of a theme."""

    file: str
    alt: str
    purpose: str
    sha256: str
    content: bytes = field(repr=False)
    media_type: str = "image/png"

    @property
    def cid(self) -> str:
        """The Content-ID that messages refer to the image by, without ``cid:``."""
        return self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Theme:
    """A look: brand facts, style sheet, layout and registered images."""

    name: str
    path: str
    brand: str
    about: str
    css: str = field(repr=False)
    assets: tuple[Asset, ...] = ()
    vocabulary: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message that the marketplace permits, with its templates' folder and declarations."""

    name: str
    path: str
    title: str
    purpose: str
    window: Literal["contact", "review", "none"]
    states: frozenset[str]
    needs: frozenset[str]
    variables: tuple[Variable, ...]
    allowed_links: Mapping[str, str] = field(default_factory=dict)
    duplicates_marketplace: bool = False
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered message whose styles still stand in its style sheet."""

    kind: str
    theme: str
    locale: str
    language: str
    order_id: str
    subject: str
    html: str = field(repr=False)
    images: Mapping[str, Asset] = field(default_factory=dict, repr=False)
    marketplace: Marketplace | None = None
    allowed_links: Mapping[str, str] = field(default_factory=dict)  # host to reason, from the kind
    assets: tuple[Asset, ...] = ()  # every image that the theme registers


@dataclass(frozen=True, slots=True)
class Inlined:
    """A draft with its styles inlined and its text part derived."""

    draft: Draft
    html: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy: ``source`` is a key of the policy's ``sources``, ``doc`` its module's docstring."""

    slug: str
    severity: Severity
    summary: str
    source: str
    stage: Literal["check", "permit"]
    doc: str | None = field(repr=False)

    @property
    def manual(self) -> str:
        """The manual page that ``explain`` prints."""
        return cleandoc(self.doc or "")


@dataclass(frozen=True, slots=True)
class Message:
    """A finished message as the checker takes it, whatever made it. ``files`` are image bytes by their URL."""

    source: str
    html: str | None = field(repr=False, default=None)
    text: str | None = field(repr=False, default=None)
    subject: str | None = field(repr=False, default=None)
    order_id: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    marketplace: Marketplace | None = None
    allowed_links: Mapping[str, str] = field(default_factory=dict)
    assets: tuple[Asset, ...] | None = None  # the theme's registered images; None where no theme is known


@dataclass(frozen=True, slots=True)
class TemplatePlace:
    """A line of a template."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation. ``line`` and ``column`` are 1-based places in the checked source; ``measured`` and ``limit`` are
    in the unit that the rule's manual names (shares are 0…1)."""

    rule: str
    severity: Severity
    message: str
    hint: str
    line: int = 1
    column: int = 1
    path: str = ""
    width: int | None = None
    measured: float | str | None = None
    limit: float | str | None = None
    undecided: bool = False
    part: Literal["html", "text", "subject"] = "html"
    template: TemplatePlace | None = None


_SEAL = object()


@dataclass(frozen=True, slots=True)
class Franked:
    """A message proven against every rule. Only ``franking.check`` makes one: the constructor wants its seal."""

    inlined: Inlined
    policy: str
    warnings: tuple[Finding, ...] = ()
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only franking.check can make a Franked message")


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
class Sealed:
    """A franked message as the bytes that go over the wire (CRLF line ends). Only ``franking.mail`` makes one, and only
    from a ``Franked`` message."""

    key: Key
    sender: str
    recipient: str
    message_id: str
    content: bytes = field(repr=False)
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only franking.mail can seal a message, and only a Franked one")


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


@dataclass(frozen=True, slots=True)
class Sample:
    """A named example order of a kind, for previews. ``order`` is what the sample file says, checked when it is read."""

    name: str
    title: str
    file: str
    order: Mapping[str, object] = field(repr=False)
