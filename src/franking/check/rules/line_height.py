"""Lines keep the mailbox's own height.

Amazon's guidelines forbid overriding the default line height. Any author value but ``normal`` and the CSS-wide keywords
counts, on any visible text, also through the ``font`` shorthand.

Permitted::

    <p style="line-height:normal">Your order is on its way.</p>

Rejected, line 1::

    <p style="font:16px/1.5 serif">Your order is on its way.</p>

To fix it: remove the declaration; space paragraphs with vertical margins instead.
"""

from franking.check.overridden_type import about_type
from franking.model import Rule

RULE = Rule("line-height", "error", "default line height overridden", "look", "check", __doc__)

CHECK = about_type(
    rule=RULE,
    find=lambda run: run.style.origins.get("line-height"),
    what="the line height",
    hint="Remove it: lines must keep the mailbox's own height.",
    measured=lambda origin, _run: origin.text or origin.written,
    limit="normal",
    aspect="line-height",
)
