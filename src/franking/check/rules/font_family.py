"""Text keeps the mailbox's own font.

Amazon's guidelines forbid overriding the default font. Any author value but the CSS-wide keywords counts, on any
visible text: ``font-family``, ``font``, ``<font face>``. Monospace in ``<code>`` is the browser's own and passes.

Permitted::

    <p style="font-weight:bold">Order <code>112-1234567-1234567</code></p>

Rejected, line 1::

    <font face="Arial">Your order is on its way.</font>

To mend it: remove the declaration or attribute.
"""

from collections.abc import Iterator

from franking.check.edits import Edit
from franking.check.inspection import on_page
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.check.typed import extent, mended, overridden, written
from franking.css.authors import Author
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("font-family", "error", "default font overridden", "look", "check", __doc__)


def _author(run: Run) -> Author | None:
    return run.style.authors.get("font-family")


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that sets the font of visible text."""
    for author, run, count in overridden(page, _author):
        yield on_page(
            page, RULE, author.offset(), author.element if author.element.tag != "style" else run.element,
            f"{written(author)} sets the font{extent(count)}; the policy requires the mailbox's own",
            "Remove it: text must keep the mailbox's own font.", measured=run.style.font_family, limit="the default",
        )  # fmt: skip


def mend_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from mended(page, _author)


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["font-family"]), mend_page=mend_page)
