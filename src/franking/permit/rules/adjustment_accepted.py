"""The marketplace has accepted the order's adjustment before its buyer gets a message about the problem.

A message about a problem with an order comes after its adjustment: the acknowledgement, cancellation or refund that ``franking
adjust`` submits. It may be sent as soon as the marketplace's processing report accepts every line of it. A message about a
delay needs none: nothing of the order is cancelled or refunded then. The rule applies to the kinds that the policy names, at
marketplaces that take such feeds, and for orders that the seller dispatches.

Permitted::

    kind: order_problem
    adjustment: accepted

Permitted::

    kind: order_problem
    problem: delayed
    adjustment: none

Permitted::

    kind: order_problem
    adjustment: none
    adjusted: by the operator

Refused::

    kind: order_problem
    adjustment: none

Refused::

    kind: order_problem
    adjustment: waiting

Refused::

    kind: order_problem
    adjustment: rejected

To fix it: ``franking adjust ORDER --orders FILE --reason NoInventory --submit``. Where the order was adjusted in another way,
such as in Manage Orders, pass ``--adjusted``.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.model.feeds import LineState
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("adjustment-accepted", "error", "the order's adjustment is not accepted yet", "permitted", "permit", __doc__)
_ADJUST = "Run franking adjust, or pass --adjusted where the order was adjusted in another way."
_WHY = {
    LineState.WAITING: ("the order's adjustment waits for its processing report", "franking feeds --continue reads it."),
    LineState.REJECTED: ("the marketplace rejected the order's adjustment", "franking feeds shows why."),
    LineState.DROPPED: ("the marketplace did not take the order's adjustment", _ADJUST),
    LineState.AMBIGUOUS: (
        "it is unknown whether the order's adjustment was done",
        "franking feeds --settle records what became of it.",
    ),
}
_DELAYED = "delayed"  # the one problem that changes nothing of the order


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse until the outbox, or the operator, says that it is accepted."""
    if kind.name not in context.policy.adjusted_kinds or context.adjusted or order.details.get("problem") == _DELAYED:
        return None
    if order.marketplace.platform != "amazon" or context.channel == "other" or order.fulfilled_by_marketplace:
        return None
    state = context.adjustment(order.id)
    if state is LineState.ACCEPTED:
        return None
    message, hint = _WHY[state] if state is not None else ("the order was not adjusted", _ADJUST)
    return refusal(RULE, order, message, hint)


CHECK = PermitRule(RULE, check)
