"""Reads ``templates/<kind>/``: the declaration of a kind and its sample orders."""

from __future__ import annotations

import json
import mimetypes
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from franking.catalog.toml import line_of, parse, read_text
from franking.errors import TemplateError
from franking.model import AllowedAttachment, AttachedFile, Kind, Marketplace, Order, OrderItem, Sample, Variable
from franking.model.details import parse_detail

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


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


class _KindFile(BaseModel):
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


def markups(folder: Path) -> list[Literal["html", "mjml"]]:
    """Markup languages of messages. The first one that exists is sent unless another is selected."""
    known: tuple[Literal["html", "mjml"], ...] = ("html", "mjml")
    return [markup for markup in known if (folder / f"message.{markup}.j2").is_file()]


def read_kind(folder: Path, markup: Literal["html", "mjml"] | None = None) -> Kind:
    """Read one kind, in its first markup or a given one. Raises ``TemplateError`` with file, line and the expected value."""
    path = folder / "kind.toml"
    data = parse(path, _KindFile)
    found = markups(folder)
    chosen = markup or (found[0] if found else "html")
    for needed in (f"message.{chosen}.j2", "subject.txt.j2"):
        if not (folder / needed).is_file():
            raise TemplateError(
                f"{folder / needed}: no such file; a kind has kind.toml, subject.txt.j2 and message.html.j2 or .mjml.j2"
            )
    return Kind(
        name=folder.name,
        path=str(folder),
        title=data.title,
        purpose=data.purpose,
        window=data.window,
        states=frozenset(data.states),
        needs=frozenset(data.needs),
        variables=tuple(
            Variable(name, v.about, v.type, v.optional, line_of(path, "variables", name), v.given, tuple(v.choices))
            for name, v in data.variables.items()
        ),
        allowed_links=data.links.allowed,
        allowed_phones=data.phones.allowed,
        allowed_attachments=tuple(
            AllowedAttachment(a.purpose, tuple(a.files), tuple(t.lower() for t in a.types), a.max_bytes, a.reason)
            for a in data.attachments.allowed
        ),
        attachment_needed=data.attachments.required,
        duplicates_marketplace=data.duplicates_marketplace,
        markup=chosen,
        samples=tuple(_sample(file) for file in sorted((folder / "samples").glob("*.json"))),
    )


def kind_names(templates: Path) -> list[str]:
    """The kinds in a templates folder. Raises ``TemplateError`` if there is no such folder."""
    if not templates.is_dir():
        raise TemplateError(
            f"{templates}: no such folder; create a project with `franking init`, run franking in the project folder, "
            "or pass --templates"
        )
    return sorted(p.parent.name for p in templates.glob("*/kind.toml") if NAME.fullmatch(p.parent.name))


def _sample(path: Path) -> Sample:
    try:
        data = json.loads(read_text(path))
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise TemplateError(f"{path}:{error.lineno}: no valid JSON: {error.msg.lower()}") from None
    except UnicodeEncodeError:
        raise TemplateError(f"{path}:1: contains half of a surrogate pair, which is not a character") from None
    except ValueError:
        raise TemplateError(f"{path}:1: contains a number that is too long") from None
    except RecursionError:
        raise TemplateError(f"{path}:1: nested too deep to be read") from None
    if not isinstance(data, dict) or not isinstance(data.get("order"), dict) or not isinstance(data.get("title"), str):
        raise TemplateError(f'{path}:1: expected {{"title": "…", "order": {{…}}}}')
    return Sample(path.stem, data["title"], str(path), data["order"])


def sample_order(sample: Sample, marketplace: Marketplace, kind: Kind | None = None) -> Order:
    """The sample as an order of a marketplace; times without offset are local there. Its details are the kind's given
    variables; attachments are files beside the sample.

    Raises ``TemplateError`` with the name of an invalid field.
    """
    values: Any = sample.order

    def moment(name: str) -> datetime | None:
        if not values.get(name):
            return None
        value = datetime.fromisoformat(values[name])
        return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(marketplace.time_zone))

    field = "id"
    try:
        order_id = str(values["id"])
        field = "purchased_at"
        purchased = moment("purchased_at")
        if purchased is None:
            raise ValueError
        field = "items"
        items = tuple(
            OrderItem(str(i["sku"]), str(i["title"]), int(i["quantity"]), Decimal(str(i["price"])) if "price" in i else None,
                      str(i.get("asin", "")))
            for i in values.get("items", [])
        )  # fmt: skip
        field = "details"
        given = {v.name: v for v in kind.variables if v.given} if kind is not None else {}
        written = {str(name): _in_language(value, marketplace) for name, value in values.get("details", {}).items()}
        details = {name: parse_detail(given[name], text) for name, text in written.items() if name in given}
        field = "files"
        files = tuple(_sample_file(Path(sample.file).parent, str(name)) for name in values.get("files", []))
        field = "delivery_from, delivery_to, delivered_at, shipped_at"
        return Order(
            order_id, marketplace, purchased, items, "sample@" + marketplace.relay_domain, str(values.get("buyer_name", "")),
            str(values.get("recipient_name", "")), "", marketplace.currency, "", moment("shipped_at"), moment("delivered_at"),
            moment("delivery_from"), moment("delivery_to"), str(values.get("carrier", "")),
            str(values.get("tracking_number", "")), str(values.get("ship_city", "")), details=details, files=files,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, AttributeError, InvalidOperation):
        raise TemplateError(f"{sample.file}: order.{field}: missing or of the wrong form") from None


def _in_language(value: object, marketplace: Marketplace) -> str:
    """A sample's detail: one text, or one for each language (English if the marketplace's is not among them)."""
    return str(value.get(marketplace.language, value["en"]) if isinstance(value, dict) else value)


def _sample_file(folder: Path, name: str) -> AttachedFile:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise ValueError(name)
    return AttachedFile(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())
