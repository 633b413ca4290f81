"""The types of a message from draft to the bytes that are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # types that only annotations name are not loaded at run time
    from datetime import datetime

    from franking.css.styled_document import StyledDocument
    from franking.model.catalog import AllowedAttachment, Asset
    from franking.model.evidence import Facts, Judgement
    from franking.model.ledger import Conditions, Key
    from franking.model.orders import AttachedFile, Marketplace, Thread
    from franking.model.rules import Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered message before its styles are inlined."""

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
    allowed_phones: Mapping[str, str] = field(default_factory=dict)  # number to reason, from the kind
    allowed_attachments: tuple[AllowedAttachment, ...] = ()
    vocabulary: frozenset[str] = frozenset()  # words of the order and the theme that no dictionary knows
    files: tuple[AttachedFile, ...] = ()
    untranslated: tuple[str, ...] = ()  # texts that the language's catalogue does not translate
    facts: tuple[str, ...] = field(default=(), repr=False)  # texts of the order, which the wording rules do not judge
    names: tuple[str, ...] = field(default=(), repr=False)  # of these, people's names
    thread: Thread | None = None  # the buyer's, whose subject the message keeps
    own_words: frozenset[str] = frozenset()  # the theme's, case-folded


@dataclass(frozen=True, slots=True)
class Encoded:
    """The texts of a message in quoted-printable (RFC 2045, section 6.7)."""

    html: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inlined:
    """A draft with inlined styles and its text part. ``encoded`` contains the encoded texts, and ``styled`` the parsed HTML
    part with its computed styles, if they are known already."""

    draft: Draft
    html: str = field(repr=False)
    text: str = field(repr=False)
    encoded: Encoded | None = field(default=None, repr=False, compare=False)
    styled: StyledDocument | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment of a message, other than its texts and their images; ``size`` in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """A finished message from any source, as input of the checker.

    ``files`` are image bytes by their URL. Fields that need an order, a kind or a theme are None or empty if it is unknown;
    the rules that need them are off then. ``styled`` is the parsed HTML part with its computed styles, if they are known
    already; it is ignored if ``html`` has been replaced since.
    """

    source: str
    html: str | None = field(repr=False, default=None)
    text: str | None = field(repr=False, default=None)
    subject: str | None = field(repr=False, default=None)
    order_id: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    marketplace: Marketplace | None = None
    allowed_links: Mapping[str, str] = field(default_factory=dict)
    assets: tuple[Asset, ...] | None = None  # the theme's registered images
    language: str = ""  # the buyer's language of preference, BCP 47
    allowed_phones: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    allowed_attachments: tuple[AllowedAttachment, ...] | None = None
    vocabulary: frozenset[str] | None = None  # words of the order and the theme
    facts: tuple[str, ...] = field(default=(), repr=False)  # the order's own texts: quoted, not said
    names: tuple[str, ...] = field(default=(), repr=False)  # of these, people's names
    kind: str = ""  # the kind of message, "" if none is known
    text_derived: bool = False  # whether the text part was derived from the HTML part, with a line per paragraph
    # For a mail with several parts: the names of the two parts above, and the other parts that a mail program may show.
    mime_html: str = ""
    mime_text: str = ""
    text_lines: tuple[tuple[int, int, int], ...] = ()  # line and column of the text, and the line that this was written in
    others: tuple[Message, ...] = ()
    is_other: bool = False
    own_words: frozenset[str] = frozenset()  # the theme's, case-folded
    text_limit: int = 0  # highest number of characters that the marketplace's API accepts; 0 for a mail
    styled: StyledDocument | None = field(default=None, repr=False, compare=False)


_TOKEN = object()


@dataclass(frozen=True, slots=True)
class Franked:
    """A message that passed every rule. Only ``franking.check`` can construct it, because only that package has the token."""

    inlined: Inlined
    policy: str
    warnings: tuple[Finding, ...] = ()
    token: InitVar[object] = None
    judged: Callable[[], Judgement] | None = field(
        default=None, repr=False, compare=False
    )  # the results of the checks, made on first use

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("only franking.check can make a Franked message")


@dataclass(frozen=True, slots=True)
class FrankedText:
    """A text for the marketplace's API that passed every rule. Only ``franking.check`` can construct it. ``text`` is "" if
    the call has no text. ``covered`` is the start and end of a warranty (RFC 3339), if the call has them."""

    draft: Draft
    text: str = field(repr=False)
    policy: str
    warnings: tuple[Finding, ...] = ()
    covered: tuple[str, str] | None = None
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("only franking.check can make a FrankedText")


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A franked message as bytes to send: MIME with CRLF line endings, or the body of an API call (its sender is ``api:…``
    then). Only ``franking.mail`` makes one, and only from a ``Franked`` or a ``FrankedText``."""

    key: Key
    sender: str
    recipient: str
    message_id: str
    content: bytes = field(repr=False)
    token: InitVar[object] = None
    due_at: datetime | None = None  # aware; when it may leave, None: at once
    threaded: bool = False  # a reply in the buyer's own thread, or a critical API call, which an opt-out leaves
    facts: Facts | None = None  # what was judged of it, where that is recorded
    conditions: Conditions | None = None  # what must still hold when it leaves

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise TypeError("only franking.mail can build an outgoing message, and only from a Franked one")
