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
from franking.check.inherited_type import extent, overridden, without_declarations, written
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("line-height", "error", "default line height overridden", "look", "check", __doc__)


def _origin(run: Run) -> DeclarationOrigin | None:
    return run.style.origins.get("line-height")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that sets the line height of visible text."""
    for origin, run, count in overridden(page, _origin):
        yield on_page(
            page,
            RULE,
            origin.offset(),
            origin.element if origin.element.tag != "style" else run.element,
            f"{written(origin)} sets the line height{extent(count)}; the policy requires the mailbox's own",
            "Remove it: lines must keep the mailbox's own height.",
            measured=origin.text or origin.written,
            limit="normal",
        )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, _origin)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["line-height"]), fix_page=fix_page)
