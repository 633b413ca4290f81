"""The buyer has not opted out, and the address accepts mail.

Buyers may opt out of a seller's messages, and addresses may bounce for good; both are kept in the ledger (``franking
suppress``). By email, an opted-out buyer gets only a ``reply`` in the buyer's own thread: it keeps the thread's subject
and refers to the buyer's message (``In-Reply-To``, ``References``), and nothing is put before the subject. The table of
``--details`` gives ``thread-subject``, ``thread-message-id`` and, if there are any, ``thread-references``. Kinds that the
policy calls critical, such as a problem with the order, reach such a buyer by the marketplace's API only. An address that
bounced gets nothing. Messages that already wait for such a buyer, scheduled or deferred, fail before they would be sent.

Permitted::

    suppressed: no

Permitted::

    kind: reply
    thread: <buyer.1@amazon.example>
    suppressed: opt-out

Refused::

    kind: reply
    suppressed: opt-out

Refused::

    kind: order_problem
    suppressed: opt-out

Refused::

    suppressed: opt-out

Refused::

    kind: reply
    thread: <buyer.1@amazon.example>
    suppressed: bounce

To fix it: for a reply, add the thread to the details. Otherwise nothing: ``franking suppress remove`` takes an address off the
list when the buyer asks for it.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("suppressed", "error", "buyer opted out, or the address bounced", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse by the ledger's suppressions, without naming the address."""
    reason = context.suppressed(order.buyer_email) if order.buyer_email else None
    if reason is None:
        return None
    if reason != "opt-out":
        return refusal(RULE, order, "the buyer's address bounced for good")
    hint = ""
    if context.by_api:
        if kind.name in context.policy.critical_kinds:
            return None
    elif kind.name in context.policy.thread_kinds:
        if order.thread is not None:
            return None
        hint = "For a reply, add thread-subject and thread-message-id of the buyer's mail to the table of --details."
    elif kind.name in context.policy.critical_kinds:
        hint = "Only the marketplace's own API still delivers this kind: --channel api."
    return refusal(RULE, order, "the buyer opted out of messages", hint)


CHECK = PermitRule(RULE, check)
