"""The order ID has the marketplace's form: seventeen digits, written 3-7-7.

Every message names its order, and the marketplace routes it by that ID. Anything else in the report's ID column means
that the row is not a marketplace order, or that columns have shifted. The form is policy data; another marketplace has
another one.

Permitted::

    id: 302-1234567-1234567

Refused::

    id: 302-1234567-123456

To fix it: take the order ID from the marketplace's own report.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("order-number", "error", "order ID not in the marketplace's format (3-7-7 digits)", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse any other form."""
    form = context.policy.order_ids
    if form.fits(order.id):
        return None
    return refusal(RULE, order, f"the order ID is not {form.words}", "Take the ID from the marketplace's own report.")


CHECK = PermitRule(RULE, check)
