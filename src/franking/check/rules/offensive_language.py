"""No offensive words.

Swearing and insults, as whole words in every shipped language, in the visible text, alt and title texts, the subject and
the text part. A word that is harmless in the message's own language (Swedish "slut" is "end") passes there. The list,
with its reasons, is data: ``policy/words/offensive.toml``.

Permitted::

    <p>The class was assembled in Scunthorpe.</p>

Rejected, line 2::

    <p>Your order is on its way.</p>
    <p>Sorry for the shitty weather.</p>

To fix it: use polite words.
"""

from collections.abc import Iterator

from franking.check.rule_context import RuleContext
from franking.check.wording import about_wording, phrases
from franking.model import Finding, Rule

RULE = Rule("offensive-language", "error", "offensive words", "text", "check", __doc__)


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each word at its position."""
    return phrases(context, RULE, "offensive", "is offensive", "Say it politely.")


CHECK = about_wording(rule=RULE, on_message=check_message)
