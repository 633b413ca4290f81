"""No link and no wording offers to unsubscribe.

A permitted message belongs to one order and is no mailing, and the marketplace manages opt-outs itself. The rule searches
visible text, alt and title texts, the subject, the text part and link targets, in every shipped language.

Permitted::

    <p>To cancel the order, reply to this message. We will stop packing it.</p>

Rejected, line 1::

    <p>If you no longer wish to receive these emails, unsubscribe.</p>

To fix it: remove the sentence or link.
"""

import re
from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.wording import about_wording, phrases
from franking.model import Finding, Rule

RULE = Rule("opt-out-link", "error", "opt-out or unsubscribe link or wording", "links", "check", __doc__)
_HINT = "Remove it: an order message is no mailing that one could leave."
_TARGET = re.compile(
    r"unsubscri|opt[-_]?out|abmeld|abbestell|desabonn|desinscri|disiscri|darsedebaja|list-manage", re.IGNORECASE
)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report wording at its position, and targets of links."""
    yield from phrases(context, RULE, "opt_out", "offers to opt out", _HINT)
    for element in context.having("href"):
        if _TARGET.search(element.attrs["href"]):
            yield context.at_element(RULE, element, "The link's target is an opt-out", _HINT, attribute="href")


CHECK = about_wording(rule=RULE, on_message=check_message)
