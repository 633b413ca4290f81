"""The items of a parcel: those that its row names, or those of its order that are open, never more than there are."""

from __future__ import annotations

from dataclasses import dataclass

from franking.errors import InputError
from franking.feeds import Shipment
from franking.model import NotUnderstood, Order
from franking.model.counted import counted
from franking.orders.parcels import ParcelRow

_OVER = ("canceled", "refunded", "returned", "unfulfillable", "pending", "pendingavailability")


@dataclass(frozen=True, slots=True)
class Known:
    """An order, and how many pieces of each item earlier rows of the file have; for (order, item)."""

    order: Order
    taken: dict[tuple[str, str], int]


def item_list(row: ParcelRow, order: Order | None, quantity: int | None) -> list[tuple[str, int]]:
    """The items of a row: its own, else the open ones of the order; empty where only the whole order is known. Raises
    ``InputError`` for a quantity without its item, and an item whose quantity nothing gives."""
    number = row.cells.get("item", "")
    items = {item.number: item for item in order.items if item.quantity > 0} if order is not None else {}
    if not number:
        if quantity is not None and len(items) != 1:
            raise row.fail("quantity", "has no order-item-id, and the order does not have exactly one item; expected both")
        if not items or any(not key for key in items):
            return []
        return [
            (key, quantity or item.quantity - (item.shipped or 0))
            for key, item in items.items()
            if quantity or item.quantity > (item.shipped or 0)
        ]
    if order is not None and number not in items:
        raise row.fail("item", "is no item of this order in the order file, expected one that it has")
    if quantity is None:
        if order is None:
            raise row.fail("quantity", "is empty, expected the number of pieces, or --orders FILE")
        quantity = items[number].quantity - (items[number].shipped or 0)
        if quantity < 1:
            raise row.fail("item", "was dispatched whole, by the order file; expected an item that is open")
    return [(number, quantity)]


def check_against(row: ParcelRow, known: Known, shipment: Shipment) -> None:
    """Raise ``InputError`` if, by the order file, a parcel is impossible: an order that is over, or more pieces of an item
    than are open."""
    order = known.order
    if isinstance(order.state, NotUnderstood):
        raise row.fail("id", f"the order's state is not known: {order.state.where} is {order.state.shown!r}")
    if order.state in _OVER:
        raise row.fail("id", f"the order is {order.state}, expected one that can be dispatched")
    if order.fulfilled_by_marketplace:
        raise row.fail("id", "the marketplace dispatches this order itself, expected one of the seller's own")
    items = {item.number: item for item in order.items}
    if order.items and not shipment.items and all(item.shipped == item.quantity for item in order.items):
        raise row.fail("id", "everything of the order was dispatched, by the order file")
    for number, quantity in shipment.items:
        key = (order.id, number)
        known.taken[key] = known.taken.get(key, 0) + quantity
        item = items[number]  # ``item_list`` takes no other
        done = item.shipped if item.shipped is not None else item.quantity if order.state == "shipped" else 0
        left = item.quantity - done
        if known.taken[key] > left:
            raise InputError(
                f"{row.where}: quantity: found {counted(known.taken[key], 'piece')} of an item over all parcels, "
                f"expected at most {left}: that many are open"
            )
