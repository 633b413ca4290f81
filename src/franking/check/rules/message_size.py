"""The HTML part is no larger than mail programs show (a warning).

Some mail programs cut an HTML part after 102 400 bytes; the rest, often the order's own facts, is not seen.

Permitted::

    <p>Your order is on its way.</p>

To fix it: shorten the style sheet, and remove comments and generated markup. The rule has no short example of its violation.
"""

from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.model import Finding, Rule

RULE = Rule("message-size", "warning", "HTML part larger than mail programs show", "look", "check", __doc__)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Warn above the policy's limit."""
    html = context.message.html
    if html is None:
        return
    limit = int(context.policy.value("html_bytes"))
    if 4 * len(html) <= limit:
        return
    size = len(html.encode("utf-8", "replace"))
    if size > limit:
        yield Finding(
            RULE.slug,
            RULE.severity,
            f"The HTML part has {size:,} bytes; some mail programs cut it at {limit:,}",
            "Shorten the style sheet and remove generated markup.",
            measured=size,
            limit=limit,
        )


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
