"""Kinds of messages, themes and samples, as designers declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that a kind's templates may use."""

    name: str
    about: str
    type: Literal["text", "date", "datetime", "money", "number", "items"] = "text"
    optional: bool = False
    line: int = 0
    given: bool = False  # by the seller, because no report contains it
    choices: tuple[str, ...] = ()  # the permitted values, if they are limited


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
class AllowedAttachment:
    """The attachments that a kind permits: file names that match one of ``files`` (shell patterns), media types, and at
    most ``max_bytes`` per file."""

    purpose: Literal["label", "invoice", "custom_design", "warranty", "instructions"]
    files: tuple[str, ...]
    types: tuple[str, ...]
    max_bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A named example order of a kind, for previews. ``order`` is the content of the sample file, validated when it is
    read."""

    name: str
    title: str
    file: str
    order: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Theme:
    """A design: brand, style sheet, layout and registered images."""

    name: str
    path: str
    brand: str
    about: str
    css: str = field(repr=False)
    assets: tuple[Asset, ...] = ()
    vocabulary: frozenset[str] = frozenset()
    mjml: tuple[tuple[str, str, str], ...] = ()  # defaults of MJML components: component, attribute, value


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
    allowed_phones: Mapping[str, str] = field(default_factory=dict)
    allowed_attachments: tuple[AllowedAttachment, ...] = ()
    attachment_needed: bool = False
    duplicates_marketplace: bool = False
    samples: tuple[Sample, ...] = ()
    markup: Literal["html", "mjml"] = "html"

    @property
    def label(self) -> str:
        """The name, followed by the markup if it is not HTML. It distinguishes variants in files and lists."""
        return self.name if self.markup == "html" else f"{self.name}-{self.markup}"

    @property
    def message_file(self) -> str:
        """The template of the message."""
        return f"message.{self.markup}.j2"
