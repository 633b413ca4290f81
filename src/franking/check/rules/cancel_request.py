"""The buyer is not asked to cancel.

A seller who cannot fulfil an order reports that to the marketplace; asking the buyer to cancel it instead violates the
rule. The rule searches for such wording in every shipped language. The lists, with their reasons, are data:
``policy/words/cancel_request.toml``. In the kind ``reply`` the rule is off: there the buyer may have asked to cancel.

Permitted::

    <p>We cannot deliver the lamp and have cancelled your order. The amount is refunded.</p>

Rejected, line 1::

    <p>The lamp is out of stock. Please cancel your order.</p>

To fix it: cancel the order yourself, with the reason, and tell the buyer what happens next.
"""

from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.wording import about_wording, phrases
from franking.model import Finding, Rule

RULE = Rule("cancel-request", "error", "the buyer is asked to cancel", "text", "check", __doc__)
_HINT = "Cancel the order yourself, and tell the buyer what happens next."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each phrase at its position."""
    if context.message.kind == "reply":
        return
    yield from phrases(context, RULE, "cancel_request", "asks the buyer to cancel", _HINT)


CHECK = about_wording(rule=RULE, on_message=check_message)
