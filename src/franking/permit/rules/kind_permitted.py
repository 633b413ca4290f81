"""The policy permits this kind of message.

Marketplaces name the messages that a seller may write, and send others themselves. Which kinds are permitted or forbidden is
policy data, each with its source (``franking policy show``), and so is what applies to a kind that the policy does not name.

Permitted::

    kind: order_problem

Refused::

    kind: newsletter

To fix it: nothing, if the policy is the marketplace's. For another marketplace, or a shop of your own, name its policy with
``--policy``; a policy file of your own may permit a kind that only you have.
"""

from franking.model import Kind, Order, Refusal, Rule
from franking.permit.context import Context, refusal
from franking.permit.rule import PermitRule

RULE = Rule("kind-permitted", "error", "the policy forbids this kind of message", "permitted", "permit", __doc__)


def check(order: Order, kind: Kind, context: Context) -> Refusal | None:
    """Refuse a kind that the policy forbids, with the policy's own reason."""
    policy = context.policy
    if policy.permits(kind.name):
        return None
    if kind.name not in policy.kinds:
        return refusal(
            RULE,
            order,
            f"{policy.name} does not name the kind {kind.name}, and forbids what it does not name",
            "A policy file of your own can permit it, with its source.",
        )
    reason = policy.note(f"kinds.{kind.name}")
    return refusal(RULE, order, f"{policy.name} forbids {kind.name}" + (f": {reason}" if reason else ""))


CHECK = PermitRule(RULE, check)
