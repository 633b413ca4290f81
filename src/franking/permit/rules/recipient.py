"""The recipient is the order's own buyer, at an address of the marketplace's relay.

The marketplace gives each buyer an anonymous address, ``token@marketplace.amazon.de``, at the domain of the order's own
marketplace (in Japan also ``m.marketplace.amazon.co.jp``). Upper and lower case are the same, the token has any length
and may have a ``+`` part. The rule refuses: no address, more than one (in a cell, or in the rows of one order), one that
is written with a name around it or is none, one of another marketplace, one at a domain that only looks like a relay's,
and a private one. An address that begins with ``blacklisted-`` was closed and never gets a message. The policy states
whose relays count (``platforms``) and whether private addresses are refused (``relay_only``). With ``relay_only =
false``, as in the policy ``basics``, any single valid address passes that does not begin with ``blacklisted-``. A message
sent by the marketplace's API needs no address: the API knows the order's buyer.

Permitted::

    email: q7x2m9w4k1@marketplace.amazon.de

Permitted::

    email: q7x2m9w4k1+8f2c@MARKETPLACE.AMAZON.DE

Refused::

    email: somebody@example.com

Refused::

    email: blacklisted-q7x2m9w4k1@marketplace.amazon.de

Refused::

    email: q7x2m9w4k1@marketplace.amazon.de.example.com

Refused::

    email: q7x2m9w4k1@marketplace.amazon.de, k4j6h8g2f1@marketplace.amazon.de

Refused::

    email:

To fix it: use a report that has the buyer-email column filled, one address per order.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule
from franking.policy.relays import AddressForm, read_address

RULE = Rule("recipient", "error", "not the order's own buyer behind the marketplace's relay", "permitted", "permit", __doc__)
_OTHER = "For another sales channel use a policy with relay_only = false, such as --policy basics."
_NEVER: dict[AddressForm, str] = {
    "missing": "Use a report with the buyer-email column filled.",
    "several": "An order has one buyer: download the report again.",
    "named": "Expected the bare address, as the report has it.",
    "invalid": "Expected for example token@marketplace.amazon.de.",
    "blacklisted": "Mail to this address is not read.",
}


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse without naming the address: it is personal data."""
    if context.by_api:
        return None
    found = read_address(order.buyer_email)
    if found.form in _NEVER:
        return refusal(RULE, order, found.fault, _NEVER[found.form])
    if context.channel == "other" or not context.policy.addresses_must_be_relay:
        return None
    if found.places:
        own = next((place for place in found.places if place.id == order.marketplace.id), None)
        if own is not None and own.platform in context.policy.platforms:
            return None
        names = " or ".join(place.name for place in found.places)
        if own is not None:
            return refusal(
                RULE,
                order,
                f"the order is of {names}, which the policy {context.policy.name} is not for",
                "Name the marketplace's policy with --policy.",
            )
        return refusal(
            RULE, order, f"the buyer address belongs to another marketplace, {names}, than the order, {order.marketplace.name}"
        )
    return refusal(RULE, order, found.fault, _OTHER)


CHECK = PermitRule(RULE, check)
