"""The buyer has not opted out, and the address takes mail.

Buyers may opt out of a seller's messages, and addresses may bounce for good; both are kept in the ledger (``franking
suppress``). An opted-out buyer still gets the kinds that the policy calls critical, such as a problem with the order: those
then carry ``[Important]`` in their subject, which no other kind may. An address that bounced gets nothing. What already waits
for such a buyer, scheduled or to be tried again, fails before it would leave.

Permitted::

    suppressed: no

Permitted::

    kind: order_problem
    suppressed: opt-out

Refused::

    suppressed: opt-out

Refused::

    kind: order_problem
    suppressed: bounce

To mend it: nothing. ``franking suppress remove`` takes an address off the list when the buyer asks for it.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal

RULE = Rule("suppressed", "error", "buyer opted out, or the address bounced", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse by the ledger's suppressions, without naming the address."""
    reason = context.suppressed(order.buyer_email) if order.buyer_email else None
    if reason is None or needs_important(order, kind, context):
        return None
    told = "the buyer opted out of messages" if reason == "opt-out" else "the buyer's address bounced for good"
    return refusal(RULE, order, told)


def needs_important(order: Order, kind: Kind, context: Context) -> bool:
    """Whether the message may go out only as ``[Important]``: a critical kind to a buyer who opted out."""
    return kind.name in context.policy.critical_kinds and context.suppressed(order.buyer_email) == "opt-out"
