"""Text keeps the mailbox's own font.

Amazon's guidelines forbid overriding the default font. Any author value but the CSS-wide keywords counts, on any
visible text: ``font-family``, ``font``, ``<font face>``. Monospace in ``<code>`` is the browser's own and passes.

Permitted::

    <p style="font-weight:bold">Order <code>112-1234567-1234567</code></p>

Rejected, line 1::

    <font face="Arial">Your order is on its way.</font>

To fix it: remove the declaration or attribute.
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

RULE = Rule("font-family", "error", "default font overridden", "look", "check", __doc__)


def _origin(run: Run) -> DeclarationOrigin | None:
    return run.style.origins.get("font-family")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that sets the font of visible text."""
    yield from report_overridden(
        page,
        RULE,
        _origin,
        "the font",
        "Remove it: text must keep the mailbox's own font.",
        lambda _origin, run: run.style.font_family,
        "the default",
    )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, _origin)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["font-family"]), fix_page=fix_page)
