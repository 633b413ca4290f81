"""The message does not influence which review the buyer writes.

Asking for a positive or five-star review, offering anything for a review, asking happy buyers only, "contact us first"
for the unhappy ones, and asking to change or remove a review violate the rule. A neutral question is fine. The lists,
with their reasons, are data: ``policy/words/review_manipulation.toml``.

Permitted::

    <p>If you would like to share your honest opinion, good or bad, you can do so here.</p>

Rejected, line 1::

    <p>If you are happy with your lamp, please leave a 5-star review.</p>

To fix it: ask for an honest opinion, once, without a condition.
"""

from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.wording import about_wording, phrases
from franking.model import Finding, Rule

RULE = Rule("review-manipulation", "error", "incentive or steering for reviews", "reviews", "check", __doc__)
_HINT = "Ask for an honest opinion, without a condition, a wish or a reward."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each phrase at its position."""
    return phrases(context, RULE, "review_manipulation", "steers reviews", _HINT)


CHECK = about_wording(rule=RULE, on_message=check_message)
