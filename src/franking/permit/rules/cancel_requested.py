"""The buyer has not asked to cancel the order.

A buyer who waits for a cancellation gets no confirmation and no request for a review. The request is in the order's
items: ``BuyerRequestedCancel`` of Orders v0 (where *true* is a text), ``cancellation.cancellationRequest`` of Orders
2026-01-01, ``is-buyer-requested-cancellation`` and ``buyer-requested-cancel-reason`` in reports; a second report given
with ``--states`` counts as well. A request for one item counts for the order. ``verge-of-cancellation`` is no request of
the buyer: the order was not confirmed as shipped in time. A value that is neither true nor false is refused as well. Only
the kinds that answer such a request may be sent (policy data): ``reply`` and ``return_follow_up``.

Permitted::

    cancel requested: no

Permitted::

    kind: reply
    cancel requested: yes

Refused::

    cancel requested: yes

Refused::

    cancel requested: not understood

To fix it: cancel the order, or answer the buyer with ``--kind reply``.
"""

from franking.model import Kind, NotUnderstood, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("cancel-requested", "error", "the buyer asked to cancel the order", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse on a wish, and on one that is not understood."""
    wish = order.cancel_requested
    if wish is False or kind.name in context.policy.kinds_despite_cancel_request:
        return None
    if isinstance(wish, NotUnderstood):
        return refusal(
            RULE,
            order,
            f"whether the buyer asked to cancel is not clear: {wish.where} is {wish.shown!r}",
            "Expected true or false.",
        )
    return refusal(RULE, order, "the buyer asked to cancel the order", "Cancel it, or answer the buyer with --kind reply.")


CHECK = PermitRule(RULE, check)
