"""A message has at most three font sizes.

The rule counts the distinct computed sizes of all visible text, rounded to half a pixel. The browser's own sizes count as
well: a default ``<h1>`` (32px), ``<small>`` (13.3px) and body text (16px) are three.

Permitted::

    <h1>Thank you</h1> <p>Your order is on its way.</p> <p><small>Order 112-1234567-1234567</small></p>

Rejected, line 3::

    <h1>Thank you</h1> <p>Your order is on its way.</p>
    <p><small>Order 112-1234567-1234567</small></p>
    <p style="font-size:20px">Delivery on Monday</p>

To fix it: bring sizes that are close together to one size.
"""

from collections.abc import Iterator
from itertools import combinations
from math import log

from franking.check.edits import Edit, add_declarations, rewrite
from franking.check.page import Page, Run
from franking.check.rule import CheckRule, Measures
from franking.check.rule_context import on_page
from franking.css.declaration_origin import DeclarationOrigin
from franking.css.user_agent import declared_for_tag
from franking.html.document import Element
from franking.model import Finding, Rule
from franking.model.counted import counted
from franking.policy import Policy

RULE = Rule("font-sizes", "error", "more font sizes than the policy allows", "look", "check", __doc__)
_FONT = frozenset(["font-family", "font-size"])  # the browser has a smaller size for monospace


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report the first text whose size is one too many."""
    limit = int(policy.value("font_sizes"))
    first: dict[float, Run] = {}
    for run in page.styled_runs:
        first.setdefault(round(run.style.font_size * 2) / 2, run)
    if len(first) <= limit:
        return
    size, run = list(first.items())[limit]
    sizes = ", ".join(f"{s:g}" for s in sorted(first))
    yield on_page(
        page,
        RULE,
        run.element.offset,
        run.element,
        f"{counted(len(first), 'font size')} ({sizes} px), the policy allows {limit}; {size:g} px is one too many here",
        f"Use one of the sizes that come before: {', '.join(f'{s:g} px' for s in list(first)[:limit])}.",
        measured=len(first),
        limit=limit,
    )


def fix_page(page: Page, policy: Policy) -> Iterator[Edit]:
    """Bring the text to the policy's number of sizes: those that change the message least are kept, and each other size
    becomes the nearest of them."""
    limit = int(policy.value("font_sizes"))
    weights: dict[float, int] = {}
    for run in page.runs:
        size = _rounded(run)
        weights[size] = weights.get(size, 0) + len(run.text.data.strip())
    if len(weights) <= limit:
        return
    fixed = {_rounded(run) for run in page.runs if _source(page, run.element) is None}
    # The largest stays the largest, and what most of the text has stays as it is.
    kept = _best(weights, limit, fixed | {max(weights), max(weights, key=lambda size: weights[size])})
    done: set[int] = set()
    for run in page.runs:
        size = _rounded(run)
        source = _source(page, run.element)
        if size in kept or source is None:
            continue
        target = min(kept, key=lambda k: abs(log(max(k, 0.5) / max(size, 0.5))))
        element, origin = source
        if element.index in done:
            continue
        done.add(element.index)
        if origin is None:
            yield from add_declarations(page.document, element, f"font-size: {target:g}px")
        else:
            yield from rewrite(page.document, origin, [("font-size", f"{target:g}px")])


def _rounded(run: Run) -> float:
    return round(run.style.font_size * 2) / 2


def _source(page: Page, element: Element) -> tuple[Element, DeclarationOrigin | None] | None:
    """The nearest element that gives a text its size, with the author style that does (None: the browser does)."""
    for ancestor in element.ancestors():
        origin = page.style(ancestor).own_origin("font-size")
        if origin is not None:
            return ancestor, origin
        if not _FONT.isdisjoint(declared_for_tag(ancestor.tag)):
            return ancestor, None
    return None


def _best(weights: dict[float, int], limit: int, fixed: set[float]) -> tuple[float, ...]:
    """The sizes to keep: the ones that distort the rest least, ``fixed`` among them."""
    sizes = sorted(weights, key=lambda s: -weights[s])[:16]

    def distortion(kept: tuple[float, ...]) -> float:
        return sum(w * min(abs(log(max(s, 0.5) / max(k, 0.5))) for k in kept) for s, w in weights.items())

    candidates = [c for c in combinations(sorted(sizes), limit) if fixed <= set(c)]
    return min(candidates, key=distortion) if candidates else tuple(sizes[:limit])


CHECK = CheckRule(
    rule=RULE,
    on_page=check_page,
    aspects=frozenset(["font-size"]),
    fix_page=fix_page,
    threshold=Measures("font_sizes"),
)
