"""The subject is not marked as important.

``[Important]`` in a subject overrode a buyer's opt-out until 25 April 2025. Since then it does nothing, and a seller who
writes it misuses it. Any letter case, spaces, and brackets of any form and width count.

Permitted::

    subject: Important for the delivery of your order 112-4471093-1120345

Rejected, line 1::

    subject: [IMPORTANT] Your order 112-4471093-1120345

To fix it: take it out of the subject.
"""

import re
import unicodedata
from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.check.segments import plain
from franking.model import Finding, Rule

RULE = Rule("important-subject", "error", "[Important] in the subject", "text", "check", __doc__)
_MARK = re.compile(r"[\[({<【〔〖「『《〈⟦⁅|*]\s*important\s*[!:]?\s*[\])}>】〕〗」』》〉⟧⁆|*]", re.IGNORECASE)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report the mark in the subject."""
    for segment in context.segments:
        if segment.part == "subject" and _MARK.search(unicodedata.normalize("NFKC", plain(segment.text))) is not None:
            yield context.at_segment(RULE, segment, 0, "The subject is marked [Important]", "Remove it from the subject.")


def inert(line: str) -> bool:
    """Lines of the text part have no part in it."""
    return True


CHECK = CheckRule(rule=RULE, on_message=check_message, values="segment", inert=inert)
