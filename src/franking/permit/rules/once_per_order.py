"""A buyer gets one message of a kind per order.

The ledger keeps one row per seller account, order and kind. A message that was sent, may have been sent (its reply was
lost) or failed for good is not written again; one that still waits is not written twice either, it goes out once.

Permitted::

    ledger: nothing

Refused::

    ledger: sent

Refused::

    ledger: ambiguous

To fix it: nothing, usually. An ambiguous message is settled with ``franking resolve``.
"""

from franking.model import Key, Kind, Order, Refusal, Rule, State
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("once-per-order", "error", "this kind was already sent for this order", "permitted", "permit", __doc__)
_REASONS = {
    State.SENT: ("already sent", ""),
    State.SENDING: ("being sent right now", ""),
    State.AMBIGUOUS: ("may have been sent: the server's reply was lost", "Settle it with franking resolve."),
    State.FAILED: ("was refused by the server for good", "See franking status for the server's reply."),
}


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse if the ledger has a row that is done or ambiguous."""
    state = context.state_of(Key(context.seller, order.id, kind.name))
    if state is None or state not in _REASONS:
        return None
    message, hint = _REASONS[state]
    return refusal(RULE, order, f"{kind.name} {message}", hint)


CHECK = PermitRule(RULE, check)
