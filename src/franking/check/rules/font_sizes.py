"""A message has at most three font sizes.

Counted are the distinct computed sizes over all visible text, rounded to half a pixel. The browser's own sizes count as
well: a default ``<h1>`` (32px), ``<small>`` (13.3px) and body text (16px) are three.

Permitted::

    <h1>Thank you</h1> <p>Your order is on its way.</p> <p><small>Order 112-1234567-1234567</small></p>

Rejected, line 3::

    <h1>Thank you</h1> <p>Your order is on its way.</p>
    <p><small>Order 112-1234567-1234567</small></p>
    <p style="font-size:20px">Delivery on Monday</p>

To mend it: bring sizes that are close together to one size.
"""

from collections.abc import Iterator

from franking.check.inspection import on_page, undecided_constructs
from franking.check.page import Page, Run
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("font-sizes", "error", "more font sizes than the policy allows", "look", "check", __doc__)


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report the first text whose size is one too many."""
    yield from undecided_constructs(page, RULE, "font-size")
    limit = int(policy.value("font_sizes"))
    first: dict[float, Run] = {}
    for run in page.runs:
        first.setdefault(round(run.style.font_size * 2) / 2, run)
    if len(first) <= limit:
        return
    size, run = list(first.items())[limit]
    sizes = ", ".join(f"{s:g}" for s in sorted(first))
    yield on_page(
        page, RULE, run.element.offset, run.element,
        f"{len(first)} font sizes ({sizes} px), the policy allows {limit}; {size:g} px is one too many here",
        f"Use one of the sizes that come before: {', '.join(f'{s:g} px' for s in list(first)[:limit])}.",
        measured=len(first), limit=limit,
    )  # fmt: skip
