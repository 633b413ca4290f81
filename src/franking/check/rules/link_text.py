"""Every link has a text that says where it leads.

A link violates the rule when it has no accessible name (no text, ``aria-label`` or image alt text), when its text is a
bare URL, or when its text is only made of generic words such as "click here now" in any shipped language.

Permitted::

    <a href="https://www.amazon.com/orders">See your order</a>

Rejected, line 1::

    <a href="https://www.amazon.com/orders">Click here!</a>

To fix it: name the target of the link in its text.
"""

import re
from collections.abc import Iterator

from franking.check.rule import CheckRule
from franking.check.rule_context import RuleContext
from franking.html.visible import INVISIBLE, visible
from franking.model import Finding, Rule
from franking.policy.words import says_nowhere

RULE = Rule("link-text", "error", "link without explanatory text", "links", "check", __doc__)
_BARE_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S+|www\.\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_SUBSTANCE = re.compile(rf"[^{INVISIBLE}\W_]")  # a character of a word
_HINT = "Say in the link text where the link leads, for example “See your order”."


def check_message(context: RuleContext) -> Iterator[Finding]:
    """Report each rendered link whose name explains nothing."""
    for link in context.links:
        name = link.name.strip()
        plain = " ".join(_without_fringe(name).split()).casefold()
        if not visible(name):
            problem = "The link has no text, aria-label or image alt text"
        elif _BARE_URL.fullmatch(name):
            problem = "The link's text is a bare URL"
        elif not plain:
            problem = f"The link's text is no word: “{name[:20]}”"
        elif plain in context.policy.generic_link_texts or says_nowhere(plain):
            problem = f"The link text does not say where the link leads: “{name[:40]}”"
        else:
            continue
        yield context.at_element(RULE, link.element, problem, _HINT, measured=name[:60])


def _without_fringe(name: str) -> str:
    """A link's name from its first character of a word to its last."""
    first = _SUBSTANCE.search(name)
    if first is None:
        return ""
    end = len(name)
    while _SUBSTANCE.match(name, end - 1) is None:
        end -= 1
    return name[first.start() : end]


CHECK = CheckRule(rule=RULE, on_message=check_message, values="message")
