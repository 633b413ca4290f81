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
from franking.check.inherited_type import extent, overridden, without_declarations, written
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("font-color", "error", "default font colour overridden", "look", "check", __doc__)


def _origin(run: Run) -> DeclarationOrigin | None:
    origins = run.style.origins
    return origins.get("color") or origins.get("-webkit-text-fill-color")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that colours visible text."""
    for origin, run, count in overridden(page, _origin):
        yield on_page(
            page,
            RULE,
            origin.offset(),
            origin.element if origin.element.tag != "style" else run.element,
            f"{written(origin)} sets the font colour{extent(count)}; the policy requires the mailbox's own",
            "Remove it: text must keep the mailbox's own colour.",
            measured=origin.text,
            limit="the default",
        )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, _origin)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["color"]), fix_page=fix_page)
