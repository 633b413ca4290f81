"""Text keeps the mailbox's own colour.

Amazon's guidelines forbid overriding the default font colour, and the mailbox's own colour is not known, so any
explicit value counts, links included: ``color``, ``-webkit-text-fill-color``, ``<font color>``, ``<body text link>``.
Background colours are free.

Permitted::

    <p style="background:#f4f4f4;color:inherit">Your order is on its way.</p>

Rejected, line 2::

    <p>Your order is on its way.</p>
    <a href="https://www.amazon.com/orders" style="color:#0066c0">Your orders</a>

To fix it: remove the declaration or attribute; mark things by weight or background instead.
"""

from franking.check.overridden_type import about_type
from franking.model import Rule

RULE = Rule("font-color", "error", "default font colour overridden", "look", "check", __doc__)

CHECK = about_type(
    rule=RULE,
    find=lambda run: run.style.origins.get("color") or run.style.origins.get("-webkit-text-fill-color"),
    what="the font colour",
    hint="Remove it: text must keep the mailbox's own colour.",
    measured=lambda origin, _run: origin.text,
    limit="the default",
    aspect="color",
)
