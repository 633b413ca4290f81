"""The marketplace itself sends this confirmation (a warning).

Later guidelines call order and shipping confirmations from sellers duplicates of the marketplace's own. The rule warns in
``franking plan``; it refuses nothing.

Permitted::

    kind: review
    delivered: 6 days ago

Warned::

    kind: confirmation

To fix it: send such a message only if it says what the marketplace's own does not.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("duplicate-of-amazon", "warning", "the marketplace itself sends this confirmation", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Warn for the kinds that say so."""
    if not kind.duplicates_marketplace:
        return None
    return refusal(RULE, order, f"{order.marketplace.name} sends its own order confirmation")


CHECK = PermitRule(RULE, check)
