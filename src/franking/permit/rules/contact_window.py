"""The buyer may be written to for thirty days after the purchase.

Counted in calendar days at the marketplace, from the day of purchase; review requests count from delivery. The number
of days is policy data. Kinds that answer a buyer's own message have no such limit.

Permitted::

    purchased: 30 days ago

Refused::

    purchased: 31 days ago

To fix it: nothing; do not write to this buyer any more, unless the buyer writes first.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.model.counted import counted
from franking.permit.context import Context, days_since, is_review, refusal
from franking.permit.rule import PermitRule

RULE = Rule("contact-window", "error", "too long since the purchase", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse orders outside the window, and purchases that lie in the future."""
    if kind.window == "none":
        return None
    start, event = order.purchased_at, "the purchase"
    if is_review(kind):
        if order.delivered_at is None:
            return None  # review-window says so
        start, event = order.delivered_at, "the delivery"
    days = days_since(start, order, context)
    limit = int(context.policy.value("contact_days"))
    if days > limit:
        return refusal(RULE, order, f"{counted(days, 'day')} since {event}, the policy allows {limit}")
    if days_since(order.purchased_at, order, context) < 0:
        return refusal(RULE, order, "the purchase date is in the future", "Check --as-of and the report's dates.")
    return None


CHECK = PermitRule(RULE, check)
