"""The message contains no advertising.

Discounts, coupons, other products, "follow us", "visit our store", gift cards, newsletters: a permitted message serves
the order it belongs to. The rule searches the visible text, alt and title texts, the subject and the text part, in every
shipped language. The lists, with their reasons, are data: ``policy/words/promotion.toml``.

Permitted::

    <p>We offer to deliver on Monday, free of charge. The price of your order is 89.90 EUR.</p>

Rejected, line 2::

    <p>Your order is on its way.</p>
    <p>Get 10 % off your next order with this discount code.</p>

To fix it: remove the sentence.
"""

from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.wording import about_wording, phrases
from franking.model import Finding, Rule

RULE = Rule("promotion", "error", "marketing or promotional message", "text", "check", __doc__)
_HINT = "Remove the sentence: the message may serve this order only."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each phrase at its position."""
    return phrases(context, RULE, "promotion", "is promotion", _HINT)


CHECK = about_wording(rule=RULE, on_message=check_message)
