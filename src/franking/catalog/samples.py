"""``templates/<kind>/samples/*.json``: orders that a kind is shown with."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from franking.catalog.toml import read_text
from franking.errors import TemplateError
from franking.files.kept import keep, recalled
from franking.files.strict_json import BadJson, fault_of, read_json
from franking.model import AttachedFile, Kind, Marketplace, Order, OrderItem, Sample
from franking.model.details import parse_detail


def parse_sample(text: str, file: str) -> dict[str, Any]:
    """The order of a sample file's text, and its title. Raises ``TemplateError`` that names the line or the field."""
    from pydantic import ValidationError

    from franking.catalog.forms import SampleFile

    try:
        found = SampleFile.model_validate(read_json(text))
    except BadJson as error:
        raise TemplateError(f"{file}:{error.line}: no valid JSON: {error.reason}") from None
    except ValidationError as error:
        raise TemplateError(f'{file}:1: {fault_of(error)}; expected {{"title": "…", "order": {{…}}}}') from None
    return {"title": found.title, "order": found.order}


def read_sample(path: Path) -> Sample:
    """A sample file. Raises ``TemplateError`` that names the line or the field."""
    text = read_text(path)
    if recalled("SampleFile", text) is True:
        found: Any = read_json(text)
    else:
        found = parse_sample(text, str(path))
        keep("SampleFile", text, True)  # that it is valid; its order is not copied into the cache
    return Sample(path.stem, found["title"], str(path), found["order"])


def sample_order(sample: Sample, marketplace: Marketplace, kind: Kind | None = None) -> Order:
    """The sample as an order of a marketplace; times without offset are the marketplace's own. Its details are those that
    the kind takes from the seller, its files stand beside the sample.

    Raises ``TemplateError`` naming the field that does not fit.
    """
    from pydantic import ValidationError

    from franking.catalog.forms import SampleOrder

    try:
        form = SampleOrder.model_validate(sample.order)
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
