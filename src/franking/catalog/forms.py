"""The designers' files as Pydantic validates them. A valid file is not validated again (``toml``), so that most commands do
not load this module. ``form_data`` has the types of the results.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")


class _Variable(BaseModel):
    model_config = ConfigDict(extra="forbid")
    about: str
    type: Literal["text", "date", "datetime", "money", "number", "items"] = "text"
    optional: bool = False
    given: bool = False
    choices: list[str] = Field(default_factory=list)


class _Links(BaseModel):
    model_config = ConfigDict(extra="forbid")
    allowed: dict[str, str] = Field(default_factory=dict)


class _Phones(BaseModel):
    model_config = ConfigDict(extra="forbid")
    allowed: dict[str, str] = Field(default_factory=dict)


class _Attachment(BaseModel):
    model_config = ConfigDict(extra="forbid")
    purpose: Literal["label", "invoice", "custom_design", "warranty", "instructions"]
    files: list[str] = Field(min_length=1)
    types: list[str] = Field(min_length=1)
    max_bytes: int = Field(gt=0)
    reason: str = Field(min_length=1)


class _Attachments(BaseModel):
    model_config = ConfigDict(extra="forbid")
    required: bool = False
    allowed: list[_Attachment] = Field(default_factory=list)


class KindFile(BaseModel):
    """``kind.toml``."""

    model_config = ConfigDict(extra="forbid")
    title: str
    purpose: str
    window: Literal["contact", "review", "none"] = "contact"
    states: list[str] = Field(default_factory=list)
    needs: list[Literal["items", "delivery", "shipment"]] = Field(default_factory=list)
    duplicates_marketplace: bool = False
    variables: dict[str, _Variable]
    links: _Links = Field(default_factory=_Links)
    phones: _Phones = Field(default_factory=_Phones)
    attachments: _Attachments = Field(default_factory=_Attachments)


class _Brand(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    about: str = ""


class _Asset(BaseModel):
    model_config = ConfigDict(extra="forbid")
    file: str
    alt: str = Field(min_length=1)
    purpose: Literal["logo", "symbol", "decoration"]
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class ThemeFile(BaseModel):
    """``theme.toml``."""

    model_config = ConfigDict(extra="forbid")
    brand: _Brand
    assets: list[_Asset] = Field(default_factory=list)
    vocabulary: list[str] = Field(default_factory=list)
    mjml: dict[str, dict[str, str]] = Field(default_factory=dict)


def _text(value: object) -> object:
    """A number becomes the text that it is written as."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _moment(value: object) -> object:
    """A moment in ISO 8601; None for "" and null."""
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("datetime_type", "no moment") from None


def _amount(value: object) -> object:
    text = _text(value)
    found = Decimal(text) if isinstance(text, str) and _AMOUNT.fullmatch(text) else None
    if found is None:
        raise PydanticCustomError("decimal_type", "no amount")
    return found


def _count(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else value


def _detail(value: object) -> object:
    """One text, or one for each language."""
    texts = {str(language): _text(text) for language, text in value.items()} if isinstance(value, dict) else {"": _text(value)}
    if not all(isinstance(text, str) for text in texts.values()):
        raise PydanticCustomError("string_type", "no text")
    return texts if isinstance(value, dict) else texts[""]


_Text = Annotated[str, BeforeValidator(_text)]
_Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False, extra="forbid")  # a misspelt name is a lost value


class _Item(_Form):
    sku: _Text
    title: _Text
    quantity: Annotated[int, BeforeValidator(_count), Field(ge=0, lt=10**9)]
    price: Annotated[Decimal, BeforeValidator(_amount)] | None = None
    asin: _Text = ""


class SampleOrder(_Form):
    """The order of a sample."""

    id: _Text
    purchased_at: Annotated[datetime, BeforeValidator(_moment)]
    items: list[_Item] = Field(default_factory=list)
    buyer_name: _Text = ""
    recipient_name: _Text = ""
    shipped_at: _Moment = None
    delivered_at: _Moment = None
    delivery_from: _Moment = None
    delivery_to: _Moment = None
    carrier: _Text = ""
    tracking_number: _Text = ""
    ship_city: _Text = ""
    details: dict[str, Annotated[object, BeforeValidator(_detail)]] = Field(default_factory=dict)
    files: list[str] = Field(default_factory=list)


class SampleFile(_Form):
    """A sample, before its order is looked into."""

    title: str
    order: dict[str, Any]
