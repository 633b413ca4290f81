"""``templates/<kind>/samples/*.json``: orders that a kind is shown with."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from franking.catalog.toml import read_text
from franking.errors import TemplateError
from franking.files.strict_json import BadJson, fault_of, read_json
from franking.model import AttachedFile, Kind, Marketplace, Order, OrderItem, Sample
from franking.model.details import parse_detail

_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")


def _text(value: object) -> object:
    """Numbers stand for the text that they are written as."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _moment(value: object) -> object:
    """ISO 8601; "" and null are no moment."""
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
    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class _Item(_Form):
    sku: _Text
    title: _Text
    quantity: Annotated[int, BeforeValidator(_count), Field(ge=0, lt=10**9)]
    price: Annotated[Decimal, BeforeValidator(_amount)] | None = None
    asin: _Text = ""


class _Order(_Form):
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


class _Sample(_Form):
    title: str
    order: dict[str, Any]


def parse_sample(text: str, file: str) -> dict[str, Any]:
    """The order of a sample file's text, and its title. Raises ``TemplateError`` that names the line or the field."""
    try:
        found = _Sample.model_validate(read_json(text))
    except BadJson as error:
        raise TemplateError(f"{file}:{error.line}: no valid JSON: {error.reason}") from None
    except ValidationError as error:
        raise TemplateError(f'{file}:1: {fault_of(error)}; expected {{"title": "…", "order": {{…}}}}') from None
    return {"title": found.title, "order": found.order}


def read_sample(path: Path) -> Sample:
    """A sample file. Raises ``TemplateError`` that names the line or the field."""
    found = parse_sample(read_text(path), str(path))
    return Sample(path.stem, found["title"], str(path), found["order"])


def sample_order(sample: Sample, marketplace: Marketplace, kind: Kind | None = None) -> Order:
    """The sample as an order of a marketplace; times without offset are the marketplace's own. Its details are those that
    the kind takes from the seller, its files stand beside the sample.

    Raises ``TemplateError`` naming the field that does not fit.
    """
    try:
        form = _Order.model_validate(sample.order)
    except ValidationError as error:
        raise TemplateError(f"{sample.file}: {fault_of(error, 'order')}") from None
    zone = ZoneInfo(marketplace.time_zone)

    def moment(value: datetime | None) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=zone)

    purchased = moment(form.purchased_at)
    assert purchased is not None
    return Order(
        form.id,
        marketplace,
        purchased,
        tuple(OrderItem(item.sku, item.title, item.quantity, item.price, item.asin) for item in form.items),
        "sample@" + marketplace.relay_domain,
        form.buyer_name,
        form.recipient_name,
        "",
        marketplace.currency,
        "",
        moment(form.shipped_at),
        moment(form.delivered_at),
        moment(form.delivery_from),
        moment(form.delivery_to),
        form.carrier,
        form.tracking_number,
        form.ship_city,
        details=_details(sample, form.details, marketplace, kind),
        files=tuple(_file(sample, f"order.files[{number}]", name) for number, name in enumerate(form.files)),
    )


def _details(sample: Sample, details: Mapping[str, Any], marketplace: Marketplace, kind: Kind | None) -> dict[str, Any]:
    """What the kind takes from the seller: one text, or one for each language (English where the marketplace's is not among
    them)."""
    found: dict[str, Any] = {}
    for variable in kind.variables if kind is not None else ():
        value = details.get(variable.name)
        if not variable.given or value is None:
            continue
        text = value.get(marketplace.language, value.get("en")) if isinstance(value, dict) else value
        if text is None:
            raise TemplateError(f"{sample.file}: order.details.{variable.name}.en is missing")
        try:
            found[variable.name] = parse_detail(variable, text)
        except ValueError as error:
            raise TemplateError(f"{sample.file}: order.details.{variable.name}: {error}") from None
    return found


def _file(sample: Sample, place: str, name: str) -> AttachedFile:
    folder = Path(sample.file).parent
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise TemplateError(f"{sample.file}: {place}: no such file beside the sample")
    return AttachedFile(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
