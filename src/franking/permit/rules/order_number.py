"""The order ID is seventeen digits, written 3-7-7.

Every message names its order, and the marketplace routes it by that ID. Anything else in the report's ID column means
that the row is not a marketplace order, or that columns have shifted.

Permitted::

    id: 302-1234567-1234567

Refused::

    id: 302-1234567-123456

To mend it: take the order ID from the marketplace's own report.
"""

import re

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("order-number", "error", "order ID is not 3-7-7 digits", "permitted", "permit", __doc__)
_ID = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse any other form."""
    if _ID.fullmatch(order.id):
        return None
    return refusal(RULE, order, "the order ID is not 3-7-7 digits", "Take the ID from the marketplace's own report.")


CHECK = PermitRule(RULE, check)
