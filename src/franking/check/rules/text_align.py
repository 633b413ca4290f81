"""Text keeps the alignment of its direction.

Amazon's guidelines forbid messages that are centred or otherwise re-aligned. A piece of visible text violates the rule
when its computed ``text-align`` differs from its direction's default because of author style: ``text-align``, ``align=``,
``<center>``, ``justify``, right-aligned number cells. An explicit ``left`` in left-to-right text changes nothing and
passes; so does a ``<th>`` that the browser itself centres.

Permitted::

    <p style="text-align:left">Your order is on its way.</p>

Rejected, line 2::

    <p>Hello,</p>
    <div align=center>Your order is on its way.</div>
    <p style="text-align:center">Your order is on its way.</p>

To fix it: remove the declaration or attribute. Figures in a table line up on the left as well.
"""

from collections.abc import Iterator
from functools import partial

from franking.check.edits import Edit
from franking.check.inherited_type import extent, overridden, without_declarations, written
from franking.check.page import Page, Run
from franking.check.rule import CheckRule
from franking.check.rule_context import on_page
from franking.css.computed_style import ComputedStyle
from franking.css.declaration_origin import DeclarationOrigin
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("text-align", "error", "text alignment overridden", "look", "check", __doc__)


def _default(page: Page, run: Run) -> str:
    """The default side of a text's lines: that of its block, whatever the direction of inline elements in it."""
    return "right" if page.line_directions[run.element.index] == "rtl" else "left"


def _overridden(style: ComputedStyle, default: str) -> tuple[str, str] | None:
    """The property that moves a text's lines from their default side, and where to; None if none does."""
    for name, value in (("text-align", style.text_align.removeprefix("-webkit-")), ("text-align-last", style.text_align_last)):
        if value not in ("start", "auto", default) and name in style.origins:
            return name, value
    return None


def _origin(page: Page, run: Run) -> DeclarationOrigin | None:
    found = _overridden(run.style, _default(page, run))
    return run.style.origins[found[0]] if found is not None else None


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report each declaration that re-aligns visible text."""
    for origin, run, count in overridden(page, partial(_origin, page)):
        default = _default(page, run)
        found = _overridden(run.style, default)
        assert found is not None
        align = found[1]
        yield on_page(
            page,
            RULE,
            origin.offset(),
            origin.element if origin.element.tag != "style" else run.element,
            f"{written(origin)} aligns text {align}{extent(count)}; the policy requires the default ({default})",
            "Remove it: text must keep its default alignment.",
            measured=align,
            limit=default,
        )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take each of these declarations out."""
    yield from without_declarations(page, partial(_origin, page))


CHECK = CheckRule(rule=RULE, on_page=check_page, aspects=frozenset(["alignment"]), fix_page=fix_page)
