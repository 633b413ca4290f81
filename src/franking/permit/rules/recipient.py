"""The recipient is the order's own buyer, behind the marketplace's relay.

The marketplace gives each buyer an anonymous address, ``token@marketplace.amazon.de``, at the domain of the order's own
marketplace. A missing address, a broken one, another marketplace's, or a private one is refused. A seller whose channel
is not the marketplace says so with ``--channel other``; then any valid address passes.

Permitted::

    email: q7x2m9w4k1@marketplace.amazon.de

Refused::

    email: somebody@example.com

Refused::

    email:

To mend it: use a report that has the buyer-email column filled.
"""

from franking.model import Kind, Order, Refusal, Rule, is_address
from franking.permit.context import Context, refusal

RULE = Rule("recipient", "error", "not the order's own buyer behind the marketplace's relay", "permitted", "permit",
            __doc__)  # fmt: skip


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse without naming the address: it is personal data."""
    if not order.buyer_email:
        return refusal(RULE, order, "the order has no buyer address", "Use a report with the buyer-email column filled.")
    if not is_address(order.buyer_email, public=True):
        return refusal(RULE, order, "the buyer address is no valid email address")
    if context.channel == "other" or not context.policy.addresses_must_be_relay:
        return None
    domain = order.buyer_email.rpartition("@")[2].lower()
    if domain == order.marketplace.relay_domain:
        return None
    if domain.startswith("marketplace.amazon."):
        return refusal(RULE, order, f"the buyer address belongs to another marketplace than {order.marketplace.name}")
    return refusal(RULE, order, f"the buyer address is not a relay address of {order.marketplace.name}",
                   "For another sales channel say --channel other.")  # fmt: skip
