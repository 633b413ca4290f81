"""Lines keep the mailbox's own height.

Amazon's guidelines forbid overriding the default line height. Any author value but ``normal`` and the CSS-wide keywords
counts, on any visible text, also through the ``font`` shorthand.

Permitted::

    <p style="line-height:normal">Your order is on its way.</p>

Rejected, line 1::

    <p style="font:16px/1.5 serif">Your order is on its way.</p>

To fix it: remove the declaration; space paragraphs with vertical margins instead.
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

RULE = Rule("line-height", "error", "default line height overridden", "look", "check", __doc__)


def _origin(run: Run) -> DeclarationOrigin | None:
    return run.style.origins.get("line-height")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that sets the line height of visible text."""
    yield from report_overridden(
        page,
        RULE,
        _origin,
        "the line height",
        "Remove it: lines must keep the mailbox's own height.",
        lambda origin, _run: origin.text or origin.written,
        "normal",
    )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, _origin)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["line-height"]), fix_page=fix_page)
