"""The types of a validated ``kind.toml`` and ``theme.toml``, as the cache on disk keeps them. The models in ``forms`` have the
same fields; they are only loaded to validate a new file. Type checkers alone import this module.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class VariableData(TypedDict):
    """A variable of a kind."""

    about: str
    type: Literal["text", "date", "datetime", "money", "number", "items"]
    optional: bool
    given: bool
    choices: list[str]


class AllowedData(TypedDict):
    """Permitted links or telephone numbers, each with its reason."""

    allowed: dict[str, str]


class AttachmentData(TypedDict):
    """A permitted attachment."""

    purpose: Literal["label", "invoice", "custom_design", "warranty", "instructions"]
    files: list[str]
    types: list[str]
    max_bytes: int
    reason: str


class AttachmentsData(TypedDict):
    """The permitted attachments of a kind, and whether a message needs one."""

    required: bool
    allowed: list[AttachmentData]


class KindData(TypedDict):
    """``kind.toml``."""

    title: str
    purpose: str
    window: Literal["contact", "review", "none"]
    states: list[str]
    needs: list[Literal["items", "delivery", "shipment"]]
    duplicates_marketplace: bool
    variables: dict[str, VariableData]
    links: AllowedData
    phones: AllowedData
    attachments: AttachmentsData


class BrandData(TypedDict):
    """The brand of a theme."""

    name: str
    about: str


class AssetData(TypedDict):
    """A registered image."""

    file: str
    alt: str
    purpose: Literal["logo", "symbol", "decoration"]
    sha256: str


class ThemeData(TypedDict):
    """``theme.toml``."""

    brand: BrandData
    assets: list[AssetData]
    vocabulary: list[str]
    mjml: dict[str, dict[str, str]]
