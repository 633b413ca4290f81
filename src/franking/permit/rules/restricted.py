"""The marketplace accepts messages of this kind and from this account.

A notice of the marketplace may say that it refuses a message, or that the account may not write to buyers any more. If
``franking bounces`` finds such a notice proven, it stops the kind of the message, or the account: its orders get no
messages, and waiting messages are held back. The stop is in the ledger, with its reason; ``franking status`` shows it.
Only a person can lift it, after settling it with the marketplace.

Permitted::

    stopped: no

Refused::

    stopped: the marketplace restricted the account

To fix it: settle it with the marketplace; ``franking evidence`` shows what was sent and by which rules. Then ``franking resume
--kind KIND`` or ``franking resume --account`` lifts the stop.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("restricted", "error", "the marketplace refuses this kind, or the account", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse by the ledger's stops."""
    if not context.stopped:
        return None
    return refusal(RULE, order, context.stopped, "Settle it with the marketplace; franking resume then lifts the stop.")


CHECK = PermitRule(RULE, check)
