"""The order is in the state that the kind of message needs.

Buyers get no messages about cancelled, refunded or returned orders, except of the kinds for that purpose. A kind may also
need data that an order can lack: its items, a delivery date. The state comes from the report's own column, from the kind
of report, or from a second report given with ``--states``. A state that is not known, or that the second report has in a
row that cannot be read, is refused for every kind. An order that is ``invoiceunconfirmed`` counts as shipped; for a
message about the dispatch, an unshipped one does too where ``franking ship-confirm`` has confirmed it since.

Permitted::

    state: unshipped

Refused::

    state: canceled

Refused::

    items: none

Refused::

    state: teleported

To fix it: nothing if the order is cancelled; otherwise use a report that has what is missing.
"""

from franking.model import Kind, NotUnderstood, Order, Refusal, Rule
from franking.model.feeds import LineState
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule(
    "order-state", "error", "order is cancelled, refunded, returned, or not in the needed state", "permitted", "permit", __doc__
)
_SHIPMENT = "Use a report with carrier, tracking-number and shipment-date, such as FBA fulfilled shipments."
_UNKNOWN = "Expected for example Unshipped, Shipped or Canceled; --states names it from a newer report."
_ITEMS = "A v0 getOrders answer never holds items: add the getOrderItems answers with --items."
_OVER = ("canceled", "refunded", "returned", "unfulfillable", "undelivered")
_KNOWN = frozenset(
    [*_OVER, "", "pending", "pendingavailability", "unshipped", "partiallyshipped", "shipped", "invoiceunconfirmed"]
)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse by state first, then by what the kind's text needs."""
    state = order.state
    if isinstance(state, NotUnderstood):
        return refusal(RULE, order, f"the order's state is not known: {state.where} is {state.shown!r}", _UNKNOWN)
    if state not in _KNOWN:
        return refusal(RULE, order, f"the order's state is not known: {state!r}", _UNKNOWN)
    if state == "unshipped" and kind.name in context.policy.dispatched_kinds:
        state = "shipped" if context.dispatch(order.id) is LineState.ACCEPTED else state  # the file is older than the dispatch
    taken = kind.states | {"invoiceunconfirmed"} if "shipped" in kind.states else kind.states
    if state in _OVER and state not in taken:
        return refusal(RULE, order, f"the order is {state}")
    if state and taken and state not in taken:
        return refusal(RULE, order, f"the order is {state}, {kind.name} needs {' or '.join(sorted(kind.states))}")
    if "items" in kind.needs and not any(item.quantity > 0 for item in order.items):
        return refusal(RULE, order, f"no items, {kind.name} lists them", _ITEMS)
    if "items" in kind.needs and any(item.quantity > 0 and not item.title.strip() for item in order.items):
        return refusal(RULE, order, f"an item without a title, {kind.name} lists them", "Use a report with product names.")
    if "shipment" in kind.needs and not (order.carrier and order.tracking_number and order.shipped_at):
        return refusal(RULE, order, f"{kind.name} needs the carrier, the tracking number and the day of dispatch", _SHIPMENT)
    if "delivery" in kind.needs and (order.delivery_from is None or order.delivery_to is None):
        return refusal(RULE, order, f"no delivery window, {kind.name} names it", "Use a report with scheduled-delivery dates.")
    return None


CHECK = PermitRule(RULE, check)
