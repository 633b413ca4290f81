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

from collections.abc import Iterator

from franking.check.edits import Edit
from franking.check.inherited_type import without_declarations
from franking.check.overridden_type import report_overridden
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.css.declaration_origin import DeclarationOrigin
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("font-color", "error", "default font colour overridden", "look", "check", __doc__)


def _origin(run: Run) -> DeclarationOrigin | None:
    origins = run.style.origins
    return origins.get("color") or origins.get("-webkit-text-fill-color")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that colours visible text."""
    yield from report_overridden(
        page,
        RULE,
        _origin,
        "the font colour",
        "Remove it: text must keep the mailbox's own colour.",
        lambda origin, _run: origin.text,
        "the default",
    )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, _origin)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["color"]), fix_page=fix_page)
