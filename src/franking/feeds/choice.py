"""Which feed an order's state asks for: acknowledgement, cancellation or refund; and in words, why.

=====================================  ============================================================================
the order                              feed
=====================================  ============================================================================
nothing dispatched, all of it          ``OrderAcknowledgement``: Failure with a CancelReason
nothing dispatched, a part of it       refused: the rest must be confirmed as dispatched first
partly dispatched, pieces that are     ``OrderAdjustment``: Cancel with QuantityCancelled
not
dispatched pieces                      ``OrderAdjustment``: Refund with the amounts of the order file
pending, cancelled, returned, state    refused, with what would be needed
not known or contradictory
=====================================  ============================================================================

Source: Amazon's public feed documentation, as of August 2026. A refund from before dispatch is confirmed stays pending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from franking.feeds.actions import Acknowledgement, AdjustedItem, Adjustment
from franking.feeds.reasons import ADJUSTMENT_REASONS, CANCEL_REASONS, adjustment_reason, cancel_reason
from franking.feeds.refunds import Unclear, components
from franking.feeds.table import CURRENCIES
from franking.model import NotUnderstood, Order, OrderItem

_DISPATCHED = ("shipped", "invoiceunconfirmed", "undelivered")
_STATES = "an order file that has the state, or --states with a newer All orders report"
_QUANTITIES = "an order file with quantity-shipped: Unshipped orders, or API JSON with the items"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for. ``items`` are item numbers with their quantities, 0 for all of an item's pieces; none stands
    for everything that is open. ``tax`` is whether the file's prices include the tax, "" if the marketplace determines it."""

    reason: str
    items: Mapping[str, int] = field(default_factory=dict)
    tax: Literal["", "included", "separate"] = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done, and why: sentences for people."""

    action: Acknowledgement | Adjustment
    what: Literal["acknowledgement", "cancellation", "refund"]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """An item with its pieces that left, that did not, and that are asked about."""

    item: OrderItem
    left: int
    open: int
    wanted: int


def choose(order: Order, wish: Wish) -> Choice:
    """The feed for an order. Raises ``Unclear`` if its state does not determine it, or forbids it."""
    if order.fulfilled_by_marketplace:
        raise Unclear("order-fulfilled-by-marketplace", "the marketplace dispatches this order itself", "Manage Orders")
    state = order.state
    if isinstance(state, NotUnderstood):
        raise Unclear("state-unknown", f"the order's state is not known: {state.where} is {state.shown!r}", _STATES)
    if not state:
        raise Unclear("state-unknown", "the order file does not contain the order's state", _STATES)
    if state in ("pending", "pendingavailability"):
        raise Unclear("state-pending", f"the order is {state}: its payment is open", "wait until it is Unshipped")
    if state not in ("unshipped", "partiallyshipped", *_DISPATCHED):
        raise Unclear("state-over", f"the order is {state}: nothing of it is open", "nothing, or Manage Orders")
    pieces = _pieces(order, state, wish)
    if all(piece.wanted <= piece.open for piece in pieces):
        return _cancelled(order, state, wish, pieces)
    if all(piece.open == 0 for piece in pieces):
        return _refunded(order, wish, pieces)
    raise Unclear(
        "state-mixed",
        "some of the pieces were dispatched and others were not",
        "name the items of one sort with --item, and run it again for the others",
    )


def _pieces(order: Order, state: str, wish: Wish) -> list[_Pieces]:
    items = [item for item in order.items if item.quantity > 0]
    if not items:
        raise Unclear("items-missing", "the order file has no items of this order", "a report, or --items with getOrderItems")
    numbers = [item.number for item in items]
    if not all(number.isascii() and number.isdigit() for number in numbers) or len(set(numbers)) < len(numbers):
        raise Unclear(
            "items-missing", "the order file does not give each item its order-item-id", "a report with order-item-id"
        )
    found = []
    for item in items:
        left = _left(item, state)
        found.append(_Pieces(item, left, item.quantity - left, 0))
    if state == "partiallyshipped" and (not any(p.left for p in found) or not any(p.open for p in found)):
        raise Unclear("state-contradictory", "the order is partly dispatched, and its items contradict that", _QUANTITIES)
    dispatched = state in _DISPATCHED
    if not wish.items:
        return [_Pieces(p.item, p.left, p.open, p.left if dispatched else p.open) for p in found if dispatched or p.open > 0]
    chosen = []
    for piece in found:
        if piece.item.number not in wish.items:
            continue
        wanted = wish.items[piece.item.number] or piece.open or piece.left
        if wanted > piece.item.quantity:
            raise Unclear("items-too-many", f"--item: more pieces than the item has, {piece.item.quantity}", "fewer pieces")
        chosen.append(_Pieces(piece.item, piece.left, piece.open, wanted))
    if not chosen:
        raise Unclear("items-missing", "none of the items that --item names is of this order", "its order-item-id")
    return chosen


def _left(item: OrderItem, state: str) -> int:
    """How many pieces of an item were dispatched."""
    if item.shipped is None:
        if state == "partiallyshipped":
            raise Unclear("quantities-unknown", "the order file does not contain which pieces were dispatched", _QUANTITIES)
        return item.quantity if state in _DISPATCHED else 0
    if item.shipped > item.quantity or (state == "unshipped" and item.shipped):
        raise Unclear("state-contradictory", f"the order is {state}, and an item has {item.shipped} pieces dispatched", _STATES)
    if state in _DISPATCHED and item.shipped < item.quantity:
        raise Unclear("state-contradictory", f"the order is {state}, and an item has pieces that were not dispatched", _STATES)
    return item.shipped


def _cancelled(order: Order, state: str, wish: Wish, pieces: list[_Pieces]) -> Choice:
    if state == "unshipped":
        whole = {i.number: i.quantity for i in order.items if i.quantity > 0}
        if {p.item.number: p.wanted for p in pieces} != whole:
            raise Unclear(
                "part-of-unshipped",
                "nothing of the order was dispatched, and only a part of it is asked about",
                "franking ship-confirm for the rest first; then again with a newer order file",
            )
        reason = cancel_reason(wish.reason)
        if reason is None:
            raise Unclear("reason", f"an acknowledgement takes no reason {wish.reason}", _one_of(CANCEL_REASONS))
        why = [
            "nothing of the order was dispatched and all of it is asked about: an order acknowledgement refuses it (Failure)"
        ]
        if reason != wish.reason:
            why.append(f"an acknowledgement takes no reason {wish.reason}; it says {reason}")
        items = tuple((piece.item.number, piece.wanted) for piece in pieces)
        return Choice(Acknowledgement(order.id, reason, items), "acknowledgement", tuple(why))
    why = ["the order is partly dispatched: an order adjustment cancels the pieces that were not (ActionType Cancel)"]
    reason = _adjusting(wish.reason, why)
    adjusted = tuple(AdjustedItem(piece.item.number, piece.wanted) for piece in pieces)
    return Choice(Adjustment(order.id, "Cancel", reason, _currency(order), adjusted), "cancellation", tuple(why))


def _refunded(order: Order, wish: Wish, pieces: list[_Pieces]) -> Choice:
    why = ["the pieces were dispatched: an order adjustment refunds them (ActionType Refund)"]
    reason = _adjusting(wish.reason, why)
    currency = _currency(order)
    adjusted = []
    for piece in pieces:
        found = components(piece.item, piece.wanted, order.marketplace.country, wish.tax)
        adjusted.append(AdjustedItem(piece.item.number, piece.wanted, found))
    total = sum((value for item in adjusted for _, value in item.components), Decimal(0))
    why.append(f"in all {total:.2f} {currency}, by the amounts of the order file")
    return Choice(Adjustment(order.id, "Refund", reason, currency, tuple(adjusted)), "refund", tuple(why))


def _adjusting(wanted: str, why: list[str]) -> str:
    reason = adjustment_reason(wanted)
    if reason is None:
        raise Unclear("reason", f"an adjustment takes no reason {wanted}", _one_of(ADJUSTMENT_REASONS))
    if reason != wanted:
        why.append(f"an adjustment takes no reason {wanted}; it says {reason}")
    return reason


def _currency(order: Order) -> str:
    currency = order.currency or order.marketplace.currency
    if currency != order.marketplace.currency:
        raise Unclear(
            "currency",
            f"the order file's currency is {currency}, {order.marketplace.name} has {order.marketplace.currency}",
            "an order file of that marketplace",
        )
    if currency not in CURRENCIES:
        raise Unclear("currency", f"feeds take no currency {currency}", _one_of(CURRENCIES))
    return currency


def _one_of(names: frozenset[str]) -> str:
    return f"one of {', '.join(sorted(names))}"
