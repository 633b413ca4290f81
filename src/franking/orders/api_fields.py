"""What both versions of the Orders API have in common: fields that may be absent, money, moments, and errors by their path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from franking.files.strict_json import fault_of
from franking.model import Marketplace, OrderItem
from franking.orders.agreement import Contradiction, Entry, distinct
from franking.orders.amounts import fits
from franking.orders.states import shown
from franking.orders.values import masked, parse_datetime
from franking.policy import marketplace as find_marketplace
from franking.policy.reasons.broken_row import RULE as BROKEN_ROW
from franking.policy.relays import read_address

M = TypeVar("M", bound=BaseModel)
_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")


class Unreadable(Exception):
    """An order that cannot be read. The text begins with the path of what is wrong and holds no personal data."""

    def __init__(self, text: str, rule: str = BROKEN_ROW.slug) -> None:
        super().__init__(text)
        self.rule = rule


def _text(value: object) -> object:
    return "" if value is None else value.strip() if isinstance(value, str) else value


def _number(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _count(value: object) -> object:
    if isinstance(value, bool):  # which pydantic takes for 0 or 1
        raise PydanticCustomError("int_type", "a truth value")
    return value


Count = Annotated[int, BeforeValidator(_count)]
Text = Annotated[str, BeforeValidator(_text)]
Amount = Annotated[str, BeforeValidator(_number)]
Id = Annotated[str, BeforeValidator(_number)]


class Model(BaseModel):
    """An object of an answer. Each version subclasses it, and the parts below, with its spelling of the names."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Money(Model):
    """An amount as it is written, and its currency."""

    currency_code: Text = ""
    amount: Amount = ""


class Buyer(Model):
    """Whom to write to."""

    buyer_email: Text = ""
    buyer_name: Text = ""


class Address(Model):
    """Where the goods go."""

    name: Text = ""
    city: Text = ""
    country_code: Text = ""
    state_or_region: Text = ""


def read_model(model: type[M], raw: object, path: str) -> M:
    """The value as a model. Raises ``Unreadable`` with the path of the first field that does not fit."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Unreadable(fault_of(error, path)) from None


def amount(text: str, path: str) -> Decimal | None:
    """An amount as the API writes it, with a point; None if there is none. Raises ``Unreadable``."""
    if not text:
        return None
    if not _AMOUNT.fullmatch(text):
        raise Unreadable(f"{path}: {masked(text)!r} is not an amount, expected for example 19.99")
    return Decimal(text)


def moment(text: str, path: str, place: Marketplace) -> datetime | None:
    """A moment, None if there is none. Raises ``Unreadable``."""
    if not text:
        return None
    try:
        return parse_datetime(text, place)
    except (ValueError, OverflowError):
        raise Unreadable(f"{path}: {masked(text)!r} is not a date, expected for example 2026-11-20T08:15:42Z") from None


def needed_moment(text: str, path: str, place: Marketplace) -> datetime:
    """The same where there must be one. Raises ``Unreadable``."""
    found = moment(text, path, place)
    if found is None:
        raise Unreadable(f"{path} is empty, expected for example 2026-11-20T08:15:42Z")
    return found


def place_of(names: Mapping[str, str], address: str, address_path: str) -> Marketplace:
    """The marketplace that the fields (by path) agree on, else that of a relay address. Raises ``Unreadable``."""
    said = {
        path: name for path, name in names.items() if name and name.lower().replace("_", "-") not in ("non-amazon", "amazon")
    }
    found: dict[str, Marketplace] = {}
    for path, name in said.items():
        place = find_marketplace(name)
        if place is None:
            raise Unreadable(
                f"{path}: {shown(name)!r} is not a known marketplace, expected for example A1PA6795UKMFR9 or Amazon.de"
            )
        found[path] = place
    if len({place.id for place in found.values()}) > 1:
        raise Unreadable(f"{' and '.join(found)} name different marketplaces")
    if found:
        return next(iter(found.values()))
    relay = read_address(address)
    if relay.marketplace is not None:
        return relay.marketplace
    if relay.places:
        raise Unreadable(f"{address_path}: a relay of {' or '.join(p.name for p in relay.places)}; pass --marketplace")
    if relay.form == "missing":
        raise Unreadable(
            f"{' and '.join(names)}: neither they nor a buyer address identify the marketplace; pass --marketplace"
        )
    raise Unreadable(f"{address_path}: {relay.fault}", "recipient")


def one_currency(said: Sequence[tuple[str, str]], place: Marketplace) -> str:
    """The currency that all the fields (path, currency) agree on, else the marketplace's. Raises ``Unreadable``."""
    named = [(path, currency.upper()) for path, currency in said if currency]
    other = next(((path, currency) for path, currency in named if currency != named[0][1]), None)
    if other is not None:
        raise Unreadable(f"{named[0][0]} and {other[0]} name different currencies")
    return named[0][1] if named else place.currency


def items_of(entries: Sequence[Entry[OrderItem]], names: Mapping[str, str], currency: str, path: str) -> tuple[OrderItem, ...]:
    """The items without repetitions, whose prices have no more decimals than the currency. ``names`` are the API's names of
    an item's fields. Raises ``Unreadable``."""
    items = _distinct_items(entries, names)
    for item in items:
        if item.price is not None and not fits(item.price, currency):
            raise Unreadable(f"{path}: the price of an item has more decimals than {currency}, expected for example 1089.90")
    return items


def _distinct_items(entries: Sequence[Entry[OrderItem]], names: Mapping[str, str]) -> tuple[OrderItem, ...]:
    def difference(one: OrderItem, other: OrderItem) -> str:
        get: Callable[[OrderItem, str], Any] = getattr
        return next((name for attribute, name in names.items() if get(one, attribute) != get(other, attribute)), "")

    try:
        return tuple(entry.item for entry in distinct(entries, difference))
    except Contradiction as contradiction:
        raise Unreadable(str(contradiction)) from None
