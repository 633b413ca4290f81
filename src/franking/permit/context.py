"""The context of permission rules, besides the order and the kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from franking.model import Key, Kind, Order, Refusal, Rule, State
from franking.model.feeds import LineState
from franking.policy import Policy


@dataclass(frozen=True, slots=True)
class Context:
    """The policy, the time (aware), the seller account, and the state of a key in the ledger (None: no row)."""

    policy: Policy
    now: datetime
    seller: str
    state_of: Callable[[Key], State | None]
    channel: Literal["marketplace", "other"] = "marketplace"
    suppressed: Callable[[str], str | None] = lambda _address: None  # "opt-out", "bounce" or None for an address
    example_brand: str = ""  # where the theme or the sender carries the example's brand
    stopped: str = ""  # why the marketplace takes no message of the kind, or of the account, from the seller
    adjustment: Callable[[str], LineState | None] = lambda _order: None  # where an order's adjustment stands
    dispatch: Callable[[str], LineState | None] = lambda _order: None  # where the confirmation of its dispatch stands
    adjusted: bool = False  # whether the operator states that the orders were adjusted
    by_api: bool = False  # whether the message would go by the marketplace's API, which knows the buyer without an address


def refusal(rule: Rule, order: Order, message: str, hint: str = "") -> Refusal:
    """A refusal of an order by a rule."""
    return Refusal(order.id, rule.slug, message, hint, order.line, rule.severity)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_date(moment: datetime, order: Order) -> date:
    """The calendar day of a time in the time zone of the order's marketplace."""
    return moment.astimezone(_zone(order.marketplace.time_zone)).date()


def days_since(moment: datetime, order: Order, context: Context) -> int:
    """Number of calendar days from a time until now, in the time zone of the order's marketplace."""
    return (local_date(context.now, order) - local_date(moment, order)).days


def is_review(kind: Kind) -> bool:
    """Whether a kind is a review request."""
    return kind.window == "review"
