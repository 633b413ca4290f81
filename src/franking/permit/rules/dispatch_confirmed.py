"""The order's dispatch is confirmed at the marketplace before its buyer gets a message about it.

The order file, or the second one of ``--states``, says so by the order's state (Shipped, PartiallyShipped); or the outbox
does, where ``franking ship-confirm`` confirmed the dispatch and the marketplace accepted that. The rule applies to the kinds
that the policy names.

Permitted::

    kind: shipping_confirmation
    state: shipped

Permitted::

    kind: shipping_confirmation
    state:
    dispatch: accepted

Refused::

    kind: shipping_confirmation
    state:
    dispatch: none

Refused::

    kind: shipping_confirmation
    state:
    dispatch: waiting

To fix it: ``franking ship-confirm FILE --submit``, or a newer order file that has the state.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.model.feeds import LineState
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("dispatch-confirmed", "error", "the order's dispatch is not confirmed yet", "permitted", "permit", __doc__)
_DISPATCHED = ("shipped", "partiallyshipped", "invoiceunconfirmed")
_CONFIRM = "Run franking ship-confirm, or pass --states with a newer All orders report."
_WHY = {
    LineState.WAITING: "the confirmation of the order's dispatch waits for its processing report",
    LineState.REJECTED: "the marketplace rejected the confirmation of the order's dispatch",
    LineState.DROPPED: "the marketplace did not take the confirmation of the order's dispatch",
    LineState.AMBIGUOUS: "nobody knows whether the order's dispatch was confirmed",
}


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse until the order's state, or the outbox, says that it is confirmed."""
    if kind.name not in context.policy.dispatched_kinds or order.state in _DISPATCHED:
        return None
    if order.state and kind.states:
        return None  # the rule order-state judges it
    state = context.dispatch(order.id)
    if state is LineState.ACCEPTED:
        return None
    message = _WHY[state] if state is not None else "there is no record that the order was dispatched"
    return refusal(RULE, order, message, _CONFIRM)


CHECK = PermitRule(RULE, check)
