"""``KEY=PATTERN``: one condition on an order.

A verdict has three values: True, False, and None if the order does not contain it. In a pattern, ``*`` matches any characters
and ``?`` one; every other character matches itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from franking.errors import InputError
from franking.model import Order
from franking.policy import every_marketplace

Verdict = bool | None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What other orders and the outbox contain: whether a buyer has another order, and whether an order has a message of a
    kind that was sent, is being sent, or may have been."""

    buys_again: Callable[[Order], bool | None] = lambda _order: None
    sent: Callable[[str, str], bool] = lambda _order_id, _kind: False


@dataclass(frozen=True, slots=True)
class Term:
    """A condition as it was written. ``role`` is what a report needs a column for, "" for nothing; ``column`` is how that
    column is called in the order reports."""

    text: str
    key: str
    role: str = field(compare=False)
    column: str = field(compare=False)
    judge: Callable[[Order, OrderFacts], Verdict] = field(compare=False, repr=False)
    kind: str = ""  # that the outbox is asked for

    @classmethod
    def parse(cls, option: str, text: str) -> Term:
        """From ``KEY=PATTERN``. Raises ``InputError`` that names the option."""
        shown = f"{option} {text[:60]!r}"
        key, equals, pattern = (part.strip() for part in text.partition("="))
        if not equals:
            raise InputError(f"{shown}: expected KEY=PATTERN, for example sku=ABC* ({', '.join(_KEYS)})")
        if key not in _KEYS:
            raise InputError(f"{shown}: unknown key {key[:30]!r}; expected one of: {', '.join(_KEYS)}")
        if not pattern:
            raise InputError(f"{shown}: an empty pattern; expected {_KEYS[key].example}")
        made = _KEYS[key]
        return cls(f"{key}={pattern}", key, made.role, made.column, made.make(shown, pattern), pattern if key == "sent" else "")


@dataclass(frozen=True, slots=True)
class _Key:
    make: Callable[[str, str], Callable[[Order, OrderFacts], Verdict]]
    example: str
    role: str = ""
    column: str = ""


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True if one is true, else None if one is not known."""
    found = list(verdicts)
    return True if True in found else None if None in found else False


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False if one is false, else None if one is not known."""
    found = list(verdicts)
    return False if False in found else None if None in found else True


def pattern_of(text: str, *, cased: bool) -> re.Pattern[str]:
    """A pattern as a regular expression."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in text), re.DOTALL | (0 if cased else re.IGNORECASE))


def _items(name: str, *, every: bool, cased: bool) -> Callable[[str, str], Callable[[Order, OrderFacts], Verdict]]:
    def make(_shown: str, text: str) -> Callable[[Order, OrderFacts], Verdict]:
        fits = pattern_of(text, cased=cased).fullmatch
        together = all_of if every else any_of

        def judge(order: Order, _facts: OrderFacts) -> Verdict:
            values = [getattr(item, name) for item in order.items]
            return together(fits(value) is not None if value else None for value in values) if values else None

        return judge

    return make


def _marketplace(shown: str, text: str) -> Callable[[Order, OrderFacts], Verdict]:
    fits = pattern_of(text, cased=False).fullmatch
    ids = frozenset(place.id for place in every_marketplace() if fits(place.name) or fits(place.id))
    if not ids:
        raise InputError(f"{shown}: no marketplace is called so; expected for example Amazon.de, Amazon.* or a marketplace id")
    return lambda order, _facts: order.marketplace.id in ids


def _channel(shown: str, text: str) -> Callable[[Order, OrderFacts], Verdict]:
    wanted = text.upper()
    if wanted not in ("AFN", "MFN"):
        raise InputError(f"{shown}: expected AFN (fulfilled by the marketplace) or MFN (by the seller)")
    return lambda order, _facts: order.fulfilment == wanted if order.fulfilment else None


def _buyer(shown: str, text: str) -> Callable[[Order, OrderFacts], Verdict]:
    if text not in ("repeat", "first"):
        raise InputError(f"{shown}: expected repeat (the buyer has another order) or first (no other order is known)")

    def judge(order: Order, facts: OrderFacts) -> Verdict:
        again = facts.buys_again(order)
        return None if again is None else again is (text == "repeat")

    return judge


def _sent(shown: str, text: str) -> Callable[[Order, OrderFacts], Verdict]:
    if not re.fullmatch(r"[a-z0-9_]{1,64}", text):
        raise InputError(f"{shown}: expected a kind of message, for example reply")
    return lambda order, facts: facts.sent(order.id, text)


_KEYS: Final[Mapping[str, _Key]] = {
    "sku": _Key(_items("sku", every=False, cased=True), "for example sku=ABC*", "sku", "sku"),
    "every-sku": _Key(_items("sku", every=True, cased=True), "for example every-sku=ABC*", "sku", "sku"),
    "asin": _Key(_items("asin", every=False, cased=False), "for example asin=B0ABCDE123", "asin", "asin"),
    "every-asin": _Key(_items("asin", every=True, cased=False), "for example every-asin=B0*", "asin", "asin"),
    "marketplace": _Key(_marketplace, "for example marketplace=Amazon.de"),
    "channel": _Key(_channel, "channel=AFN or channel=MFN", "fulfilment", "fulfillment-channel"),
    "buyer": _Key(_buyer, "buyer=repeat or buyer=first", "email", "buyer-email"),
    "sent": _Key(_sent, "for example sent=reply"),
}
