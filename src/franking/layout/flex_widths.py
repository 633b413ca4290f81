"""Intrinsic widths of flex containers (Flexbox 1, section 9.9)."""

from __future__ import annotations

from franking.css.computed_style import AUTO, ComputedStyle
from franking.html.document import Element
from franking.layout.frame import resolve_size, scrolls, zero_or
from franking.layout.items import children, is_column
from franking.layout.measures import UNLIMITED, Measures, Widths


def widths(intrinsic: Measures, element: Element, style: ComputedStyle) -> Widths:
    """Widths of a flex container's content (Flexbox, section 9.9)."""
    min_content = max_content = 0.0
    column, gap = is_column(style), resolve_size(style.others.get("column-gap", "normal"), None) or 0.0
    wrap = style.others.get("flex-wrap", "nowrap") != "nowrap"
    for position, item in enumerate(children(intrinsic.frame, element)):
        least, most = _contributions(intrinsic, item.element, column) if item.element is not None else intrinsic.inner(item.run)
        between = gap if position else 0.0
        if column:
            min_content, max_content = max(min_content, least), max(max_content, most)
        else:
            min_content = max(min_content, least) if wrap else min_content + least + between
            max_content += most + between
    return min_content, max_content


def _contributions(intrinsic: Measures, element: Element, column: bool) -> Widths:
    """A flex item's contributions: no wider than its flex base size unless it grows, no narrower unless it shrinks
    (Flexbox, section 9.9.1)."""
    min_content, max_content = intrinsic.outer(element)
    style = intrinsic.frame.style(element)
    grows, shrinks = style.others.get("flex-grow", 0.0) > 0, style.others.get("flex-shrink", 1.0) > 0
    if column or (grows and shrinks):
        return min_content, max_content
    basis = style.others.get("flex-basis", AUTO)
    size = resolve_size(style.width if basis == AUTO else basis, None)
    if size is None and (basis != AUTO or style.width != AUTO):
        return min_content, max_content
    margins = zero_or(style.margin_left, 0.0) + zero_or(style.margin_right, 0.0)
    edges = style.padding_left.resolve(0.0) + style.padding_right.resolve(0.0) + style.border_left + style.border_right
    extra = edges if style.box_sizing == "border-box" else 0.0
    content = intrinsic.content(element, 0.0)
    base = content[1] if size is None else max(0.0, size - extra) + edges
    most = intrinsic.limit(element, style, style.max_width, extra) + edges
    least = intrinsic.limit(element, style, style.min_width, extra) + edges if style.min_width != AUTO else UNLIMITED
    if least == UNLIMITED:  # the automatic minimum size
        own = resolve_size(style.width, None)
        least = min(content[0], most, UNLIMITED if own is None else max(0.0, own - extra) + edges)
        least = 0.0 if scrolls(style) else least
    base = max(least, min(base, most)) + margins
    if not grows:
        min_content, max_content = min(min_content, base), min(max_content, base)
    return (min_content, max_content) if shrinks else (max(min_content, base), max(max_content, base))
