"""The variables of templates: an order's data under flat, documented names. Values are text or numbers, never markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from franking.errors import TemplateError
from franking.model import Order, Theme

_WORD = re.compile(r"[^\W\d_]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(slots=True)
class Item:
    """An order item in templates; the sandbox prevents changes."""

    title: str
    quantity: int
    price: Decimal | None
    sku: str


ITEM_FIELDS = frozenset(["title", "quantity", "price", "sku"])


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    """External text without control characters and lone surrogates, which mails cannot contain."""
    return _CONTROL.sub(lambda m: "\ufffd" if "\ud800" <= m.group() <= "\udfff" else " ", text).strip()


def _total(order: Order) -> Decimal | None:
    total = Decimal()
    shown = [item for item in order.items if item.quantity > 0]  # the others were cancelled
    for item in shown:
        if item.price is None:
            return None
        total += item.price
    return total if shown else None


def _local(order: Order, name: str) -> object:
    moment = getattr(order, name)
    return moment.astimezone(ZoneInfo(order.marketplace.time_zone)) if moment is not None else None


def _page(order: Order, name: str) -> str:
    """The URL of a page of the order's marketplace; "" if there is none with that name."""
    url = dict(order.marketplace.pages).get(name, "")
    return url.replace("{domain}", order.marketplace.domain).replace("{order_id}", quote(order.id))


def _needed_page(order: Order, name: str) -> str:
    """The URL of a page that a message needs. Raises ``TemplateError`` if there is none."""
    url = _page(order, name)
    if not url:
        raise TemplateError(f"{order.marketplace.name} has no page that is known for {name}; write the link into the template")
    return url


PROVIDED: Mapping[str, Callable[[Order], object]] = {
    "order_id": lambda o: o.id,
    "buyer_name": lambda o: clean(o.buyer_name),
    "recipient_name": lambda o: clean(o.recipient_name),
    "items": lambda o: [Item(clean(i.title), i.quantity, i.price, clean(i.sku)) for i in o.items if i.quantity > 0],
    "item_count": lambda o: sum(i.quantity for i in o.items),
    "total": _total,
    "currency": lambda o: o.currency,
    "purchased_at": lambda o: _local(o, "purchased_at"),
    "shipped_at": lambda o: _local(o, "shipped_at"),
    "delivered_at": lambda o: _local(o, "delivered_at"),
    "delivery_from": lambda o: _local(o, "delivery_from"),
    "delivery_to": lambda o: _local(o, "delivery_to"),
    "ship_city": lambda o: clean(o.ship_city),
    "carrier": lambda o: clean(o.carrier),
    "tracking_number": lambda o: clean(o.tracking_number),
    "marketplace_name": lambda o: o.marketplace.name,
    "order_url": lambda o: _page(o, "order_url"),
    "contact_url": lambda o: _needed_page(o, "contact_url"),
    "review_url": lambda o: _needed_page(o, "review_url"),
    "feedback_url": lambda o: _needed_page(o, "feedback_url"),
}


def detail(order: Order, name: str) -> object:
    """The seller's value of a variable; None if there is none."""
    value = order.details.get(name)
    return clean_lines(value) if isinstance(value, str) else value


def clean_lines(text: str) -> str:
    """Like ``clean``, with line endings as ``\\n``."""
    return "\n".join(clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def words_of(theme: Theme) -> frozenset[str]:
    """The vocabulary of a theme, case-folded."""
    return _words("\n".join((theme.brand, theme.about, *theme.vocabulary)))


def vocabulary(order: Order, own: frozenset[str]) -> frozenset[str]:
    """The words of the order and the theme (``own``), case-folded. The spelling rule accepts them."""
    texts = order.buyer_name, order.recipient_name, order.ship_city, order.carrier, order.marketplace.name
    goods = [text for item in order.items for text in (item.title, item.sku)]
    return own.union(_words("\n".join(goods)), *map(_words, texts))


def names(order: Order) -> tuple[str, ...]:
    """The names of the people in an order, as templates show them."""
    return tuple(dict.fromkeys(name for name in (clean(order.buyer_name), clean(order.recipient_name)) if name))


def facts(order: Order) -> tuple[str, ...]:
    """The texts of an order as templates show them: names, products, places, the carrier."""
    goods = [clean(text) for item in order.items for text in (item.title, item.sku)]
    return tuple(dict.fromkeys(text for text in (*names(order), *goods, clean(order.ship_city), clean(order.carrier)) if text))


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    """The words of a text, case-folded. Cached, because products and places recur."""
    return frozenset(_WORD.findall(clean(text).casefold()))
