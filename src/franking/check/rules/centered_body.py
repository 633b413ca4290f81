"""The message body is not centred as a block.

Amazon's guidelines forbid centring, and that includes the body as a whole: when the box that contains all visible content
is narrower than the message and centred by author style (auto margins, ``align=center`` on a table, ``<center>``, flex
or grid centring), the message violates the rule.

Permitted::

    <div style="max-width:600px"><p>Your order is on its way.</p></div>

Rejected, line 1::

    <div style="width:300px;margin:0 auto"><p>Your order is on its way.</p></div>

To fix it: remove the auto margins or the ``align``; a message that starts at the left edge may still be narrower.
"""

from collections.abc import Iterator

from franking.check.box_sides import with_sides
from franking.check.edits import Edit, drop, rewrite
from franking.check.inherited_type import written
from franking.check.page import Page
from franking.check.rule import CheckRule
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.html.document import Element
from franking.layout.boxes import Box
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("centered-body", "error", "message body centred as a block", "look", "check", __doc__)


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Go down the chain of boxes that each hold all visible content, and report the centred ones."""
    for element, box, origin in _centred(page):
        yield on_page(
            page,
            RULE,
            origin.offset(),
            element,
            f"{written(origin)} centres the whole message: it is {box.width:.0f} px wide in {page.width} px",
            "Remove the centring: let the message start at the left edge.",
            measured=round(box.width, 1),
            limit=page.width,
            undecided=bool(box.doubt),
        )


def _centred(page: Page) -> Iterator[tuple[Element, Box, DeclarationOrigin]]:
    """The boxes that contain all content and are centred in a wider message, with the author style that centres them."""
    centred = [
        (element, box, box.centered)
        for element, box in zip(page.document.elements, page.layout.boxes, strict=True)
        if box is not None and box.centered is not None and box.width < page.width - 0.5
    ]
    enclosing = _enclosing(page) if centred else set()
    yield from (found for found in centred if found[0].index in enclosing)


def _enclosing(page: Page) -> set[int]:
    """The indices of the elements that contain all visible content."""
    leaves = {run.element.index: run.element for run in page.runs} | {e.index: e for e in page.replaced}
    total = len(leaves)
    if not total:
        return set()
    counts: dict[int, int] = {}
    for element in leaves.values():
        for ancestor in element.ancestors():
            counts[ancestor.index] = counts.get(ancestor.index, 0) + 1
    return {index for index, number in counts.items() if number == total}


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Take the centring out: auto margins become none, anything else goes."""
    for _element, _box, origin in _centred(page):
        if origin.written.startswith("margin"):
            yield from rewrite(page.document, origin, with_sides(origin, {"left": "0", "right": "0"}))
        else:
            yield from drop(page.document, origin)


CHECK = CheckRule(
    rule=RULE, on_page=check_page, needs_layout=True, aspects=frozenset(["geometry", "alignment"]), fix_page=fix_page
)
