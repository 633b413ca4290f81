"""A review may be asked for five to thirty days after delivery.

Counted in calendar days at the marketplace, both ends included. Where only an estimated arrival is known, the latest
estimate counts. Kinds that do not ask for a review are not concerned.

Permitted::

    kind: review
    delivered: 5 days ago

Refused::

    kind: review
    delivered: 4 days ago

To fix it: plan the batch for later; the command names the first possible day.
"""

from datetime import timedelta

from franking.model import Kind, Order, Refusal, Rule
from franking.model.counted import counted
from franking.permit.context import Context, days_since, is_review, local_date, refusal
from franking.permit.rule import PermitRule

RULE = Rule("review-window", "error", "review request outside the days after delivery", "reviews", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse review requests too early, too late, or without a known delivery date."""
    if not is_review(kind):
        return None
    if order.delivered_at is None:
        return refusal(
            RULE, order, "the delivery date is not known", "Use the FBA shipments report or API orders, which contain it."
        )
    first, last = int(context.policy.value("review_days_min")), int(context.policy.value("review_days_max"))
    days = days_since(order.delivered_at, order, context)
    if first <= days <= last:
        return None
    when = local_date(order.delivered_at, order)
    if days < first:
        earliest = (when + timedelta(days=first)).isoformat()
        reason = f"not yet delivered (expected {when.isoformat()})" if days < 0 else f"{counted(days, 'day')} after delivery"
        return refusal(RULE, order, f"{reason}, the policy requires {first} to {last}", f"Possible from {earliest}.")
    return refusal(RULE, order, f"{counted(days, 'day')} after delivery, the policy requires {first} to {last}")


CHECK = PermitRule(RULE, check)
