"""Margins take at most 20 % of the message's width on either side.

Two things are measured, in a message box 360 and 600 px wide. The *message inset*: over all visible content, the
smallest distance from the left edge of the box and from its right edge; margins, borders, paddings, cell padding and
spacing, fixed or maximal widths and auto margins on the way in add up. And every single box: its own used left or right
margin or padding. The browser's own indents (lists, quotations) are no violation. Vertical margins are free.

Permitted::

    <div style="margin:24px 10%"><p>Your order is on its way.</p></div>

Rejected, line 1::

    <div style="margin:0 25%"><p>Your order is on its way.</p></div>

Rejected, line 1::

    <div style="padding:0 15%">
    <div style="padding:0 15%">Your order is on its way.</div></div>

To mend it: make the horizontal margin or padding smaller, or give a fixed width in %, up to 100 %.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from franking.check.css.cascade import Author
from franking.check.css.style import Style
from franking.check.document import Element
from franking.check.inspection import on_page, percent, undecided_constructs
from franking.check.layout.boxes import Box
from franking.check.layout.frame import level
from franking.check.page import Page
from franking.model import Finding, Rule
from franking.policy import Policy

RULE = Rule("margin-width", "error", "margins wider than the policy allows", "look", "check", __doc__)
NEEDS_LAYOUT = True
_SLACK = 0.01  # CSS px: layout arithmetic, not tolerance of the policy


def check_page(page: Page, policy: Policy) -> Iterator[Finding]:
    """Report boxes with too wide margins or paddings, then the message's inset."""
    limit = policy.value("margin_share")
    yield from undecided_constructs(page, RULE, "margin-left", "margin-right", "padding-left", "padding-right")
    reported: set[int] = set()
    for element in page.document.elements:
        box = page.box(element)
        if box is not None and box.kind != "holder":
            finding = _own(page, element, box, limit)
            if finding is not None:
                reported.add(element.index)
                yield finding
    yield from _inset(page, limit, reported)


def _own(page: Page, element: Element, box: Box, limit: float) -> Finding | None:
    style = page.style(element)
    wide: list[tuple[float, str, Author]] = []
    for name in ("margin_left", "margin_right", "padding_left", "padding_right"):
        used: float = getattr(box, name)
        winner = style.own.get(name.replace("_", "-"))  # an inherited auto or percentage counts as well
        author = winner.author if winner is not None else None
        if author is not None and used > limit * page.width + _SLACK:
            wide.append((used, name, author))
    if not wide:
        return None
    used, name, author = max(wide, key=lambda w: w[0])
    kind = name.split("_")[0]
    sides = " and ".join(n.split("_")[1] for _, n, _ in wide if n.startswith(kind))
    share = used / page.width
    return on_page(
        page, RULE, author.offset(), element,
        f"{kind} {sides} is {percent(share)} of the message width at {page.width} px (limit {percent(limit)})",
        f"Make it {int(limit * min(page.width, 360))} px or less, or at most {percent(limit)}.",
        measured=round(share, 4), limit=limit, undecided=bool(box.doubt),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Edge:
    inset: float
    element: Element
    doubt: str


def _content(page: Page) -> Iterator[tuple[Element, float, float, str]]:
    seen: set[int] = set()
    for run in page.runs:
        box = page.container(run.element)
        if box is not None and id(box) not in seen:
            seen.add(id(box))
            yield run.element, box.content_left, box.content_right, box.doubt
    for element in page.replaced:
        box = page.box(element)
        if box is not None:
            yield element, box.content_left, box.content_right, box.doubt


def _inset(page: Page, limit: float, reported: set[int]) -> Iterator[Finding]:
    left: _Edge | None = None
    right: _Edge | None = None
    for element, start, end, doubt in _content(page):
        if left is None or start < left.inset:
            left = _Edge(start, element, doubt)
        if right is None or page.width - end < right.inset:
            right = _Edge(page.width - end, element, doubt)
    found: dict[int, tuple[float, list[str], Element, Author, str]] = {}
    for side, edge in (("left", left), ("right", right)):
        if edge is None or edge.inset <= limit * page.width + _SLACK:
            continue
        cause = _cause(page, edge.element, side)
        if cause is None or cause[0].index in reported:
            continue
        element, author = cause
        known = found.get(element.index)
        sides = [side] if known is None else [*known[1], side]
        found[element.index] = (max(edge.inset, known[0] if known else 0.0), sides, element, author, edge.doubt)
    for inset, sides, element, author, doubt in found.values():
        share = inset / page.width
        yield on_page(
            page, RULE, author.offset(), element,
            f"All content stands {percent(share)} of the message width in from the {' and the '.join(sides)} at "
            f"{page.width} px (limit {percent(limit)}); this adds the most",
            "Make the margins, paddings and fixed widths around the content add up to less.",
            measured=round(share, 4), limit=limit, undecided=bool(doubt),
        )  # fmt: skip


def _cause(page: Page, element: Element, side: str) -> tuple[Element, Author] | None:
    """The ancestor whose author style adds most to the inset on a side; None where the browser alone makes it."""
    best: tuple[float, Element, Author] | None = None
    inner: float | None = None
    for candidate in element.ancestors():
        box = page.box(candidate)
        if box is None or box.kind in ("inline", "holder"):
            continue
        if inner is None:
            inner = box.content_left if side == "left" else page.width - box.content_right
        parent = candidate.parent
        outer_box = page.container(parent) if parent is not None else None
        outer = 0.0
        if outer_box is not None:
            outer = outer_box.content_left if side == "left" else page.width - outer_box.content_right
        share = inner - outer
        inner = outer
        author = _author(page.style(candidate), side)
        if author is None and parent is not None and level(candidate, page.style(candidate)) == "atom":
            # An inline-level box stands where its line is aligned to.
            aligned = page.style(parent)
            author = aligned.authors.get("text-align") or next(
                (found for a in parent.ancestors() if (found := page.style(a).author_sets("direction")) is not None), None
            )
        if author is not None and share > 0.5 and (best is None or share > best[0]):
            best = (share, candidate, author)
    return (best[1], best[2]) if best is not None else None


def _author(style: Style, side: str) -> Author | None:
    return style.author_sets(f"margin-{side}", f"padding-{side}", "width", "max-width", f"border-{side}-width", "float",
                             "border-spacing", "left", "right", "flex-basis", "justify-content", "grid-template-columns",
                             "align-items", "display", "margin-left", "margin-right", "text-align")  # fmt: skip
