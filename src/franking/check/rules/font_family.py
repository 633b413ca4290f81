"""Text keeps the mailbox's own font.

Amazon's guidelines forbid overriding the default font. Any author value but the CSS-wide keywords counts, on any
visible text: ``font-family``, ``font``, ``<font face>``. Monospace in ``<code>`` is the browser's own and passes.

Permitted::

    <p style="font-weight:bold">Order <code>112-1234567-1234567</code></p>

Rejected, line 1::

    <font face="Arial">Your order is on its way.</font>

To fix it: remove the declaration or attribute.
"""

from franking.check.overridden_type import about_type
from franking.model import Rule

RULE = Rule("font-family", "error", "default font overridden", "look", "check", __doc__)

CHECK = about_type(
    rule=RULE,
    find=lambda run: run.style.origins.get("font-family"),
    what="the font",
    hint="Remove it: text must keep the mailbox's own font.",
    measured=lambda _origin, run: run.style.font_family,
    limit="the default",
    aspect="font-family",
)
